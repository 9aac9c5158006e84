// SPDX-License-Identifier: Apache-2.0
#include "number_set.hpp"

#include "number_range.hpp"

#include <algorithm>

namespace falco::matcher {

namespace {

using Range = NumberSet::Range;

// = == != < <= > >=
bool is_order(const std::string &op)
{
	return op[0] == '=' || op[0] == '!' || op[0] == '<' || op[0] == '>';
}

std::vector<Range> holds_for(const std::string &op, uint64_t number, const NumberRange &all)
{
	std::vector<Range> ranges;
	const bool below = op == "<" || op == "<=" || op == "!=";
	const bool above = op == ">" || op == ">=" || op == "!=";
	const bool itself = op == "=" || op == "==" || op == "<=" || op == ">=";
	if (below && number > all.first()) {
		ranges.push_back({all.first(), number - 1});
	}
	if (itself) {
		ranges.push_back({number, number});
	}
	if (above && number < all.last()) {
		ranges.push_back({number + 1, all.last()});
	}
	return ranges;
}

// In order, and as few as possible.
std::vector<Range> joined(std::vector<Range> ranges)
{
	std::sort(ranges.begin(), ranges.end(), [](const Range &a, const Range &b) { return a.first < b.first; });
	std::vector<Range> apart;
	for (const Range &range : ranges) {
		if (!apart.empty() && (range.first <= apart.back().last || range.first - 1 == apart.back().last)) {
			apart.back().last = std::max(apart.back().last, range.last);
		} else {
			apart.push_back(range);
		}
	}
	return apart;
}

} // namespace

bool NumberSet::is_within(const NumberSet &other) const
{
	auto around = other.ranges.begin();
	return std::all_of(ranges.begin(), ranges.end(), [&](const Range &range) {
		while (around != other.ranges.end() && around->last < range.first) {
			++around;
		}
		return around != other.ranges.end() && around->first <= range.first && range.last <= around->last;
	});
}

bool NumberSet::meets(const NumberSet &other) const
{
	auto next = other.ranges.begin();
	return std::any_of(ranges.begin(), ranges.end(), [&](const Range &range) {
		while (next != other.ranges.end() && next->last < range.first) {
			++next;
		}
		return next != other.ranges.end() && next->first <= range.last;
	});
}

NumberSet read_number_set(const ast::expr *node)
{
	NumberSet set;
	const auto *binary = node_as<ast::binary_check_expr>(node);
	const auto *field = binary ? node_as<ast::field_expr>(binary->left.get()) : nullptr;
	const bool compares = field && field->arg.empty() && (is_order(binary->op) || binary->op == "in");
	const NumberRange *all = compares ? NumberRange::of(field->field) : nullptr;
	if (!all || !all->is_single()) {
		return set;
	}
	if (const auto *value = node_as<ast::value_expr>(binary->right.get()); value && is_order(binary->op)) {
		const auto number = all->parse(value->value);
		if (!number) {
			return set;
		}
		set.ranges = joined(holds_for(binary->op, *number, *all));
		set.is_equality = binary->op == "=" || binary->op == "==";
	} else if (const auto *list = node_as<ast::list_expr>(binary->right.get()); list && binary->op == "in") {
		for (const auto &constant : list->values) {
			const auto number = all->parse(constant);
			if (!number) {
				return set;
			}
			set.ranges.push_back({*number, *number});
		}
		set.ranges = joined(std::move(set.ranges));
		set.is_equality = true;
	} else {
		return set;
	}
	set.field = &field->field;
	return set;
}

} // namespace falco::matcher
