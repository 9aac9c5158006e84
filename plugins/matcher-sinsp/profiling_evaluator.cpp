// SPDX-License-Identifier: Apache-2.0
#include "profiling_evaluator.hpp"

#include <utility>

namespace falco::matcher {

ProfilingEvaluator::ProfilingEvaluator(std::unique_ptr<Evaluator> inner, Profiler &profiler)
    : inner_(std::move(inner)), profiler_(profiler)
{
}

void ProfilingEvaluator::evaluate(sinsp_evt *event, bool all, std::vector<uint32_t> &matched)
{
	if (!profiler_.is_due()) {
		inner_->evaluate(event, all, matched);
		return;
	}
	profiler_.profile(event, [&] { inner_->evaluate(event, all, matched); });
}

} // namespace falco::matcher
