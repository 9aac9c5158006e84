// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "findings.hpp"
#include "rules_file.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace falco::matcher {

// Which alerts carry an explanation, and how often: `explain` of the configuration. What it costs is bounded by the
// rate, which is counted in the events' own time: a replay gives the same every time.
class AlertExplanations {
public:
	// The name of the field that the alerts get.
	static constexpr const char *kField = "explanation";

	// `config`: {"rules": [patterns], "rate": "1/s"}. Throws ConfigError.
	explicit AlertExplanations(const nlohmann::json &config);

	// Warns of patterns that no rule's name fits.
	void check(const RulesFiles &files, Findings &findings) const;

	bool wants(const Item &rule) const;
	// Whether one more may be made at this time; then it counts.
	bool may_make(uint64_t time_ns);

private:
	std::vector<std::string> rules_;
	uint64_t most_ = 0, period_ns_ = 0; // so many a period
	uint64_t begin_ns_ = 0, made_ = 0;  // of the period that runs
};

} // namespace falco::matcher
