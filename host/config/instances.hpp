// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/instance.hpp"

#include <vector>

namespace falco::host::config {

// The entries of `plugins`, in order.
std::vector<ListedInstance> read_plugins(const yaml::Node &root, const InstanceContext &context);

// The enabled NAME_output blocks, in order.
std::vector<InstanceConfig> read_output_blocks(const yaml::Node &root, const InstanceContext &context);

// Throws when two of the instances have the same name.
void check_names(const std::vector<const InstanceConfig *> &instances);

} // namespace falco::host::config
