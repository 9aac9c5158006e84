// SPDX-License-Identifier: Apache-2.0
#include "graph_evaluator.hpp"

namespace falco::matcher {

GraphEvaluator::GraphEvaluator(const std::vector<CompiledRule> &rules, bool everything, sinsp *inspector)
    : index_(rules, everything), graph_(inspector)
{
	for (const auto &rule : rules) {
		whole_.push_back(graph_.add(rule.condition.get()));
	}
	for (uint32_t number = 0; number < PPM_EVENT_MAX; number++) {
		const auto code = static_cast<ppm_event_code>(number);
		named_.set(number, has_name(code));
		if (!named_[number] || index_.rules_of(code).empty()) {
			continue;
		}
		ConditionGraph::Memo memo;
		std::vector<ConditionGraph::Node> left;
		for (const uint32_t rule : index_.rules_of(code)) {
			left.push_back(graph_.without_type(whole_[rule], code, memo));
		}
		left_[number] = RuleGates(graph_, left);
	}
	graph_.compile();
}

void GraphEvaluator::evaluate(sinsp_evt *event, bool all, std::vector<uint32_t> &matched)
{
	const auto &rules = index_.candidates(event);
	if (rules.empty()) {
		return;
	}
	graph_.look_at(event);
	const auto code = static_cast<ppm_event_code>(event->get_scap_evt()->type);
	if (named_[code]) {
		left_[code].match(graph_, [&](size_t position) {
			matched.push_back(rules[position]);
			return all;
		});
		return;
	}
	for (const uint32_t rule : rules) {
		if (graph_.holds(whole_[rule])) {
			matched.push_back(rule);
			if (!all) {
				return;
			}
		}
	}
}

} // namespace falco::matcher
