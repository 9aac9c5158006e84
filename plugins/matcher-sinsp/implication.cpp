// SPDX-License-Identifier: Apache-2.0
#include "implication.hpp"

#include "number_set.hpp"
#include "plain_check.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

namespace falco::matcher {

namespace {

// Values of lists that are compared in the time that other comparisons take.
constexpr size_t kValuesOfStep = 16;

using Children = std::vector<std::unique_ptr<ast::expr>>;

const Children *parts_of_and(const ast::expr *node)
{
	const auto *conjunction = node_as<ast::and_expr>(node);
	return conjunction ? &conjunction->children : nullptr;
}

const Children *parts_of_or(const ast::expr *node)
{
	const auto *disjunction = node_as<ast::or_expr>(node);
	return disjunction ? &disjunction->children : nullptr;
}

const ast::expr *negated(const ast::expr *node)
{
	const auto *negation = node_as<ast::not_expr>(node);
	return negation ? negation->child.get() : nullptr;
}

// Of nodes that are neither and, or nor not, wherever they come from: is_equal() takes no macro in place for what it
// is.
bool are_equal_checks(const ast::expr *a, const ast::expr *b)
{
	if (const auto *binary = node_as<ast::binary_check_expr>(b)) {
		return a->is_equal(binary);
	}
	const auto *unary = node_as<ast::unary_check_expr>(b);
	return unary && a->is_equal(unary);
}

// Whether a text meets `text OP value`.
bool meets(const std::string &text, const std::string &op, const std::string &value)
{
	if (op == "startswith") {
		return text.compare(0, value.size(), value) == 0;
	}
	if (op == "endswith") {
		return text.size() >= value.size() &&
		       text.compare(text.size() - value.size(), value.size(), value) == 0;
	}
	return text.find(value) != std::string::npos;
}

// Finds texts among a check's values, in no more time than it takes to read both.
class Among {
public:
	// `times`: as often at most.
	Among(const PlainCheck &check, size_t times) : check_(check), hashed_(std::min(check.size, times) > kFew)
	{
		if (hashed_) {
			values_.insert(check.begin(), check.end());
		}
	}
	bool operator()(const std::string &text) const
	{
		return hashed_ ? values_.count(text) > 0
			       : std::find(check_.begin(), check_.end(), text) != check_.end();
	}

private:
	static constexpr size_t kFew = 16;
	const PlainCheck &check_;
	bool hashed_;
	std::unordered_set<std::string_view> values_;
};

bool check_implies(const PlainCheck &a, const PlainCheck &b)
{
	const auto all_of_a = [&](const auto &holds) { return std::all_of(a.begin(), a.end(), holds); };
	if (a.is_equality() && b.is_equality()) {
		return all_of_a(Among(b, a.size));
	}
	if (a.is_equality() && b.is_part()) {
		return all_of_a([&](const std::string &value) { return meets(value, *b.op, *b.values); });
	}
	if (a.is_equality() && *b.op == "!=") {
		return all_of_a([&](const std::string &value) { return value != *b.values; });
	}
	if (a.is_part() && b.is_part()) {
		return (*b.op == *a.op || *b.op == "contains") && meets(*a.values, *b.op, *b.values);
	}
	return false;
}

bool check_excludes(const PlainCheck &a, const PlainCheck &b)
{
	const auto none_of_a = [&](const auto &holds) { return std::none_of(a.begin(), a.end(), holds); };
	if (a.is_equality() && b.is_equality()) {
		return none_of_a(Among(b, a.size));
	}
	if (a.is_equality() && b.is_part()) {
		return none_of_a([&](const std::string &value) { return meets(value, *b.op, *b.values); });
	}
	if (a.is_equality() && *b.op == "!=") {
		return none_of_a([&](const std::string &value) { return value != *b.values; });
	}
	if (*a.op == "startswith" && *b.op == "startswith") {
		return !meets(*a.values, *b.op, *b.values) && !meets(*b.values, *a.op, *a.values);
	}
	return false;
}

bool is_empty_list(const ast::expr *node)
{
	const auto *check = node_as<ast::binary_check_expr>(node);
	const auto *list = check ? node_as<ast::list_expr>(check->right.get()) : nullptr;
	return list && list->values.empty();
}

bool holds_for_no_value(const ast::expr *node)
{
	if (is_empty_list(node)) {
		return true;
	}
	const NumberSet numbers = read_number_set(node);
	return numbers.field && numbers.ranges.empty();
}

// Nothing when the two are not comparisons of one field with numbers.
std::optional<std::pair<NumberSet, NumberSet>> numbers_of_same_field(const ast::expr *a, const ast::expr *b)
{
	NumberSet first = read_number_set(a);
	NumberSet second = first.field ? read_number_set(b) : NumberSet();
	return second.field && *first.field == *second.field
		       ? std::make_optional(std::make_pair(std::move(first), std::move(second)))
		       : std::nullopt;
}

} // namespace

bool Prover::is_unfinished(const ast::expr *check) const
{
	return empty_lists_ == EmptyLists::will_be_filled && is_empty_list(check);
}

bool Prover::implies(const ast::expr *a, const ast::expr *b)
{
	if (!spend()) {
		return false;
	}
	const auto a_implies = [&](const auto &part) { return implies(a, part.get()); };
	const auto implies_b = [&](const auto &part) { return implies(part.get(), b); };
	if (const auto *parts = parts_of_or(a)) {
		return std::all_of(parts->begin(), parts->end(), implies_b);
	}
	if (const auto *parts = parts_of_and(b)) {
		return std::all_of(parts->begin(), parts->end(), a_implies);
	}
	if (const auto *parts = parts_of_or(b)) {
		if (std::any_of(parts->begin(), parts->end(), a_implies)) {
			return true;
		}
	}
	if (const auto *parts = parts_of_and(a)) {
		return std::any_of(parts->begin(), parts->end(), implies_b);
	}
	if (const auto *outside = negated(b)) {
		const auto *inside = negated(a);
		return inside ? implies(outside, inside) : excludes(a, outside);
	}
	const PlainCheck first = read_plain_check(a), second = read_plain_check(b);
	if (!spend((first.size + second.size) / kValuesOfStep) || is_unfinished(a) || is_unfinished(b)) {
		return false;
	}
	if (are_equal_checks(a, b)) {
		return true;
	}
	if (first.field && second.field && *first.field == *second.field) {
		return check_implies(first, second);
	}
	if (const auto numbers = numbers_of_same_field(a, b)) {
		return numbers->first.is_within(numbers->second);
	}
	// A check of a field that has no value does not hold.
	const auto *exists = node_as<ast::unary_check_expr>(b);
	const auto *field = exists ? node_as<ast::field_expr>(exists->left.get()) : nullptr;
	return field && field->arg.empty() && first.field && *first.field == field->field;
}

bool Prover::excludes(const ast::expr *a, const ast::expr *b)
{
	if (!spend()) {
		return false;
	}
	const auto a_excludes = [&](const auto &part) { return excludes(a, part.get()); };
	const auto excludes_b = [&](const auto &part) { return excludes(part.get(), b); };
	if (const auto *parts = parts_of_or(a)) {
		return std::all_of(parts->begin(), parts->end(), excludes_b);
	}
	if (const auto *parts = parts_of_or(b)) {
		return std::all_of(parts->begin(), parts->end(), a_excludes);
	}
	if (const auto *parts = parts_of_and(a)) {
		return std::any_of(parts->begin(), parts->end(), excludes_b);
	}
	if (const auto *parts = parts_of_and(b)) {
		return std::any_of(parts->begin(), parts->end(), a_excludes);
	}
	if (const auto *inside = negated(b)) {
		return !negated(a) && implies(a, inside);
	}
	if (const auto *inside = negated(a)) {
		return implies(b, inside);
	}
	const PlainCheck first = read_plain_check(a), second = read_plain_check(b);
	if (!spend((first.size + second.size) / kValuesOfStep) || is_unfinished(a) || is_unfinished(b)) {
		return false;
	}
	if (first.field && second.field && *first.field == *second.field) {
		return check_excludes(first, second) || check_excludes(second, first);
	}
	const auto numbers = numbers_of_same_field(a, b);
	return numbers && !numbers->first.meets(numbers->second);
}

bool Prover::never_holds(const ast::expr *condition, const ast::expr **why)
{
	const auto because = [&](const ast::expr *reason) {
		if (why) {
			*why = reason;
		}
		return true;
	};
	if (const auto *parts = parts_of_or(condition)) {
		return std::all_of(parts->begin(), parts->end(),
				   [&](const auto &part) { return never_holds(part.get(), why); });
	}
	if (const auto *inside = negated(condition)) {
		return always_holds(inside) && because(condition);
	}
	const auto *parts = parts_of_and(condition);
	if (!parts) {
		return spend() && holds_for_no_value(condition) && because(condition);
	}
	for (size_t i = 0; i < parts->size() && !is_exhausted(); i++) {
		if (never_holds((*parts)[i].get(), why)) {
			return true;
		}
		for (size_t j = 0; j < i && !is_exhausted(); j++) {
			if (excludes((*parts)[j].get(), (*parts)[i].get())) {
				return because((*parts)[i].get());
			}
		}
	}
	return false;
}

bool Prover::always_holds(const ast::expr *condition)
{
	if (const auto *inside = negated(condition)) {
		return !is_empty_list(inside) && never_holds(inside); // an empty list is often one to be filled
	}
	if (const auto *parts = parts_of_and(condition)) {
		return std::all_of(parts->begin(), parts->end(),
				   [&](const auto &part) { return always_holds(part.get()); });
	}
	const auto *parts = parts_of_or(condition);
	if (!parts) {
		return false;
	}
	for (size_t i = 0; i < parts->size() && !is_exhausted(); i++) {
		if (always_holds((*parts)[i].get())) {
			return true;
		}
		for (size_t j = 0; j < i && spend(); j++) {
			const auto *first = negated((*parts)[j].get());
			const auto *second = negated((*parts)[i].get());
			// not X, or something that holds whenever X does
			if ((first && implies(first, (*parts)[i].get())) ||
			    (second && implies(second, (*parts)[j].get()))) {
				return true;
			}
		}
	}
	return false;
}

} // namespace falco::matcher
