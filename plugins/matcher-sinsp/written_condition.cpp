// SPDX-License-Identifier: Apache-2.0
#include "written_condition.hpp"

#include "list_lexer.hpp"
#include "shortened.hpp"

#include <algorithm>

namespace falco::matcher {

using nlohmann::json;

namespace {

constexpr const char *kBlank = " \t\b\r\n";
constexpr size_t kShownValue = 500; // bytes of a long list

// The end of the value or word that begins at `begin`.
size_t end_of_value(const std::string &text, size_t begin)
{
	size_t end = 0;
	if (read_list_expression(text, begin, &end)) {
		return end;
	}
	if (begin < text.size() && (text[begin] == '"' || text[begin] == '\'')) {
		for (size_t i = begin + 1; i < text.size(); i++) {
			if (text[i] == text[begin] && text[i - 1] != '\\') {
				return i + 1;
			}
		}
	}
	return std::min(text.find_first_of(" \t\b\r\n()", begin), text.size());
}

// The end of `count` closing parentheses behind `from`; of a value that is a field or a transformer of one.
size_t end_of_right(const std::string &text, const ast::expr *right)
{
	const size_t begin = right->get_pos().idx;
	if (!node_as<ast::field_expr>(right) && !node_as<ast::field_transformer_expr>(right)) {
		return end_of_value(text, begin);
	}
	size_t depth = 0;
	for (size_t i = begin; i < text.size(); i++) {
		if (text[i] == '(') {
			depth++;
		} else if (text[i] == ')' && (depth == 0 || --depth == 0)) {
			return depth == 0 && i > begin ? i + 1 : i;
		}
	}
	return text.size();
}

// On one line: conditions are often broken into several.
std::string on_one_line(const std::string &text)
{
	std::string line;
	for (const char c : text) {
		const bool blank = c == '\n' || c == '\r' || c == '\t' || c == ' ';
		if (!blank) {
			line += c;
		} else if (!line.empty() && line.back() != ' ') {
			line += ' ';
		}
	}
	return line;
}

const std::vector<std::unique_ptr<ast::expr>> *children_of(const ast::expr *node)
{
	if (const auto *conjunction = node_as<ast::and_expr>(node)) {
		return &conjunction->children;
	}
	if (const auto *disjunction = node_as<ast::or_expr>(node)) {
		return &disjunction->children;
	}
	return nullptr;
}

} // namespace

const char *name_of(Written::Kind kind)
{
	switch (kind) {
	case Written::Kind::check:
		return "check";
	case Written::Kind::negation:
		return "not";
	case Written::Kind::all:
		return "and";
	case Written::Kind::any:
		return "or";
	case Written::Kind::macro:
		return "macro";
	case Written::Kind::exception:
		break;
	}
	return "exception";
}

json describe_part(const Written &part)
{
	json described = {{"kind", name_of(part.kind)}};
	if (!part.text.empty()) {
		described["text"] = part.text;
	}
	if (part.extent.begin.file) {
		described["file"] = *part.extent.begin.file;
		described["line"] = part.extent.begin.line;
		described["column"] = part.extent.begin.column;
		described["end_line"] = part.extent.end.line;
		described["end_column"] = part.extent.end.column;
	}
	if (part.kind == Written::Kind::check) {
		described["field"] = part.field;
		described["operator"] = part.op;
		if (!part.value.empty()) {
			described["value"] = part.value;
		}
	}
	return described;
}

WrittenConditions::WrittenConditions(const RulesFiles &files)
    : files_(files), conditions_(files, none_), resolved_(files.items.size()), trees_(files.items.size())
{
	for (size_t position = 0; position < files.items.size(); position++) {
		const Item &item = files.items[position];
		const ast::expr *written = item.kind == ItemKind::list ? nullptr : conditions_.written(position);
		if (!written) {
			continue;
		}
		trees_[position] = read(written);
		if (item.kind == ItemKind::rule && !item.exceptions.empty()) {
			resolved_[position] = conditions_.resolve(position);
			if (resolved_[position]) {
				trees_[position] =
					with_exceptions(item, resolved_[position].get(), std::move(trees_[position]));
			}
		}
	}
}

Extent WrittenConditions::extent_of(const ast::pos_info &pos, size_t end) const
{
	if (pos.col == 0) {
		const auto place = conditions_.place_of(pos);
		return {place, place};
	}
	const SourceText &condition = *conditions_.origin_of(pos).condition;
	const size_t begin = std::min(condition.text.find_first_not_of(kBlank, pos.idx), condition.text.size());
	yaml::Place last = condition.place_of(end > begin ? end - 1 : begin);
	last.column++;
	return {condition.place_of(begin), last};
}

std::unique_ptr<Written> WrittenConditions::read(const ast::expr *node)
{
	auto part = std::make_unique<Written>();
	const auto pos = node->get_pos();
	if (const auto *name = node_as<ast::identifier_expr>(node)) {
		part->kind = Written::Kind::macro;
		part->text = name->identifier;
		part->macro = files_.macros.at(name->identifier);
		const std::string &text = conditions_.origin_of(pos).condition->text;
		part->extent = extent_of(pos, text.find(name->identifier, pos.idx) + name->identifier.size());
		return part;
	}
	if (const auto *negation = node_as<ast::not_expr>(node)) {
		part->kind = Written::Kind::negation;
		part->parts.push_back(read(negation->child.get()));
	} else if (const auto *children = children_of(node)) {
		part->kind = node_as<ast::and_expr>(node) ? Written::Kind::all : Written::Kind::any;
		for (const auto &child : *children) {
			part->parts.push_back(read(child.get()));
		}
	} else {
		return read_check(node);
	}
	part->extent = {extent_of(pos, 0).begin, part->parts.back()->extent.end};
	return part;
}

std::unique_ptr<Written> WrittenConditions::read_check(const ast::expr *node)
{
	auto part = std::make_unique<Written>();
	part->check = node;
	const auto pos = node->get_pos();
	const auto *binary = node_as<ast::binary_check_expr>(node);
	const auto *unary = node_as<ast::unary_check_expr>(node);
	part->field = ast::as_string(binary ? binary->left.get() : unary->left.get());
	part->op = binary ? binary->op : unary->op;
	part->value = binary ? shortened(ast::as_string(binary->right.get()), kShownValue) : "";
	if (pos.col == 0) { // of an exception, whose field and values stand in different places
		part->text = part->field + " " + part->op + " " + part->value;
		part->extent = extent_of(pos, 0);
		return part;
	}
	const std::string &text = conditions_.origin_of(pos).condition->text;
	const size_t begin = std::min(text.find_first_not_of(kBlank, pos.idx), text.size());
	const size_t end = binary ? end_of_right(text, binary->right.get())
				  : text.find(part->op, begin + part->field.size()) + part->op.size();
	part->text = on_one_line(text.substr(begin, end - begin));
	part->extent = extent_of(pos, end);
	return part;
}

std::unique_ptr<Written> WrittenConditions::with_exceptions(const Item &rule, const ast::expr *resolved,
							    std::unique_ptr<Written> condition)
{
	const bool any = std::any_of(rule.exceptions.begin(), rule.exceptions.end(),
				     [](const Exception &exception) { return !exception.values.empty(); });
	if (!any) {
		return condition;
	}
	const auto &children = *children_of(resolved);
	auto whole = std::make_unique<Written>();
	whole->kind = Written::Kind::all;
	whole->extent = condition->extent;
	whole->parts.push_back(std::move(condition));
	size_t next = 1;
	for (const auto &exception : rule.exceptions) {
		if (exception.values.empty()) {
			continue;
		}
		const auto *negation = node_as<ast::not_expr>(children.at(next++).get());
		auto holder = std::make_unique<Written>();
		holder->kind = Written::Kind::exception;
		holder->text = exception.name;
		holder->extent = {exception.place, exception.place};
		holder->parts.push_back(read(negation->child.get()));
		auto without = std::make_unique<Written>();
		without->kind = Written::Kind::negation;
		without->extent = holder->extent;
		without->parts.push_back(std::move(holder));
		whole->parts.push_back(std::move(without));
	}
	return whole;
}

} // namespace falco::matcher
