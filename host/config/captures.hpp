// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/instance.hpp"

#include <vector>

namespace falco::host::config {

// Decides which source and which matcher are used, from `source` and `matcher`, from `captures` or from `engine`, the
// command line's trace files and the entries of `plugins`. What it takes from `listed` it removes there.
void choose_capture(const yaml::Node &root, const ConfigRequest &request, std::vector<ListedInstance> &listed,
		    Config &config);

} // namespace falco::host::config
