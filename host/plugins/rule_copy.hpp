// SPDX-License-Identifier: Apache-2.0
//
// The host's ends of the sinks that `load` writes to: what a matcher announces is checked and copied.
#pragma once

#include "host/plugins/plugin.hpp"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace falco::host {

// Collects rules. A faulty one is left out and described; the load that announced it must not count.
class RuleCopies {
public:
	explicit RuleCopies(std::vector<Rule> &rules);
	RuleCopies(const RuleCopies &) = delete;
	RuleCopies &operator=(const RuleCopies &) = delete;

	const falco_rule_sink *sink() const { return &sink_; }
	// What was wrong with the first faulty rule.
	const std::string &problem() const { return problem_; }

private:
	static void add(void *ctx, const falco_rule *rule) noexcept;
	Rule copy(const falco_rule &rule);
	SharedText share(std::string_view text);

	std::vector<Rule> &rules_;
	std::unordered_map<std::string_view, SharedText> texts_; // of the rules' outputs, by themselves
	std::string problem_;
	falco_rule_sink sink_;
};

// Collects findings. Text that a matcher left out is empty, a level that does not exist is an error's.
class FindingCopies {
public:
	explicit FindingCopies(std::vector<Finding> &findings);
	FindingCopies(const FindingCopies &) = delete;
	FindingCopies &operator=(const FindingCopies &) = delete;

	const falco_report *report() const { return &report_; }

private:
	static void add(void *ctx, const falco_finding *finding) noexcept;

	std::vector<Finding> &findings_;
	falco_report report_;
};

} // namespace falco::host
