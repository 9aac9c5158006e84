// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/yaml_tree.hpp"

#include <string>
#include <vector>

namespace falco::host {

// What falco does when the kernel side loses events: the block syscall_event_drops.
struct EventDropsConfig {
	double threshold = 0.1; // acts when more than this part of the events of a second was lost
	bool log = true;
	bool alert = true;
	bool exit = false;
	double rate = 0.03333; // actions a second in the long run
	double max_burst = 1;  // actions that may follow each other at once
	bool simulate = false; // as if every event of each second had been lost
};

namespace config {

// Reads the block under `root`, if there is one. Throws yaml::Error.
EventDropsConfig read_event_drops(const yaml::Node &root, std::vector<std::string> &warnings);

} // namespace config
} // namespace falco::host
