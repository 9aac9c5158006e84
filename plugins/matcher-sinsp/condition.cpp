// SPDX-License-Identifier: Apache-2.0
#include "condition.hpp"

#include "common/nearest.hpp"
#include "exception_check.hpp"
#include "field_names.hpp"
#include "list_lexer.hpp"
#include "placed_macro.hpp"

#include <libsinsp/filter/parser.h>
#include <libsinsp/sinsp_exception.h>

#include <algorithm>

namespace falco::matcher {

namespace {

// libsinsp's parser recurses, and so do the visitors of what it returns; its own limit does not hold.
constexpr size_t kMaxDepth = 1000;
// Macros nest trees in trees.
constexpr size_t kMaxTreeDepth = 2000;
// Macros that use each other twice, level by level, would fill any memory.
constexpr size_t kMaxNodes = 1'000'000;
constexpr size_t kMaxAllNodes = 5'000'000;

// The place of the first parenthesis that is nested too deep, or npos. Quoted text is not counted.
size_t too_deep(const std::string &text)
{
	size_t depth = 0;
	char quote = 0;
	for (size_t i = 0; i < text.size(); i++) {
		const char c = text[i];
		if (quote) {
			if (c == '\\') {
				i++;
			} else if (c == quote) {
				quote = 0;
			}
		} else if (c == '"' || c == '\'') {
			quote = c;
		} else if (c == '(' && ++depth > kMaxDepth) {
			return i;
		} else if (c == ')' && depth > 0) {
			depth--;
		}
	}
	return std::string::npos;
}

// libsinsp's message; for an operator or transformer that does not exist with the nearest one.
std::string explain(const std::string &message, const std::string &text, size_t offset)
{
	constexpr const char *kInNames = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
	if (message.rfind("unexpected token", 0) == 0 && offset > 0 && offset < text.size() && text[offset] == '(') {
		const size_t before = text.find_last_not_of(kInNames, offset - 1);
		const size_t word_begin = before == std::string::npos ? 0 : before + 1;
		const std::string name = text.substr(word_begin, offset - word_begin);
		const std::string nearest = did_you_mean_transformer(name);
		if (!nearest.empty()) {
			return "unknown transformer '" + name + "'" + nearest;
		}
	}
	if (message.rfind("expected a valid check operator", 0) != 0) {
		return message;
	}
	const size_t begin = std::min(text.find_first_not_of(" \t\r\n", offset), text.size());
	const size_t end = std::min(text.find_first_of(" \t\r\n()\"'", begin), text.size());
	const std::string word = text.substr(begin, end - begin);
	const auto operators = libsinsp::filter::parser::supported_operators();
	return "unknown operator '" + word + "'" + did_you_mean(word, operators) + message.substr(message.find(':'));
}

} // namespace

Conditions::Conditions(const RulesFiles &files, Findings &findings)
    : files_(files), findings_(findings), lists_(files, findings), bodies_(files.items.size()),
      failed_(files.items.size()), used_(files.items.size()), in_rule_(files.items.size())
{
	for (size_t position = 0; position < files.items.size(); position++) {
		const Item &item = files.items[position];
		parsed_.push_back(item.condition && !item.is_foreign() ? parse(position) : nullptr);
	}
}

std::unique_ptr<ast::expr> Conditions::parse(size_t position)
{
	const Item &item = files_.items[position];
	const std::string &text = item.condition->text;
	if (const size_t deep = too_deep(text); deep != std::string::npos) {
		findings_.error("too-deep", item.condition->place_of(deep), item.title(),
				"parentheses are nested more than " + std::to_string(kMaxDepth) + " deep");
		return nullptr;
	}
	if (const size_t nul = text.find('\0'); nul != std::string::npos) {
		findings_.error("syntax", item.condition->place_of(nul), item.title(),
				"a condition cannot contain a NUL byte");
		return nullptr;
	}
	libsinsp::filter::parser parser(text);
	parser.set_max_depth(kMaxDepth * 10); // a level of parentheses costs the parser several of its own
	try {
		auto tree = parser.parse();
		const auto origin = static_cast<uint32_t>(position + 1);
		walk(tree.get(), [origin](ast::expr *node) {
			auto pos = node->get_pos();
			pos.line = origin;
			node->set_pos(pos);
		});
		failed_[position] = !place_lists(tree.get());
		return tree;
	} catch (const sinsp_exception &e) {
		findings_.error("syntax", item.condition->place_of(std::min<size_t>(parser.get_pos().idx, text.size())),
				item.title(),
				"cannot parse the condition: " + explain(e.what(), text, parser.get_pos().idx));
		return nullptr;
	}
}

// ---- lists ------------------------------------------------------------------------------------------------------

bool Conditions::place_lists(ast::expr *tree)
{
	bool good = true;
	walk(tree, [&](ast::expr *node) {
		if (auto *check = node_as<ast::binary_check_expr>(node)) {
			if (!place_list(*check)) {
				unplaced_.insert(check);
				good = false;
			}
		}
	});
	return good;
}

bool Conditions::place_list(ast::binary_check_expr &check)
{
	const auto pos = check.right->get_pos();
	const Item &item = origin_of(pos);
	if (too_large_) {
		return false; // it was said
	}
	std::vector<std::string> values;
	if (const auto *value = node_as<ast::value_expr>(check.right.get())) {
		if (!takes_list(check.op)) {
			return place_single_value(check, *value);
		}
		// `in shells` rather than `in (shells)`
		const Word name = {value->value, false, {}};
		if (lists_.find(name) == ListValues::npos) {
			if (files_.broken.count({ItemKind::list, name.text}) == 0) {
				error("unknown-list", pos,
				      "unknown list '" + name.text + "'" +
					      did_you_mean(name.text, names_in(files_.lists)));
			}
			return false;
		}
		if (!lists_.add(name, values)) {
			return false;
		}
	} else if (const auto *list = node_as<ast::list_expr>(check.right.get())) {
		const auto written = read_list_expression(item.condition->text, pos.idx);
		bool good = true;
		for (size_t i = 0; i < list->values.size(); i++) {
			const bool quoted = written && i < written->size() && (*written)[i].quoted;
			good = lists_.add({list->values[i], quoted, {}}, values) && good;
		}
		if (!good) {
			return false;
		}
	} else {
		return true; // a field or transformer
	}
	placed_ += values.size();
	if (placed_ > kMaxAllNodes) {
		too_large_ = true;
		error("too-large", pos,
		      "all conditions together grow beyond five million parts when lists are put in place");
		return false;
	}
	check.right = ast::list_expr::create(values, pos);
	return true;
}

// A list of one value may stand where one value stands.
bool Conditions::place_single_value(ast::binary_check_expr &check, const ast::value_expr &value)
{
	const auto pos = value.get_pos();
	const char first = origin_of(pos).condition->text[pos.idx];
	const size_t list = lists_.find(value.value, first == '"' || first == '\'');
	if (list == ListValues::npos) {
		return true;
	}
	const auto *values = lists_.values(list);
	if (values && values->size() != 1) {
		error("list-as-value", pos,
		      "'" + value.value + "' is a list of " + std::to_string(values->size()) + " values, and '" +
			      check.op + "' compares with one: use in (" + value.value +
			      "), or quotes if the text is meant");
		return false;
	}
	if (values) {
		check.right = ast::value_expr::create(values->front(), pos);
	}
	return values != nullptr;
}

// ---- macros -----------------------------------------------------------------------------------------------------

std::unique_ptr<ast::expr> Conditions::resolve(size_t position)
{
	auto tree = can_resolve(position) ? ast::clone(parsed_[position].get()) : nullptr;
	return tree && resolve(position, tree) ? std::move(tree) : nullptr;
}

std::unique_ptr<ast::expr> Conditions::take(size_t position)
{
	return can_resolve(position) && resolve(position, parsed_[position]) ? std::move(parsed_[position]) : nullptr;
}

bool Conditions::resolve(size_t position, std::unique_ptr<ast::expr> &tree)
{
	const Item &item = files_.items[position];
	user_ = position;
	chain_.clear();
	if (item.kind == ItemKind::macro) {
		chain_.push_back(position);
	}
	nodes_ = 0;
	failed_[position] = !resolve_node(tree, 0) || !add_exceptions(position, tree);
	all_nodes_ += nodes_;
	return !failed_[position];
}

// Counts a node of the tree that is being made. False, after an error, when there are too many.
bool Conditions::count(const ast::expr &node, size_t depth)
{
	nodes_++;
	if (const auto *check = node_as<ast::binary_check_expr>(&node)) {
		if (const auto *list = node_as<ast::list_expr>(check->right.get())) {
			nodes_ += list->values.size();
		}
	}
	if (depth > kMaxTreeDepth) {
		error("too-deep", node.get_pos(),
		      "the condition is nested more than " + std::to_string(kMaxTreeDepth) +
			      " deep when its macros are put in place");
		return false;
	}
	if (nodes_ > kMaxNodes || all_nodes_ + nodes_ > kMaxAllNodes) {
		too_large_ = true;
		error("too-large", node.get_pos(),
		      nodes_ > kMaxNodes
			      ? "the condition grows beyond a million parts when its macros and lists are put in place"
			      : "all conditions together grow beyond five million parts when macros and lists are put "
				"in place");
		return false;
	}
	return true;
}

bool Conditions::resolve_node(std::unique_ptr<ast::expr> &node, size_t depth)
{
	if (!count(*node, depth)) {
		return false;
	}
	if (auto *name = node_as<ast::identifier_expr>(node.get())) {
		return resolve_macro(node, *name, depth);
	}
	if (auto *negation = node_as<ast::not_expr>(node.get())) {
		return resolve_node(negation->child, depth + 1);
	}
	std::vector<std::unique_ptr<ast::expr>> *children = nullptr;
	if (auto *conjunction = node_as<ast::and_expr>(node.get())) {
		children = &conjunction->children;
	} else if (auto *disjunction = node_as<ast::or_expr>(node.get())) {
		children = &disjunction->children;
	}
	bool good = true;
	if (children) {
		for (auto &child : *children) {
			good = resolve_node(child, depth + 1) && good;
			if (nodes_ > kMaxNodes) {
				break;
			}
		}
	}
	return good;
}

bool Conditions::resolve_macro(std::unique_ptr<ast::expr> &node, const ast::identifier_expr &name, size_t depth)
{
	const auto found = files_.macros.find(name.identifier);
	if (found == files_.macros.end()) {
		if (files_.broken.count({ItemKind::macro, name.identifier}) == 0) {
			error("unknown-macro", name.get_pos(),
			      files_.lists.count(name.identifier) != 0
				      ? "'" + name.identifier +
						"' is a list, and a list stands only after in, intersects or pmatch"
				      : "unknown macro '" + name.identifier + "'" +
						did_you_mean(name.identifier, names_in(files_.macros)));
		}
		return false;
	}
	const size_t macro = found->second;
	used_[macro] = true;
	if (const auto again = std::find(chain_.begin(), chain_.end(), macro); again != chain_.end()) {
		std::string chain;
		for (auto it = chain_.begin(); it != chain_.end(); ++it) {
			chain += files_.items[*it].name + " -> ";
		}
		error("recursive-macro", name.get_pos(),
		      "macro '" + name.identifier + "' uses itself: " + chain + name.identifier);
		return false;
	}
	const Item &user = files_.items[user_];
	const size_t sees = std::max(user.sees, origin_of(name.get_pos()).sees);
	if (user.kind == ItemKind::rule && macro >= sees) {
		findings_.warn("macro-after-rule", place_of(name.get_pos()), origin_of(name.get_pos()).title(),
			       "macro '" + name.identifier + "' is defined after the rule '" + user.name +
				       "' that uses it, at " + files_.items[macro].place.str());
	}
	if (!parsed_[macro] || failed_[macro]) {
		return false; // it was said why
	}
	if (user.kind == ItemKind::rule) {
		in_rule_[macro] = true;
	}
	chain_.push_back(macro);
	auto body = ast::clone(parsed_[macro].get());
	const bool good = resolve_node(body, depth + 1);
	chain_.pop_back();
	if (!good) {
		node = std::move(body);
		return false;
	}
	if (!bodies_[macro]) {
		bodies_[macro] = std::move(body);
	}
	node = std::make_unique<PlacedMacro>(bodies_[macro]);
	return true;
}

yaml::Place Conditions::place_of(const ast::pos_info &pos) const
{
	return pos.col == 0 ? places_[pos.idx] : origin_of(pos).condition->place_of(pos.idx);
}

ast::pos_info Conditions::pos_of_value(const ast::list_expr &list, size_t index) const
{
	auto pos = list.get_pos();
	if (pos.col == 0) {
		return pos; // from an exception
	}
	const auto written = read_list_expression(origin_of(pos).condition->text, pos.idx);
	size_t behind = 0;
	for (const auto &item : written.value_or(std::vector<WrittenItem>())) {
		const size_t named = lists_.find(item.text, item.quoted);
		behind += named == ListValues::npos ? 1 : lists_.count(named);
		if (index < behind) {
			pos.idx = static_cast<uint32_t>(item.offset);
			break;
		}
	}
	return pos;
}

void Conditions::error(const char *code, const ast::pos_info &pos, const std::string &message)
{
	findings_.error(code, place_of(pos), origin_of(pos).title(), message);
}

} // namespace falco::matcher
