// SPDX-License-Identifier: Apache-2.0
#include "decided_by_type.hpp"

#include "ignored_events.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace falco::matcher {

namespace {

using Verdict = std::optional<bool>; // nothing: the type does not tell

bool is_event_name(const ast::expr *left)
{
	const auto *field = dynamic_cast<const ast::field_expr *>(left);
	return field && field->field == "evt.type" && field->arg.empty();
}

Verdict decide_name(const ast::binary_check_expr &check, const char *name)
{
	if (!name) {
		return {};
	}
	const auto *value = dynamic_cast<const ast::value_expr *>(check.right.get());
	if (value && (check.op == "=" || check.op == "==")) {
		return value->value == name;
	}
	if (value && check.op == "!=") {
		return value->value != name;
	}
	if (check.op == "in") {
		const auto *list = dynamic_cast<const ast::list_expr *>(check.right.get());
		return list ? Verdict(std::find(list->values.begin(), list->values.end(), name) != list->values.end())
			    : Verdict();
	}
	return {};
}

Verdict decide_direction(const ast::binary_check_expr &check, ppm_event_code code)
{
	const auto *value = dynamic_cast<const ast::value_expr *>(check.right.get());
	if (!value || (check.op != "=" && check.op != "==") || (value->value != "<" && value->value != ">")) {
		return {};
	}
	return PPME_IS_ENTER(code) == (value->value == ">");
}

} // namespace

EventKind kind_of(ppm_event_code code)
{
	return {code, has_name(code) ? event_name(code) : nullptr};
}

bool has_name(ppm_event_code code)
{
	return code != PPME_ASYNCEVENT_E && code != PPME_PLUGINEVENT_E && event_name(code);
}

std::optional<bool> decide(const ast::expr *node, const EventKind &kind)
{
	if (const auto *check = dynamic_cast<const ast::binary_check_expr *>(node)) {
		if (is_event_name(check->left.get())) {
			return decide_name(*check, kind.name);
		}
		const auto *field = dynamic_cast<const ast::field_expr *>(check->left.get());
		return field && field->field == "evt.dir" ? decide_direction(*check, kind.code) : Verdict();
	}
	if (const auto *negation = dynamic_cast<const ast::not_expr *>(node)) {
		const Verdict verdict = decide(negation->child.get(), kind);
		return verdict ? Verdict(!*verdict) : Verdict();
	}
	const auto *conjunction = dynamic_cast<const ast::and_expr *>(node);
	const auto *disjunction = dynamic_cast<const ast::or_expr *>(node);
	if (!conjunction && !disjunction) {
		return {};
	}
	const bool decisive = disjunction != nullptr; // one such part decides the whole
	bool open = false;
	for (const auto &child : conjunction ? conjunction->children : disjunction->children) {
		const Verdict verdict = decide(child.get(), kind);
		if (verdict && *verdict == decisive) {
			return decisive;
		}
		open = open || !verdict;
	}
	return open ? Verdict() : Verdict(!decisive);
}

libsinsp::events::set<ppm_event_code> possible_codes(ast::expr *condition)
{
	const auto names = names_of_events(condition);
	std::map<std::pair<std::string, bool>, bool> possible; // by name if it is one of `names`, and direction
	libsinsp::events::set<ppm_event_code> codes;
	for (uint32_t number = 0; number < PPM_EVENT_MAX; number++) {
		const auto code = static_cast<ppm_event_code>(number);
		const EventKind kind = kind_of(code);
		if (!kind.name) {
			if (decide(condition, kind).value_or(true)) {
				codes.insert(code);
			}
			continue;
		}
		const auto key =
			std::make_pair(names.count(kind.name) ? std::string(kind.name) : "", PPME_IS_ENTER(code));
		const auto known = possible.find(key);
		const bool can = known != possible.end() ? known->second : decide(condition, kind).value_or(true);
		possible[key] = can;
		if (can) {
			codes.insert(code);
		}
	}
	return codes;
}

bool can_match_call(const ast::expr *condition, ppm_event_code generic, const std::string &call)
{
	return decide(condition, {generic, call.c_str()}).value_or(true);
}

std::set<std::string> names_of_events(ast::expr *condition)
{
	std::set<std::string> names;
	walk(condition, [&](ast::expr *node) {
		const auto *check = dynamic_cast<ast::binary_check_expr *>(node);
		if (!check || !is_event_name(check->left.get())) {
			return;
		}
		if (const auto *value = dynamic_cast<ast::value_expr *>(check->right.get())) {
			names.insert(value->value);
		} else if (const auto *list = dynamic_cast<ast::list_expr *>(check->right.get())) {
			names.insert(list->values.begin(), list->values.end());
		}
	});
	return names;
}

} // namespace falco::matcher
