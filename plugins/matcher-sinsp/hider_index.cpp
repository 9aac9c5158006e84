// SPDX-License-Identifier: Apache-2.0
#include "hider_index.hpp"

#include "number_set.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace falco::matcher {

namespace {

using Key = uint64_t;

// Counters for keys; some share one.
constexpr size_t kCounters = 1 << 18;

// Substrings are found by so many of their bytes.
constexpr size_t kGram = 4;

// What a key says of the field's value.
enum class Kind : uint64_t { compared, equal, beginning, end, gram, short_substring, exact };

Key mix(Key key, uint64_t more)
{
	key = (key ^ more) * 0x9e3779b97f4a7c15;
	return key ^ key >> 32;
}

Key key_of(Kind kind, std::string_view field, std::string_view text = {})
{
	const std::hash<std::string_view> hash;
	return mix(mix(mix(0, static_cast<uint64_t>(kind)), hash(field)), hash(text));
}

// The same for checks that are equal.
Key key_of_whole(const ast::expr *check)
{
	const auto *binary = node_as<ast::binary_check_expr>(check);
	const auto *field = binary ? node_as<ast::field_expr>(binary->left.get()) : nullptr;
	if (!field) {
		return key_of(Kind::exact, ast::as_string(check));
	}
	const std::hash<std::string_view> hash;
	Key key = mix(mix(key_of(Kind::exact, field->field), hash(field->arg)), hash(binary->op));
	if (const auto *value = node_as<ast::value_expr>(binary->right.get())) {
		return mix(key, hash(value->value));
	}
	if (const auto *list = node_as<ast::list_expr>(binary->right.get())) {
		for (const std::string &value : list->values) {
			key = mix(key, hash(value));
		}
		return key;
	}
	return mix(key, hash(ast::as_string(binary->right.get())));
}

Key key_of_number(const std::string &field, uint64_t number)
{
	return mix(key_of(Kind::equal, field), number);
}

// Calls `visit` for the key of each number that the check asks for.
template <typename Visit>
void visit_numbers(const NumberSet &numbers, const Visit &visit)
{
	for (const auto &range : numbers.ranges) {
		for (uint64_t more = 0; more <= range.last - range.first; more++) {
			visit(key_of_number(*numbers.field, range.first + more));
		}
	}
}

// Whether the keys of values find what the check implies.
bool is_found_by_values(const PlainCheck &check)
{
	return check.field && (check.is_equality() || check.is_part());
}

const std::vector<std::unique_ptr<ast::expr>> *parts_of(const ast::expr *node)
{
	if (const auto *both = node_as<ast::and_expr>(node)) {
		return &both->children;
	}
	const auto *either = node_as<ast::or_expr>(node);
	return either ? &either->children : nullptr;
}

// The field that a check, of whatever kind, looks at; nullptr when it is more than a field.
const ast::field_expr *field_of(const ast::expr *check)
{
	if (const auto *unary = node_as<ast::unary_check_expr>(check)) {
		return node_as<ast::field_expr>(unary->left.get());
	}
	const auto *binary = node_as<ast::binary_check_expr>(check);
	return binary ? node_as<ast::field_expr>(binary->left.get()) : nullptr;
}

// Calls `visit` for the checks that are not below a negation: those that can imply a check.
template <typename Visit>
void visit_checks(const ast::expr *node, const Visit &visit)
{
	if (const auto *parts = parts_of(node)) {
		for (const auto &part : *parts) {
			visit_checks(part.get(), visit);
		}
	} else if (!node_as<ast::not_expr>(node)) {
		visit(node);
	}
}

template <typename Visit>
void visit_grams(Kind kind, const std::string &field, std::string_view text, size_t size, const Visit &visit)
{
	for (size_t at = 0; at + size <= text.size(); at++) {
		visit(key_of(kind, field, text.substr(at, size)));
	}
}

void add_once(std::vector<size_t> &sizes, size_t size)
{
	if (std::find(sizes.begin(), sizes.end(), size) == sizes.end()) {
		sizes.push_back(size);
	}
}

} // namespace

HiderIndex::HiderIndex() : counts_(kCounters) {}

void HiderIndex::count_key(Key key)
{
	counts_[key % kCounters]++;
}

void HiderIndex::count(const ast::expr *condition)
{
	visit_checks(condition, [this](const ast::expr *node) {
		const PlainCheck check = read_plain_check(node);
		if (const auto *field = field_of(node)) {
			count_key(key_of(Kind::compared, field->field));
		}
		const NumberSet numbers = check.field ? NumberSet() : read_number_set(node);
		if (numbers.is_equality) {
			visit_numbers(numbers, [this](Key key) { count_key(key); });
		} else if (!is_found_by_values(check)) {
			count_key(key_of_whole(node));
		} else if (*check.op == "contains") {
			visit_grams(Kind::gram, *check.field, *check.values, kGram,
				    [this](Key key) { count_key(key); });
		} else {
			const Kind kind = check.is_equality()       ? Kind::equal
					  : *check.op == "endswith" ? Kind::end
								    : Kind::beginning;
			for (const std::string &value : check) {
				count_key(key_of(kind, *check.field, value));
			}
		}
	});
}

void HiderIndex::add(uint32_t number, const ast::expr *condition)
{
	all_.push_back(number);
	std::optional<Keys> best;
	const ast::expr *best_part = condition;
	const auto consider = [&](const ast::expr *part) {
		auto keys = keys_of(part);
		if (keys && (!best || keys->commonness < best->commonness)) {
			best = std::move(keys);
			best_part = part;
		}
	};
	if (const auto *both = node_as<ast::and_expr>(condition)) {
		for (const auto &part : both->children) {
			consider(part.get());
		}
	} else {
		consider(condition);
	}
	if (!best) {
		unkeyed_.push_back(number);
		return;
	}
	for (const Key key : best->keys) {
		kept_.emplace(key, number);
	}
	note_asked(best_part);
}

std::optional<HiderIndex::Keys> HiderIndex::keys_of(const ast::expr *part) const
{
	if (node_as<ast::not_expr>(part)) {
		return std::nullopt;
	}
	if (const auto *either = node_as<ast::or_expr>(part)) { // whatever implies it implies one of its parts
		Keys all;
		for (const auto &child : either->children) {
			const auto keys = keys_of(child.get());
			if (!keys) {
				return std::nullopt;
			}
			all.keys.insert(all.keys.end(), keys->keys.begin(), keys->keys.end());
			all.commonness += keys->commonness;
		}
		return all;
	}
	if (const auto *both = node_as<ast::and_expr>(part)) { // implies each of its parts
		std::optional<Keys> best;
		for (const auto &child : both->children) {
			auto keys = keys_of(child.get());
			if (keys && (!best || keys->commonness < best->commonness)) {
				best = std::move(keys);
			}
		}
		return best;
	}
	return keys_of_check(part);
}

HiderIndex::Keys HiderIndex::keys_of_check(const ast::expr *node) const
{
	const PlainCheck check = read_plain_check(node);
	const NumberSet numbers = check.field ? NumberSet() : read_number_set(node);
	Keys found;
	if (numbers.is_equality) {
		visit_numbers(numbers, [&](Key key) { found.keys.push_back(key); });
	} else if (check.field && check.is_equality()) {
		for (const std::string &value : check) {
			found.keys.push_back(key_of(Kind::equal, *check.field, value));
		}
	} else if (check.field && *check.op == "contains") {
		return keys_of_substring(check);
	} else if (check.field && check.is_part()) {
		const Kind kind = *check.op == "endswith" ? Kind::end : Kind::beginning;
		found.keys.push_back(key_of(kind, *check.field, *check.values));
	} else if (const auto *field = field_of(node); field && (node_as<ast::unary_check_expr>(node) ||
								 numbers.field || (check.field && *check.op == "!="))) {
		found.keys.push_back(key_of(Kind::compared, field->field));
	} else {
		found.keys.push_back(key_of_whole(node));
	}
	for (const Key key : found.keys) {
		found.commonness += counts_[key % kCounters];
	}
	return found;
}

HiderIndex::Keys HiderIndex::keys_of_substring(const PlainCheck &check) const
{
	if (check.values->size() < kGram) {
		const Key key = key_of(Kind::short_substring, *check.field);
		return {{key}, counts_[key_of(Kind::compared, *check.field) % kCounters]};
	}
	Keys best;
	visit_grams(Kind::gram, *check.field, *check.values, kGram, [&](Key key) {
		const size_t commonness = counts_[key % kCounters];
		if (best.keys.empty() || commonness < best.commonness) {
			best = {{key}, commonness};
		}
	});
	return best;
}

void HiderIndex::note_asked(const ast::expr *part)
{
	visit_checks(part, [this](const ast::expr *node) {
		const PlainCheck check = read_plain_check(node);
		if (!check.field || !check.is_part()) {
			return;
		}
		Asked &asked = asked_[*check.field];
		if (*check.op == "startswith") {
			add_once(asked.beginnings, check.values->size());
		} else if (*check.op == "endswith") {
			add_once(asked.ends, check.values->size());
		} else {
			asked.substrings = true;
		}
	});
}

std::vector<uint32_t> HiderIndex::find(const ast::expr *condition) const
{
	std::vector<uint32_t> found = unkeyed_;
	bool any = false;
	visit_checks(condition, [&](const ast::expr *node) {
		const PlainCheck check = read_plain_check(node);
		const NumberSet numbers = check.field ? NumberSet() : read_number_set(node);
		// of no value everything holds
		any = any || (check.field && check.size == 0) || (numbers.field && numbers.ranges.empty());
		visit_keys(node, [&](Key key) {
			const auto [begin, end] = kept_.equal_range(key);
			for (auto it = begin; it != end; ++it) {
				found.push_back(it->second);
			}
		});
	});
	if (any) {
		return all_;
	}
	std::sort(found.begin(), found.end());
	found.erase(std::unique(found.begin(), found.end()), found.end());
	return found;
}

void HiderIndex::visit_keys(const ast::expr *node, const Visit &visit) const
{
	if (const auto *field = field_of(node)) {
		visit(key_of(Kind::compared, field->field));
	}
	const PlainCheck check = read_plain_check(node);
	const NumberSet numbers = check.field ? NumberSet() : read_number_set(node);
	if (!numbers.ranges.empty()) { // what it implies holds for all numbers, so for the first
		visit(key_of_number(*numbers.field, numbers.ranges.front().first));
	}
	if (!is_found_by_values(check)) {
		visit(key_of_whole(node));
		return;
	}
	if (check.size == 0) {
		return;
	}
	if (check.is_equality()) { // what it implies holds for all values, so for the first
		visit(key_of(Kind::equal, *check.field, *check.values));
	}
	visit_parts_of(check, visit);
}

void HiderIndex::visit_parts_of(const PlainCheck &check, const Visit &visit) const
{
	const auto asked = asked_.find(*check.field);
	if (asked == asked_.end()) {
		return;
	}
	const std::string_view value = *check.values;
	if (check.is_equality() || *check.op == "startswith") {
		for (const size_t size : asked->second.beginnings) {
			if (size <= value.size()) {
				visit(key_of(Kind::beginning, *check.field, value.substr(0, size)));
			}
		}
	}
	if (check.is_equality() || *check.op == "endswith") {
		for (const size_t size : asked->second.ends) {
			if (size <= value.size()) {
				visit(key_of(Kind::end, *check.field, value.substr(value.size() - size)));
			}
		}
	}
	if (asked->second.substrings) {
		visit(key_of(Kind::short_substring, *check.field));
		visit_grams(Kind::gram, *check.field, value, kGram, visit);
	}
}

} // namespace falco::matcher
