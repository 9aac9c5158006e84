// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/config.hpp"

#include <string>
#include <vector>

namespace falco::host {

// The same library with the same configuration of its own, wherever in the file they stand.
bool same_plugin(const InstanceConfig &a, const InstanceConfig &b);

// The same in all that an output's plugin and its worker know: everything but the filter.
bool same_output(const InstanceConfig &a, const InstanceConfig &b);

// The keys whose values differ and which a falco that runs cannot change.
std::vector<std::string> changed_until_restart(const Config &running, const Config &next);

} // namespace falco::host
