// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/instance.hpp"

#include <vector>

namespace falco::host::config {

// The taps: those of `plugins`, which are taken out of `listed`, and the recorder of the block `record` and of -w.
std::vector<InstanceConfig> choose_taps(const yaml::Node &root, const ConfigRequest &request,
					const InstanceContext &context, std::vector<ListedInstance> &listed);

} // namespace falco::host::config
