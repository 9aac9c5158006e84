// SPDX-License-Identifier: Apache-2.0
//
// The exceptions of a rule as part of its condition: CONDITION and not EXCEPTION and not EXCEPTION. An exception of a
// single field is `FIELD in (VALUES)`; of several, the rows of values stand side by side, each as
// `FIELD = VALUE and FIELD = VALUE`.
#include "condition.hpp"
#include "exception_check.hpp"
#include "list_lexer.hpp"

#include <libsinsp/filter/parser.h>
#include <libsinsp/sinsp_exception.h>

namespace falco::matcher {

using Parts = std::vector<std::unique_ptr<ast::expr>>;

bool Conditions::add_exceptions(size_t position, std::unique_ptr<ast::expr> &tree)
{
	const Item &rule = files_.items[position];
	Parts parts;
	for (const auto &exception : rule.exceptions) {
		Parts rows;
		if (exception.single) {
			if (!exception.values.empty() && !add_single(exception, rows)) {
				return false;
			}
		}
		for (size_t i = 0; !exception.single && i < exception.values.size(); i++) {
			if (!add_row(exception, exception.values[i], rows)) {
				return false;
			}
		}
		if (rows.empty()) {
			continue; // an exception without values excepts nothing
		}
		const auto pos = pos_of(exception.place);
		auto either = rows.size() == 1 ? std::move(rows.front()) : ast::or_expr::create(rows, pos);
		parts.push_back(ast::not_expr::create(std::move(either), pos));
		if (!count(*parts.back(), 0)) {
			return false;
		}
	}
	if (!parts.empty()) {
		parts.insert(parts.begin(), std::move(tree));
		const auto pos = parts.front()->get_pos();
		tree = ast::and_expr::create(parts, pos);
	}
	return true;
}

bool Conditions::add_single(const Exception &exception, Parts &rows)
{
	ExceptionValue all;
	all.is_list = true;
	all.place = exception.place;
	for (const auto &row : exception.values) {
		all.words.push_back(row.values.front().words.front());
	}
	auto field = field_of(exception, exception.fields.front());
	auto values = field ? value_of(all, operator_of(exception, 0)) : nullptr;
	if (!values) {
		return false;
	}
	const auto pos = field->get_pos();
	rows.push_back(
		ast::binary_check_expr::create(std::move(field), operator_of(exception, 0), std::move(values), pos));
	return count(*rows.back(), 0);
}

bool Conditions::add_row(const Exception &exception, const ExceptionRow &row, Parts &rows)
{
	Parts checks;
	for (size_t i = 0; i < exception.fields.size(); i++) {
		const std::string op = operator_of(exception, i);
		auto field = field_of(exception, exception.fields[i]);
		auto value = field ? value_of(row.values[i], op) : nullptr;
		if (!value) {
			return false;
		}
		const auto pos = value->get_pos();
		checks.push_back(ast::binary_check_expr::create(std::move(field), op, std::move(value), pos));
		if (!count(*checks.back(), 0)) {
			return false;
		}
	}
	rows.push_back(checks.size() == 1 ? std::move(checks.front())
					  : ast::and_expr::create(checks, pos_of(row.place)));
	return true;
}

std::unique_ptr<ast::expr> Conditions::field_of(const Exception &exception, const Word &field)
{
	const auto pos = pos_of(field.place);
	try {
		auto tree = libsinsp::filter::parser(field.text + " exists").parse();
		auto *check = node_as<ast::unary_check_expr>(tree.get());
		if (check && node_as<ast::field_expr>(check->left.get())) {
			check->left->set_pos(pos);
			return std::move(check->left);
		}
	} catch (const sinsp_exception &) {
		// no field, as below
	}
	error("bad-exception", pos,
	      "the exception '" + exception.name + "' compares '" + field.text + "', which is no field");
	return nullptr;
}

std::unique_ptr<ast::expr> Conditions::value_of(const ExceptionValue &value, const std::string &op)
{
	const auto pos = pos_of(value.place);
	std::vector<Word> words = value.words;
	if (takes_list(op) && !value.is_list && !words.front().quoted) {
		// A list may be written as it is in a condition.
		const std::string &text = words.front().text;
		size_t end = 0;
		const auto written = read_list_expression(text, 0, &end);
		if (written && end == text.size()) {
			words.clear();
			for (const auto &item : *written) {
				words.push_back({item.text, item.quoted, value.place});
			}
		}
	}
	std::vector<std::string> values;
	for (const auto &word : words) {
		if (!lists_.add(word, values)) {
			return nullptr;
		}
	}
	if (takes_list(op)) {
		return ast::list_expr::create(values, pos);
	}
	if (values.size() != 1) {
		error("list-as-value", pos,
		      "'" + words.front().text + "' is a list of " + std::to_string(values.size()) + " values, and '" +
			      op + "' compares with one: use the operator in, or quotes if the text is meant");
		return nullptr;
	}
	return ast::value_expr::create(values.front(), pos);
}

ast::pos_info Conditions::pos_of(const yaml::Place &place)
{
	ast::pos_info pos;
	pos.idx = static_cast<uint32_t>(places_.size());
	pos.line = static_cast<uint32_t>(user_ + 1);
	pos.col = 0;
	places_.push_back(place);
	return pos;
}

} // namespace falco::matcher
