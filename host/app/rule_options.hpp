// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/config.hpp"

#include <optional>
#include <string>
#include <vector>

namespace falco::host {

// The options that say which configuration and which rules are used: of a run, and of the commands on recordings.
struct RuleOptions {
	std::optional<std::string> config_file;  // -c
	std::vector<std::string> overrides;      // -o
	std::vector<std::string> rules;          // -r
	std::vector<std::string> disabled_rules; // -D
	std::vector<std::string> disabled_tags;  // -T
	std::vector<std::string> enabled_tags;   // -t
	bool match_all_events = false;           // -A
};

// What they ask of the configuration, with paths as they are seen from the current folder.
ConfigRequest config_request(const RuleOptions &options);

} // namespace falco::host
