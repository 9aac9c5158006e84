// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <libsinsp/filter.h>

#include <memory>
#include <string>

class sinsp;

namespace falco::sinsp_family {

// A condition in the rules' language, without macros, as libsinsp runs it on the inspector's events. Throws a
// std::exception that says what is wrong with the text and where: also a field that libsinsp would ask the network for
// while the events wait.
std::unique_ptr<sinsp_filter> compile_event_filter(sinsp &inspector, const std::string &text);

} // namespace falco::sinsp_family
