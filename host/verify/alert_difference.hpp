// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/verify/offline.hpp"

#include <nlohmann/json.hpp>

#include <vector>

namespace falco::host {

// How the alerts of two sets of rules differ, rule by rule. Keeps numbers and a few examples, whatever the number of
// alerts.
class AlertDifference {
public:
	explicit AlertDifference(size_t examples) : examples_(examples) {}

	// The alerts of one event.
	void add(const std::vector<FoundAlert> &before, const std::vector<FoundAlert> &after);

	// {RULE: {"new": N, "lost": N, "changed": N, "examples": [{"kind", "event", "time_ns", "old", "new"}]}}
	const nlohmann::json &rules() const { return rules_; }

private:
	void note(const char *kind, const FoundAlert *before, const FoundAlert *after);

	size_t examples_;
	nlohmann::json rules_ = nlohmann::json::object();
};

} // namespace falco::host
