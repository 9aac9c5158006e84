// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/verify/offline.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace falco::host {

// What `falco explain` is asked.
struct ExplainRequest {
	RuleOptions options;
	std::string trace;
	std::optional<uint64_t> event;    // --event
	std::optional<std::string> time;  // --time
	std::optional<std::string> match; // --match
	std::optional<std::string> rule;  // --rule: this one only
	std::optional<std::string> why_not;
	uint64_t limit = 10; // events explained at most
	bool json = false;
};

// Tells why rules alert at events or not. Returns the exit status; throws Error for what is wrong with the request.
int explain(const ExplainRequest &request);

} // namespace falco::host
