// SPDX-License-Identifier: Apache-2.0
#include "condition_warnings.hpp"

#include "event_reach.hpp"
#include "implication.hpp"
#include "shortened.hpp"
#include "value_warnings.hpp"

#include <string>

namespace falco::matcher {

namespace {

// Comparisons for one condition.
constexpr size_t kBudget = 100'000;

std::string shown(const ast::expr *part)
{
	constexpr size_t kLongest = 80;
	return shortened(ast::as_string(part), kLongest);
}

// Warns of the parts of one condition.
class Parts {
public:
	Parts(const Item &item, const Conditions &conditions, Findings &findings)
	    : findings_(item, conditions, findings)
	{
	}

	void look_at(ast::expr *condition)
	{
		walk(condition, [this](ast::expr *node) {
			if (const auto *both = node_as<ast::and_expr>(node)) {
				compare(both->children, true);
			} else if (const auto *either = node_as<ast::or_expr>(node)) {
				compare(either->children, false);
			} else if (const auto *check = node_as<ast::binary_check_expr>(node)) {
				warn_of_values(*check, findings_);
			}
		});
	}

private:
	void compare(const std::vector<std::unique_ptr<ast::expr>> &parts, bool conjunction)
	{
		for (size_t i = 0; i < parts.size() && !prover_.is_exhausted(); i++) {
			const auto *part = parts[i].get();
			if (prover_.always_holds(part)) {
				findings_.warn("always-true", *part, "'" + shown(part) + "' holds at every event");
				continue;
			}
			for (size_t j = 0; j < i && !prover_.is_exhausted(); j++) {
				compare(parts[j].get(), part, conjunction);
			}
		}
	}

	// `first` stands before `second`.
	void compare(const ast::expr *first, const ast::expr *second, bool conjunction)
	{
		const bool forth = prover_.implies(first, second);
		const bool back = prover_.implies(second, first);
		if (forth && back) {
			findings_.warn("redundant-part", *second,
				       "'" + shown(second) + "' says the same as '" + shown(first) + "'");
		} else if (forth || back) {
			const auto *narrow = forth ? first : second;
			const auto *wide = forth ? second : first;
			const auto *useless = conjunction ? wide : narrow;
			findings_.warn("redundant-part", *useless,
				       "'" + shown(useless) + "' changes nothing: '" + shown(narrow) +
					       "' holds only when '" + shown(wide) + "' does");
		}
	}

	PartFindings findings_;
	Prover prover_{kBudget, Prover::EmptyLists::will_be_filled};
};

} // namespace

void warn_of_parts(const RulesFiles &files, const Conditions &conditions, Findings &findings)
{
	for (size_t position = 0; position < files.items.size(); position++) {
		if (auto *condition = conditions.written(position)) {
			Parts(files.items[position], conditions, findings).look_at(condition);
		}
	}
}

void warn_of_exceptions(const Item &rule, ast::expr *condition, const Conditions &conditions, Findings &findings)
{
	auto *whole = rule.exceptions.empty() ? nullptr : node_as<ast::and_expr>(condition);
	for (size_t i = 0; whole && i < whole->children.size(); i++) {
		auto *exception = node_as<ast::not_expr>(whole->children[i].get());
		if (exception && Conditions::is_of_exception(*exception)) {
			Parts(rule, conditions, findings).look_at(exception->child.get());
		}
	}
}

void warn_of_never(const CompiledRule &rule, bool everything, const Conditions &conditions, Findings &findings)
{
	const ast::expr *why = nullptr;
	if (rule.codes.any() && Prover(kBudget).never_holds(rule.condition.get(), &why)) {
		findings.warn("never-matches", why ? conditions.place_of(why->get_pos()) : rule.item->place,
			      rule.item->title(),
			      "the rule never matches: '" + shown(why) + "' cannot hold together with the rest");
	} else if (const std::string unreachable = why_unreachable(rule, everything); !unreachable.empty()) {
		findings.warn("never-matches", rule.item->condition->place(), rule.item->title(),
			      "the rule never matches: " + unreachable);
	}
}

} // namespace falco::matcher
