// SPDX-License-Identifier: Apache-2.0
#include "indexed_evaluator.hpp"

namespace falco::matcher {

IndexedEvaluator::IndexedEvaluator(const std::vector<CompiledRule> &rules, bool everything, sinsp *inspector)
    : index_(rules, everything)
{
	sinsp_filter_check_list checks;
	const auto factory = std::make_shared<sinsp_filter_factory>(inspector, checks);
	for (const auto &rule : rules) {
		const ast::expr *rest = rule.undecided.condition.get();
		rest_.push_back(rest ? sinsp_filter_compiler(factory, rest).compile() : nullptr);
		whole_.push_back(sinsp_filter_compiler(factory, rule.condition.get()).compile());
	}
}

void IndexedEvaluator::evaluate(sinsp_evt *event, bool all, std::vector<uint32_t> &matched)
{
	const auto &candidates = index_.candidates(event);
	if (candidates.empty()) {
		return;
	}
	const auto &filters = has_name(static_cast<ppm_event_code>(event->get_type())) ? rest_ : whole_;
	for (const uint32_t rule : candidates) {
		if (!filters[rule] || filters[rule]->run(event)) {
			matched.push_back(rule);
			if (!all) {
				return;
			}
		}
	}
}

} // namespace falco::matcher
