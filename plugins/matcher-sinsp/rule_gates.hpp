// SPDX-License-Identifier: Apache-2.0
//
// The rules that an event of one type may match, and what several of them demand. One demand that is not met rules all
// of them out at once.
#pragma once

#include "condition_graph.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace falco::matcher {

class RuleGates {
public:
	// `conditions`: a node of the graph for each rule, in file order.
	RuleGates(const ConditionGraph &graph, const std::vector<ConditionGraph::Node> &conditions);
	RuleGates() = default;

	// Calls `matched` with the position of each rule that the event looked at matches, in order, until it returns
	// false.
	template <typename Matched>
	void match(ConditionGraph &graph, Matched matched);

private:
	using Set = std::vector<uint64_t>; // a bit for each rule
	struct Gate {
		ConditionGraph::Node demand;
		Set rules; // that need it
	};

	std::vector<ConditionGraph::Node> conditions_;
	std::vector<Gate> gates_;
	Set all_;
	Set left_; // while matching
};

template <typename Matched>
void RuleGates::match(ConditionGraph &graph, Matched matched)
{
	std::copy(all_.begin(), all_.end(), left_.begin());
	for (const Gate &gate : gates_) {
		uint64_t concerned = 0;
		for (size_t word = 0; word < left_.size(); word++) {
			concerned |= left_[word] & gate.rules[word];
		}
		if (concerned == 0 || graph.holds(gate.demand)) {
			continue;
		}
		for (size_t word = 0; word < left_.size(); word++) {
			left_[word] &= ~gate.rules[word];
		}
	}
	for (size_t word = 0; word < left_.size(); word++) {
		for (uint64_t rest = left_[word]; rest != 0; rest &= rest - 1) {
			const size_t rule = word * 64 + static_cast<size_t>(__builtin_ctzll(rest));
			if (graph.holds(conditions_[rule]) && !matched(rule)) {
				return;
			}
		}
	}
}

} // namespace falco::matcher
