// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/pipeline/outputs.hpp"
#include "host/pipeline/priority.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace falco::host {

// What falco prints when it ends. Counts on the capture thread; read when that has ended.
class Statistics {
public:
	// Rules that were there before keep their counts; those that are gone are listed last.
	void use_rules(std::shared_ptr<const RuleSet> rules);
	void count(uint32_t rule);
	// The text of the exit statistics, with a trailing newline. Alerts of falco's own are no detected events: they
	// have a line of their own when there were any. Lines about outputs follow only when one of them dropped or
	// lost an alert.
	std::string text(const std::vector<Outputs::Report> &outputs, uint64_t internal_alerts = 0) const;
	uint64_t detected() const { return detected_; }

private:
	std::shared_ptr<const RuleSet> rules_;
	std::vector<uint64_t> per_rule_;
	std::vector<std::pair<std::string, uint64_t>> gone_; // rules of earlier loads that had fired
	uint64_t per_priority_[kPriorities] = {};
	uint64_t detected_ = 0;
};

} // namespace falco::host
