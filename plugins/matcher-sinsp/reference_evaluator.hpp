// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "evaluator.hpp"
#include "event_index.hpp"

#include <libsinsp/filter.h>

#include <memory>
#include <vector>

namespace falco::matcher {

// libsinsp's own filters, one a rule, run one after the other over the rules that an event's type leaves. What they say
// is right by definition.
class ReferenceEvaluator final : public Evaluator {
public:
	// `rules` must outlive the evaluator. `everything`: see EventIndex.
	ReferenceEvaluator(const std::vector<CompiledRule> &rules, bool everything, sinsp *inspector);

	void evaluate(sinsp_evt *event, bool all, std::vector<uint32_t> &matched) override;

private:
	EventIndex index_;
	std::vector<std::unique_ptr<sinsp_filter>> filters_;
};

} // namespace falco::matcher
