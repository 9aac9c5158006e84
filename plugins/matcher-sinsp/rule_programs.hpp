// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "access.hpp"
#include "condition_graph.hpp"
#include "field_index.hpp"
#include "rule_gates.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

namespace falco::matcher {

// Says which rules an event may match, without looking at the others. A program is what is left of the rules for one or
// more types of events. Most of its rules wait for a check that must hold for them (see AccessChooser); the values of
// the checks' fields are looked up, and what holds tells which rules are worth a try. Rules that wait for nothing, or
// are so few that looking a field up for them does not pay, are tried each time.
class RulePrograms {
public:
	using Node = ConditionGraph::Node;

	// `conditions`: by program, what is left of its rules in file order. The graph is compiled.
	RulePrograms(ConditionGraph &graph, const std::vector<std::vector<Node>> &conditions);

	// The rules of a program that the event looked at may match, by their position in it, in order. Valid until the
	// next call. On the capture thread.
	const std::vector<uint32_t> &candidates(uint32_t program);

private:
	// A field that rules of a program wait for, and what those rules demand besides. It is looked up when all
	// demands of one set are met.
	struct Look {
		FieldIndex *index;
		std::vector<std::vector<Node>> demands;
	};
	struct Program {
		std::vector<Look> looks;
		std::vector<uint32_t> free; // positions of the rules that are tried each time
		RuleGates gates;            // of those
	};
	struct Waiting {
		uint32_t access, program, position;
		bool operator<(const Waiting &other) const;
	};
	class Builder;

	bool is_open(const Look &look);
	void add_waiting(uint32_t access, uint32_t program);

	ConditionGraph &graph_;
	std::map<Field *, std::unique_ptr<FieldIndex>> indexes_;
	std::vector<Program> programs_;
	std::vector<Waiting> waiting_;   // sorted
	std::vector<uint32_t> begin_;    // by access: where its waiting rules begin
	std::vector<FieldIndex *> open_; // of the event looked at
	std::vector<uint32_t> candidates_;
};

} // namespace falco::matcher
