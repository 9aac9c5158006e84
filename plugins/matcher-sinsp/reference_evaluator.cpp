// SPDX-License-Identifier: Apache-2.0
#include "reference_evaluator.hpp"

#include "field_factory.hpp"
#include "ignored_events.hpp"
#include "regex_guard.hpp"

namespace falco::matcher {

ReferenceEvaluator::ReferenceEvaluator(const std::vector<CompiledRule> &rules, bool everything, sinsp *inspector)
    : rules_(rules), everything_(everything)
{
	sinsp_filter_check_list checks;
	const auto factory = std::make_shared<FieldFactory>(inspector, checks);
	for (const auto &rule : rules) {
		filters_.push_back(compile_filter(factory, rule.condition.get()));
	}
}

void ReferenceEvaluator::evaluate(sinsp_evt *event, bool all, std::vector<uint32_t> &matched)
{
	for (uint32_t rule = 0; rule < rules_.size(); rule++) {
		if (concerns(rules_[rule], event, everything_) && filters_[rule]->run(event)) {
			matched.push_back(rule);
			if (!all) {
				return;
			}
		}
	}
}

bool ReferenceEvaluator::concerns(const CompiledRule &rule, sinsp_evt *event, bool everything)
{
	const auto code = static_cast<ppm_event_code>(event->get_type());
	if ((libsinsp::events::info(code)->category & EC_INTERNAL) != 0) {
		return false;
	}
	const char *own = event_name(code);
	const std::string name = own ? own : *libsinsp::events::sc_set_to_sc_names({system_call_of(event)}).begin();
	return everything || !ignored_events().count(name) || rule.asked.count(name);
}

} // namespace falco::matcher
