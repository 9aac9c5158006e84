// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/yaml_tree.hpp"

#include <string>
#include <vector>

namespace falco::host {

// Which privileges falco gives up once it reads events: the block capabilities.
struct CapabilitiesConfig {
	bool drop = true;
	bool keep_capture = true; // those with which an open capture can be changed
	std::vector<int> keep;    // further ones, as the kernel numbers them
};

namespace config {

// Reads the block under `root`, if there is one. Throws yaml::Error.
CapabilitiesConfig read_capabilities(const yaml::Node &root, std::vector<std::string> &warnings);

} // namespace config
} // namespace falco::host
