// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compiled_rule.hpp"

#include "plugins/family-sinsp/interests.hpp"

namespace falco::matcher {

// What of libsinsp's state the rules look at, in conditions and outputs, beside what the events change that its table
// marks so: `whole_state` if the answer of a field depends on events of any type, `connections` if on which sockets
// were read and written. Such events the source must not leave out.
void ask_for_state(const std::vector<CompiledRule> &rules, sinsp_family::Interests &interests);

} // namespace falco::matcher
