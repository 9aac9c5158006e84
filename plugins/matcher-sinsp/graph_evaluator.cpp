// SPDX-License-Identifier: Apache-2.0
#include "graph_evaluator.hpp"

#include <map>
#include <set>
#include <string>
#include <utility>

namespace falco::matcher {

GraphEvaluator::GraphEvaluator(const std::vector<CompiledRule> &rules, bool everything, sinsp *inspector)
    : index_(rules, everything), graph_(inspector)
{
	std::set<std::string> named;
	for (const auto &rule : rules) {
		whole_.push_back(graph_.add(rule.condition.get()));
		named.merge(names_of_events(rule.condition.get()));
	}
	// Events that no rule names differ by their direction only.
	std::map<std::pair<std::string, bool>, ConditionGraph::Memo> memos;
	for (uint32_t number = 0; number < PPM_EVENT_MAX; number++) {
		const auto code = static_cast<ppm_event_code>(number);
		if (!has_name(code)) {
			continue;
		}
		const EventKind kind = kind_of(code);
		auto &memo = memos[{named.count(kind.name) ? kind.name : "", PPME_IS_ENTER(code)}];
		for (const uint32_t rule : index_.rules_of(code)) {
			left_[number].push_back(graph_.without_type(whole_[rule], kind, memo));
		}
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
	const auto code = static_cast<ppm_event_code>(event->get_type());
	const bool named = has_name(code);
	for (size_t i = 0; i < rules.size(); i++) {
		if (graph_.holds(named ? left_[code][i] : whole_[rules[i]])) {
			matched.push_back(rules[i]);
			if (!all) {
				return;
			}
		}
	}
}

} // namespace falco::matcher
