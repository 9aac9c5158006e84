// SPDX-License-Identifier: Apache-2.0
#include "rewrites.hpp"

#include "field.hpp"
#include "kept_state.hpp"
#include "number_check.hpp"

#include <algorithm>
#include <map>

namespace falco::matcher {

using Kind = Written::Kind;

namespace {

constexpr size_t kMostParts = 200; // of a group; pairs of them are compared

bool is_equality(const Written &check)
{
	return check.kind == Kind::check && (check.op == "=" || check.op == "==" || check.op == "in");
}

} // namespace

const char *name_of(Rewrite::Kind kind)
{
	switch (kind) {
	case Rewrite::Kind::absorbed:
		return "superfluous part";
	case Rewrite::Kind::list:
		return "one list";
	case Rewrite::Kind::factor:
		return "common part";
	case Rewrite::Kind::pattern:
		break;
	}
	return "no pattern";
}

std::vector<Rewrite> Rewriter::find(const Written &condition)
{
	std::vector<Rewrite> found;
	visit(condition, nullptr, found);
	return found;
}

void Rewriter::visit(const Written &part, const Written *outer, std::vector<Rewrite> &found)
{
	if (part.kind == Kind::exception) {
		return; // is written in another form
	}
	const bool is_own = !outer || outer->kind != part.kind; // else its parts are the outer one's
	if (is_group(part) && is_own && is_pure(part) && part.parts.size() <= kMostParts) {
		const size_t before = found.size();
		drop_absorbed(part, found);
		if (found.size() == before) { // else it is another group, to be looked at when that is done
			join_lists(part, found);
			pull_out(part, found);
		}
	}
	if (part.kind == Kind::check) {
		name_pattern(part, found);
	}
	for (const auto &inner : part.parts) {
		visit(*inner, &part, found);
	}
}

void Rewriter::drop_absorbed(const Written &group, std::vector<Rewrite> &found)
{
	const Parts parts = parts_of(group, group.kind);
	std::vector<bool> dropped(parts.size());
	for (size_t i = 0; i < parts.size(); i++) {
		for (size_t j = 0; j < parts.size() && !dropped[i]; j++) {
			const bool superfluous = i != j && !dropped[j] &&
						 (group.kind == Kind::any ? implies(*parts[i], *parts[j])
									  : implies(*parts[j], *parts[i]));
			// Of two that say the same, the first one stays.
			const bool same = superfluous && (group.kind == Kind::any ? implies(*parts[j], *parts[i])
										  : implies(*parts[i], *parts[j]));
			dropped[i] = superfluous && (!same || j < i);
		}
	}
	if (std::find(dropped.begin(), dropped.end(), true) == dropped.end()) {
		return;
	}
	Parts left;
	for (size_t i = 0; i < parts.size(); i++) {
		if (!dropped[i]) {
			left.push_back(parts[i]);
		}
	}
	found.push_back({Rewrite::Kind::absorbed, {&group}, text_of(group), text_of(left, group.kind)});
}

void Rewriter::join_lists(const Written &group, std::vector<Rewrite> &found)
{
	struct List {
		std::string items;
		Parts parts;
	};
	std::map<std::string, List> lists;            // by field
	const bool negated = group.kind == Kind::all; // not x = a and not x = b
	for (const Written *part : parts_of(group, group.kind)) {
		if (negated && part->kind != Kind::negation) {
			continue;
		}
		const Written &check = negated ? *part->parts.front() : *part;
		const auto items =
			is_equality(check) && kind_of(check) != FieldKind::other ? as_items(check) : std::nullopt;
		if (items) {
			List &list = lists[check.field];
			list.items += (list.items.empty() ? "" : ", ") + *items;
			list.parts.push_back(part);
		}
	}
	for (const auto &[field, list] : lists) {
		if (list.parts.size() > 1) {
			found.push_back({Rewrite::Kind::list, list.parts, text_of(list.parts, group.kind),
					 (negated ? "not " : "") + field + " in (" + list.items + ")"});
		}
	}
}

void Rewriter::pull_out(const Written &group, std::vector<Rewrite> &found)
{
	const Kind inner = group.kind == Kind::all ? Kind::any : Kind::all;
	std::vector<Parts> alternatives;
	for (const Written *part : parts_of(group, group.kind)) {
		alternatives.push_back(parts_of(*part, inner));
	}
	const auto has = [](const Parts &parts, const Written *wanted) {
		return std::any_of(parts.begin(), parts.end(),
				   [&](const Written *part) { return is_same(*part, *wanted); });
	};
	Parts common;
	for (const Written *part : alternatives.front()) {
		const bool everywhere = std::all_of(alternatives.begin(), alternatives.end(),
						    [&](const Parts &parts) { return has(parts, part); });
		if (everywhere && !has(common, part)) {
			common.push_back(part);
		}
	}
	if (common.empty() || alternatives.size() < 2) {
		return;
	}
	std::vector<std::string> rests;
	for (const Parts &parts : alternatives) {
		Parts rest;
		std::copy_if(parts.begin(), parts.end(), std::back_inserter(rest),
			     [&](const Written *part) { return !has(common, part); });
		if (rest.empty()) {
			return; // absorbs the others
		}
		const std::string text = text_of(rest, inner);
		rests.push_back(rest.size() > 1 || is_group(*rest.front()) ? "(" + text + ")" : text);
	}
	std::vector<std::string> texts;
	for (const Written *part : common) {
		texts.push_back(text_in_group(*part));
	}
	texts.push_back("(" + joined(rests, group.kind) + ")");
	found.push_back({Rewrite::Kind::factor, {&group}, text_of(group), joined(texts, inner)});
}

void Rewriter::name_pattern(const Written &check, std::vector<Rewrite> &found)
{
	const auto *binary = dynamic_cast<const ast::binary_check_expr *>(check.check);
	const auto *value = binary ? dynamic_cast<const ast::value_expr *>(binary->right.get()) : nullptr;
	if (!value || (check.op != "regex" && check.op != "glob") || kind_of(check) != FieldKind::text) {
		return;
	}
	std::string text = value->value, op = "=";
	if (check.op == "glob" && text.size() > 1) {
		const bool open_begin = text.front() == '*', open_end = text.back() == '*';
		op = open_begin && open_end ? "contains" : open_begin ? "endswith" : open_end ? "startswith" : "=";
		text = text.substr(open_begin ? 1 : 0, text.size() - (open_begin ? 1 : 0) - (open_end ? 1 : 0));
	}
	// What has a meaning in a pattern; for a glob, an exclamation mark and its kin have one before a parenthesis
	// only.
	const std::string_view special = check.op == "regex" ? "\\^$.|?*+()[]{}" : "\\?*[]()|";
	const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [&](unsigned char c) {
		return c > 0x1f && c < 0x7f && special.find(static_cast<char>(c)) == std::string_view::npos;
	});
	const auto written = plain ? as_value(text) : std::nullopt;
	if (written) {
		found.push_back(
			{Rewrite::Kind::pattern, {&check}, check.text, check.field + " " + op + " " + *written});
	}
}

bool Rewriter::is_pure(const Written &part) const
{
	if (part.kind == Kind::macro) {
		return is_pure(*written_.at(part.macro));
	}
	return !(part.kind == Kind::check && keeps_state(part.check)) &&
	       std::all_of(part.parts.begin(), part.parts.end(), [this](const auto &inner) { return is_pure(*inner); });
}

Rewriter::FieldKind Rewriter::kind_of(const Written &check)
{
	const auto *binary = dynamic_cast<const ast::binary_check_expr *>(check.check);
	const auto *field = binary ? dynamic_cast<const ast::field_expr *>(binary->left.get()) : nullptr;
	if (!field || !Field::is_plain(check.field)) {
		return FieldKind::other;
	}
	const auto filter = checks_.new_filter_check_from_fldname(check.field, &unopened_, true);
	filter->parse_field_name(check.field, true, true);
	const auto *info = filter->get_field_info();
	if (info->is_list()) {
		return FieldKind::other;
	}
	const auto type = info->m_type;
	const bool is_text = type == PT_CHARBUF || type == PT_FSPATH || type == PT_FSRELPATH;
	return is_text ? FieldKind::text : is_number(type) ? FieldKind::number : FieldKind::other;
}

std::optional<std::string> Rewriter::as_items(const Written &check) const
{
	// The names of lists stay in place: so the text as written, behind field and operator.
	size_t at = check.field.size();
	if (check.text.compare(0, at, check.field) != 0) {
		return std::nullopt;
	}
	at = check.text.find_first_not_of(' ', at);
	if (at == std::string::npos || check.text.compare(at, check.op.size(), check.op) != 0) {
		return std::nullopt;
	}
	at = check.text.find_first_not_of(' ', at + check.op.size());
	std::string value = at == std::string::npos ? "" : check.text.substr(at);
	if (check.op == "in") {
		const bool in_parentheses = value.size() > 2 && value.front() == '(' && value.back() == ')';
		const size_t begin = in_parentheses ? value.find_first_not_of(' ', 1) : 0;
		const size_t end = in_parentheses ? value.find_last_not_of(' ', value.size() - 2) : value.size() - 1;
		return value.empty() || begin > end ? std::nullopt
						    : std::make_optional(value.substr(begin, end + 1 - begin));
	}
	return value.empty() ? std::nullopt : std::make_optional(value);
}

std::optional<std::string> Rewriter::as_value(const std::string &text) const
{
	const bool bare = std::all_of(text.begin(), text.end(), [](unsigned char c) {
		return std::isalnum(c) != 0 ||
		       std::string_view("_-./:%@").find(static_cast<char>(c)) != std::string_view::npos;
	});
	if (bare && files_.lists.count(text) == 0) {
		return text;
	}
	if (text.find_first_of("\"\\") != std::string::npos) {
		return std::nullopt;
	}
	return "\"" + text + "\"";
}

} // namespace falco::matcher
