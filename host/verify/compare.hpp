// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/verify/offline.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace falco::host {

// What `falco compare` is asked.
struct CompareRequest {
	RuleOptions options; // without rules
	std::vector<std::string> old_rules, new_rules;
	std::vector<std::string> traces; // files and folders
	size_t workers = 0;              // -j; 0: one for each core
	size_t examples = 3;             // shown of each rule and kind of difference
	bool cost = false, json = false, exit_code = false;
};

// Replays recordings with two sets of rules and tells how the alerts differ. Returns 0; with exit_code 1 when they do;
// 2 when a path does not exist, which is told before the work, or no recording could be read. Throws Error.
int compare_rules(const CompareRequest &request);

} // namespace falco::host
