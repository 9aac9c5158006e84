// SPDX-License-Identifier: Apache-2.0
//
// Which checks give access to a condition: one of them must hold for the condition to hold, so as long as none does
// nobody has to look at it.
#pragma once

#include "condition_graph.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace falco::matcher {

class AccessChooser {
public:
	using Node = ConditionGraph::Node;

	// `conditions`: all that will be asked about. The graph is compiled.
	AccessChooser(const ConditionGraph &graph, const std::vector<Node> &conditions);

	// The checks of a condition that hold most rarely, as far as can be told without events; each has a key.
	// Nothing when there are none.
	std::optional<std::vector<Node>> choose(Node condition) const;

private:
	// One of the checks holds whenever what was asked about does.
	struct Access {
		std::vector<Node> checks;
		double chance; // that one of them does, about
	};
	std::optional<Access> access_to(Node node) const;

	const ConditionGraph &graph_;
	std::vector<double> chances_; // by node; below zero: no check that has a key
};

} // namespace falco::matcher
