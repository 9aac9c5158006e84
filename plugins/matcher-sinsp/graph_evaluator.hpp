// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "condition_graph.hpp"
#include "evaluator.hpp"
#include "event_index.hpp"
#include "rule_gates.hpp"

#include <array>
#include <bitset>
#include <vector>

namespace falco::matcher {

// The evaluator in use: by an event's type it looks up which rules are left and what is left of their conditions; what
// several of them ask is found out once an event, and what several of them demand is asked first.
class GraphEvaluator final : public Evaluator {
public:
	// `everything`: see EventIndex.
	GraphEvaluator(const std::vector<CompiledRule> &rules, bool everything, sinsp *inspector);

	void evaluate(sinsp_evt *event, bool all, std::vector<uint32_t> &matched) override;

private:
	EventIndex index_;
	ConditionGraph graph_;
	std::bitset<PPM_EVENT_MAX> named_;          // event types whose name the type alone tells
	std::array<RuleGates, PPM_EVENT_MAX> left_; // of the index's rules of each code
	std::vector<ConditionGraph::Node> whole_;   // by rule: for events without a name
};

} // namespace falco::matcher
