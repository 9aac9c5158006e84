// SPDX-License-Identifier: Apache-2.0
#include "hidden_rules.hpp"

#include "hider_index.hpp"
#include "implication.hpp"

#include <algorithm>

namespace falco::matcher {

namespace {

// Comparisons for each rule, all that it has not needed being left to later ones: the whole takes time in proportion to
// the number of rules, even if all are alike but for what they exclude.
constexpr size_t kBudget = 200;
constexpr size_t kLeastBudget = 200'000;

} // namespace

void warn_of_hidden(const std::vector<CompiledRule> &rules, Findings &findings)
{
	Prover prover(std::max(kLeastBudget, kBudget * rules.size()));
	HiderIndex earlier;
	for (const auto &rule : rules) {
		earlier.count(rule.condition.get());
	}
	for (uint32_t number = 0; number < rules.size() && !prover.is_exhausted(); number++) {
		const auto &rule = rules[number];
		for (const uint32_t candidate : earlier.find(rule.condition.get())) {
			const auto &by = rules[candidate];
			// A rule that names an ignored event is matched at it, and others are not.
			const bool sees =
				std::includes(by.asked.begin(), by.asked.end(), rule.asked.begin(), rule.asked.end());
			if (sees && prover.implies(rule.condition.get(), by.condition.get())) {
				findings.warn("hidden-rule", rule.item->place, rule.item->title(),
					      "the rule never gives an alert: " + by.item->title() + " at " +
						      by.item->place.str() +
						      " matches all that it matches, and the first match wins");
				break;
			}
			if (prover.is_exhausted()) {
				break;
			}
		}
		earlier.add(number, rule.condition.get());
	}
}

} // namespace falco::matcher
