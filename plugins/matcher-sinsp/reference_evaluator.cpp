// SPDX-License-Identifier: Apache-2.0
#include "reference_evaluator.hpp"

namespace falco::matcher {

ReferenceEvaluator::ReferenceEvaluator(const std::vector<CompiledRule> &rules, bool everything, sinsp *inspector)
    : index_(rules, everything)
{
	sinsp_filter_check_list checks;
	const auto factory = std::make_shared<sinsp_filter_factory>(inspector, checks);
	for (const auto &rule : rules) {
		filters_.push_back(sinsp_filter_compiler(factory, rule.condition.get()).compile());
	}
}

void ReferenceEvaluator::evaluate(sinsp_evt *event, bool all, std::vector<uint32_t> &matched)
{
	for (const uint32_t rule : index_.candidates(event)) {
		if (filters_[rule]->run(event)) {
			matched.push_back(rule);
			if (!all) {
				return;
			}
		}
	}
}

} // namespace falco::matcher
