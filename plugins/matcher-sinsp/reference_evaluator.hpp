// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "evaluator.hpp"

#include <libsinsp/filter.h>

#include <memory>
#include <vector>

namespace falco::matcher {

// libsinsp's own filters of the whole conditions, one a rule, run one after the other on every event. What they say is
// right by definition; the tests hold every other evaluator to it. (Names of hosts have the same check in all: the
// network is not asked here.)
class ReferenceEvaluator final : public Evaluator {
public:
	// `rules` must outlive the evaluator. `everything`: no event is ignored.
	ReferenceEvaluator(const std::vector<CompiledRule> &rules, bool everything, sinsp *inspector);

	void evaluate(sinsp_evt *event, bool all, std::vector<uint32_t> &matched) override;

	// Whether the rule looks at this kind of event at all, or it is ignored.
	static bool concerns(const CompiledRule &rule, sinsp_evt *event, bool everything);

private:
	const std::vector<CompiledRule> &rules_;
	bool everything_;
	std::vector<std::unique_ptr<sinsp_filter>> filters_;
};

} // namespace falco::matcher
