// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "condition_graph.hpp"
#include "evaluator.hpp"
#include "event_index.hpp"
#include "rule_programs.hpp"

#include <array>
#include <bitset>
#include <memory>
#include <vector>

namespace falco::matcher {

// The evaluator in use: by an event's type it looks up which rules are left and what is left of their conditions, and
// by the values of a few fields which of those the event may match. What several rules ask is found out once an event.
class GraphEvaluator final : public Evaluator {
public:
	// `everything`: see EventIndex. `rules` need not outlive the evaluator.
	GraphEvaluator(const std::vector<CompiledRule> &rules, bool everything, sinsp *inspector);

	void evaluate(sinsp_evt *event, bool all, std::vector<uint32_t> &matched) override;

	// How many checks, and parts of conditions made of them, were asked about the last event that has rules.
	size_t asked() const { return graph_.found_out(); }

private:
	// The rules for some types of events.
	struct Program {
		std::vector<uint32_t> rules;            // in file order
		std::vector<ConditionGraph::Node> left; // of each, of its condition
	};

	EventIndex index_;
	ConditionGraph graph_;
	std::bitset<PPM_EVENT_MAX> named_; // event types whose name the type alone tells
	std::array<uint32_t, PPM_EVENT_MAX> program_of_ = {};
	std::vector<Program> programs_;
	std::unique_ptr<RulePrograms> candidates_;
};

} // namespace falco::matcher
