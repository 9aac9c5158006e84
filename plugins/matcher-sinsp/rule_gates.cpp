// SPDX-License-Identifier: Apache-2.0
#include "rule_gates.hpp"

#include <algorithm>
#include <map>

namespace falco::matcher {

namespace {

constexpr size_t kMostGates = 64; // each costs something for every event

} // namespace

RuleGates::RuleGates(const ConditionGraph &graph, const std::vector<ConditionGraph::Node> &conditions)
{
	std::map<ConditionGraph::Node, std::vector<size_t>> users; // rules that need it
	for (size_t rule = 0; rule < conditions.size(); rule++) {
		for (const auto part : graph.conjuncts(conditions[rule])) {
			if (!graph.is_negation(part)) {
				users[part].push_back(rule);
			}
		}
	}
	all_.resize((conditions.size() + 63) / 64);
	for (size_t rule = 0; rule < conditions.size(); rule++) {
		all_[rule / 64] |= uint64_t{1} << rule % 64;
	}
	left_ = all_;
	std::vector<std::pair<ConditionGraph::Node, std::vector<size_t>>> shared;
	std::copy_if(users.begin(), users.end(), std::back_inserter(shared),
		     [](const auto &user) { return user.second.size() > 1; });
	std::stable_sort(shared.begin(), shared.end(),
			 [](const auto &a, const auto &b) { return a.second.size() > b.second.size(); });
	shared.resize(std::min(shared.size(), kMostGates));
	for (const auto &[demand, rules] : shared) {
		Gate gate{demand, Set(all_.size())};
		for (const size_t rule : rules) {
			gate.rules[rule / 64] |= uint64_t{1} << rule % 64;
		}
		gates_.push_back(std::move(gate));
	}
}

} // namespace falco::matcher
