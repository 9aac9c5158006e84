// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "condition_graph.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace falco::matcher {

// Rules that are tried one by one, and what several of them demand: one demand that is not met rules all of them out at
// once.
class RuleGates {
public:
	// `conditions`: a node of the graph for each rule.
	RuleGates(const ConditionGraph &graph, const std::vector<ConditionGraph::Node> &conditions);
	RuleGates() = default;

	// Calls `left` with the position of each rule whose shared demands the event looked at meets, in order.
	template <typename Left>
	void pass(ConditionGraph &graph, Left left);

private:
	using Set = std::vector<uint64_t>; // a bit for each rule
	struct Gate {
		ConditionGraph::Node demand;
		Set rules; // that need it
	};

	std::vector<Gate> gates_;
	Set all_;
	Set left_; // while passing
};

template <typename Left>
void RuleGates::pass(ConditionGraph &graph, Left left)
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
			left(word * 64 + static_cast<size_t>(__builtin_ctzll(rest)));
		}
	}
}

} // namespace falco::matcher
