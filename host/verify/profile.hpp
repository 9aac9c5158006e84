// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/verify/offline.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace falco::host {

// What `falco profile` is asked.
struct ProfileRequest {
	RuleOptions options;
	std::string trace;               // one of these
	std::optional<std::string> read; // a file that a run of falco wrote: `profile.file` of its configuration
	size_t limit = 20;               // rows of each table; 0: all
	bool json = false;
	std::optional<std::string> folded; // a file for folded stacks
	std::optional<std::string> svg;    // a file for a flame graph
};

// Tells what rules cost on a recording. Returns the exit status; throws Error.
int profile_rules(const ProfileRequest &request);

} // namespace falco::host
