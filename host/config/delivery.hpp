// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/instance.hpp"

namespace falco::host::config {

// The keys of an output that are the host's and not the plugin's, which mean the same in both forms: filter, queue,
// retry, batch, format, template, dedup, spool, isolation, required. `path` is "plugins[0]" or "file_output".
void read_delivery(const yaml::Node &block, const std::string &path, const InstanceContext &context,
		   InstanceConfig &instance);

} // namespace falco::host::config
