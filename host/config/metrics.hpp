// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/yaml_tree.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace falco::host {

// Where falco writes what it counts, and how often: the block metrics.
struct MetricsConfig {
	bool enabled = false;
	std::chrono::milliseconds interval{3600000};
	std::string output_file; // an absolute path
};

namespace config {

// Reads the block under `root`, if there is one. A relative path means `folder`. Throws yaml::Error.
MetricsConfig read_metrics(const yaml::Node &root, const std::string &folder, std::vector<std::string> &warnings);

} // namespace config
} // namespace falco::host
