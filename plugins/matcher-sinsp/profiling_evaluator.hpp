// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "evaluator.hpp"
#include "profiler.hpp"

#include <memory>

namespace falco::matcher {

// Gives another evaluator's verdicts, and some of the events to a profiler as well. Without a profile there is none of
// these, and matching costs what it costs.
class ProfilingEvaluator final : public Evaluator {
public:
	// `profiler` must outlive it, and be bound to the same inspector.
	ProfilingEvaluator(std::unique_ptr<Evaluator> inner, Profiler &profiler);

	void evaluate(sinsp_evt *event, bool all, std::vector<uint32_t> &matched) override;
	uint64_t differences() const override { return inner_->differences(); }

private:
	std::unique_ptr<Evaluator> inner_;
	Profiler &profiler_;
};

} // namespace falco::matcher
