// SPDX-License-Identifier: Apache-2.0
#include "verifying_evaluator.hpp"

#include "graph_evaluator.hpp"
#include "reference_evaluator.hpp"

#include <algorithm>
#include <iterator>

namespace falco::matcher {

namespace {

constexpr uint32_t kMostReports = 3; // of a rule

} // namespace

VerifyingEvaluator::VerifyingEvaluator(const std::vector<CompiledRule> &rules, bool everything, sinsp *inspector,
				       Report report)
    : VerifyingEvaluator(rules, std::make_unique<GraphEvaluator>(rules, everything, inspector),
			 std::make_unique<ReferenceEvaluator>(rules, everything, inspector), std::move(report))
{
}

VerifyingEvaluator::VerifyingEvaluator(const std::vector<CompiledRule> &rules, std::unique_ptr<Evaluator> fast,
				       std::unique_ptr<Evaluator> reference, Report report)
    : rules_(rules), fast_(std::move(fast)), reference_(std::move(reference)), report_(std::move(report)),
      reported_(rules.size())
{
}

void VerifyingEvaluator::evaluate(sinsp_evt *event, bool all, std::vector<uint32_t> &matched)
{
	by_fast_.clear();
	by_reference_.clear();
	fast_->evaluate(event, all, by_fast_);
	reference_->evaluate(event, all, by_reference_);
	if (by_fast_ != by_reference_) {
		compare(event);
	}
	matched.insert(matched.end(), by_reference_.begin(), by_reference_.end());
}

void VerifyingEvaluator::compare(sinsp_evt *event)
{
	differing_.clear();
	std::set_symmetric_difference(by_fast_.begin(), by_fast_.end(), by_reference_.begin(), by_reference_.end(),
				      std::back_inserter(differing_));
	for (const uint32_t rule : differing_) {
		differ(event, rule, std::binary_search(by_reference_.begin(), by_reference_.end(), rule));
	}
}

void VerifyingEvaluator::differ(sinsp_evt *event, uint32_t rule, bool libsinsp_says)
{
	differences_++;
	if (reported_[rule]++ < kMostReports) {
		report_("evaluators differ: event " + std::to_string(event->get_num()) + " (" + event->get_name() +
			"), rule '" + rules_[rule].item->name + "': libsinsp says it " +
			(libsinsp_says ? "matches" : "does not match") + ", the matcher's own evaluator the opposite");
	}
}

} // namespace falco::matcher
