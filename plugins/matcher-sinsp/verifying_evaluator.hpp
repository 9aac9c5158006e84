// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "evaluator.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace falco::matcher {

// Asks the evaluator in use and libsinsp's own filters about every event, and reports where they differ. What libsinsp
// says counts.
class VerifyingEvaluator final : public Evaluator {
public:
	using Report = std::function<void(const std::string &difference)>;

	// `rules` must outlive the evaluator. `everything`: see EventIndex. `report` is called for the first
	// differences of each rule.
	VerifyingEvaluator(const std::vector<CompiledRule> &rules, bool everything, sinsp *inspector, Report report);
	// To be called with other evaluators than those in use.
	VerifyingEvaluator(const std::vector<CompiledRule> &rules, std::unique_ptr<Evaluator> fast,
			   std::unique_ptr<Evaluator> reference, Report report);

	void evaluate(sinsp_evt *event, bool all, std::vector<uint32_t> &matched) override;

	uint64_t differences() const override { return differences_; }

private:
	void compare(sinsp_evt *event);
	void differ(sinsp_evt *event, uint32_t rule, bool libsinsp_says);

	const std::vector<CompiledRule> &rules_;
	std::unique_ptr<Evaluator> fast_, reference_;
	Report report_;
	std::vector<uint32_t> by_fast_, by_reference_, differing_; // of an event: rules
	std::vector<uint32_t> reported_;                           // by rule: how often
	uint64_t differences_ = 0;                                 // verdicts
};

} // namespace falco::matcher
