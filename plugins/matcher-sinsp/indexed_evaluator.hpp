// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "evaluator.hpp"
#include "event_index.hpp"

#include <libsinsp/filter.h>

#include <memory>
#include <vector>

namespace falco::matcher {

// The evaluator in use: by an event's type it looks up which rules are left, and runs libsinsp's filter of what the
// type did not decide.
class IndexedEvaluator final : public Evaluator {
public:
	// `everything`: see EventIndex.
	IndexedEvaluator(const std::vector<CompiledRule> &rules, bool everything, sinsp *inspector);

	void evaluate(sinsp_evt *event, bool all, std::vector<uint32_t> &matched) override;

private:
	EventIndex index_;
	// By rule: what the type did not decide (nullptr: every event that the index leaves), and the whole condition.
	std::vector<std::unique_ptr<sinsp_filter>> rest_, whole_;
};

} // namespace falco::matcher
