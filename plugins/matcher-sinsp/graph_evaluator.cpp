// SPDX-License-Identifier: Apache-2.0
#include "graph_evaluator.hpp"

#include <algorithm>
#include <map>

namespace falco::matcher {

GraphEvaluator::GraphEvaluator(const std::vector<CompiledRule> &rules, bool everything, sinsp *inspector)
    : index_(rules, everything), graph_(inspector)
{
	std::vector<ConditionGraph::Node> whole; // by rule
	for (const auto &rule : rules) {
		whole.push_back(graph_.add(rule.condition.get()));
	}
	using LeftRules = std::vector<ConditionGraph::Node>;
	std::map<std::pair<std::vector<uint32_t>, LeftRules>, uint32_t> known; // programs, by rules and what is left
	for (uint32_t number = 0; number < PPM_EVENT_MAX; number++) {
		const auto code = static_cast<ppm_event_code>(number);
		named_.set(number, has_name(code));
		if (index_.rules_of(code).empty()) {
			continue;
		}
		ConditionGraph::Memo memo;
		std::pair<std::vector<uint32_t>, LeftRules> program;
		for (const uint32_t rule : index_.rules_of(code)) {
			program.first.push_back(rule);
			program.second.push_back(graph_.without_type(whole[rule], code, memo));
		}
		program_of_[number] = known.try_emplace(std::move(program), known.size()).first->second;
	}
	programs_.resize(known.size());
	std::vector<LeftRules> conditions(known.size());
	for (const auto &[program, number] : known) {
		programs_[number] = {program.first, program.second};
		conditions[number] = program.second;
	}
	graph_.compile();
	candidates_ = std::make_unique<RulePrograms>(graph_, conditions);
}

void GraphEvaluator::evaluate(sinsp_evt *event, bool all, std::vector<uint32_t> &matched)
{
	const auto &rules = index_.candidates(event);
	if (rules.empty()) {
		return;
	}
	graph_.look_at(event);
	const auto code = event->get_scap_evt()->type;
	const uint32_t number = program_of_[code];
	const Program &program = programs_[number];
	for (const uint32_t position : candidates_->candidates(number)) {
		const uint32_t rule = program.rules[position];
		// A system call without a type of its own has fewer rules than its type has.
		const bool concerned = named_[code] || std::binary_search(rules.begin(), rules.end(), rule);
		if (concerned && graph_.holds(program.left[position])) {
			matched.push_back(rule);
			if (!all) {
				return;
			}
		}
	}
}

} // namespace falco::matcher
