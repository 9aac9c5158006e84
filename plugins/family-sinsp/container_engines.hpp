// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <libsinsp/sinsp.h>
#include <nlohmann/json.hpp>

namespace falco::sinsp_family {

// Has an inspector that is not open yet ask the container engines that the block container_engines names, and those
// alone, for what is to be known of a container besides its id. libsinsp asks docker and podman on threads of its own,
// and so it does CRI unless disable_async is set.
void set_container_engines(sinsp &inspector, const nlohmann::json &block);

} // namespace falco::sinsp_family
