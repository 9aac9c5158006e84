// SPDX-License-Identifier: Apache-2.0
#include "condition.hpp"

#include "common/nearest.hpp"

#include <libsinsp/filter/parser.h>
#include <libsinsp/sinsp_exception.h>

#include <algorithm>
#include <set>

namespace falco::matcher {

namespace {

// libsinsp's parser recurses, and so do the visitors of what it returns.
constexpr size_t kMaxDepth = 100;
// Macros that use each other twice, level by level, would fill any memory.
constexpr size_t kMaxNodes = 1'000'000;

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

std::vector<std::string> names(const std::map<std::string, size_t> &items)
{
	std::vector<std::string> all;
	all.reserve(items.size());
	for (const auto &item : items) {
		all.push_back(item.first);
	}
	return all;
}

std::string join(const std::vector<std::string> &chain, const std::string &last)
{
	std::string text;
	for (const auto &name : chain) {
		text += name + " -> ";
	}
	return text + last;
}

bool takes_list(const std::string &op)
{
	return op == "in" || op == "intersects" || op == "pmatch";
}

} // namespace

Conditions::Conditions(const RulesFiles &files, Findings &findings)
    : files_(files), findings_(findings), failed_(files.items.size())
{
	for (size_t position = 0; position < files.items.size(); position++) {
		parsed_.push_back(files.items[position].condition ? parse(position) : nullptr);
	}
}

std::unique_ptr<ast::expr> Conditions::parse(size_t position)
{
	const Item &item = files_.items[position];
	const std::string &text = item.condition->text;
	if (const size_t deep = too_deep(text); deep != std::string::npos) {
		findings_.error("too-deep", item.place_of(*item.condition, deep), item.title(),
				"parentheses are nested more than " + std::to_string(kMaxDepth) + " deep");
		return nullptr;
	}
	if (const size_t nul = text.find('\0'); nul != std::string::npos) {
		findings_.error("syntax", item.place_of(*item.condition, nul), item.title(),
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
		return tree;
	} catch (const sinsp_exception &e) {
		findings_.error("syntax",
				item.place_of(*item.condition, std::min<size_t>(parser.get_pos().idx, text.size())),
				item.title(), std::string("cannot parse the condition: ") + e.what());
		return nullptr;
	}
}

std::unique_ptr<ast::expr> Conditions::resolve(size_t position)
{
	if (!parsed_[position]) {
		return nullptr;
	}
	const Item &item = files_.items[position];
	user_ = position;
	chain_.clear();
	if (item.kind == ItemKind::macro) {
		chain_.push_back(item.name);
	}
	nodes_ = 0;
	auto tree = ast::clone(parsed_[position].get());
	if (!resolve_node(tree)) {
		failed_[position] = true;
		return nullptr;
	}
	return tree;
}

bool Conditions::resolve_node(std::unique_ptr<ast::expr> &node)
{
	if (++nodes_ > kMaxNodes) {
		error("too-large", node->get_pos(),
		      "the condition grows beyond a million parts when its macros are put in place");
		return false;
	}
	if (auto *name = dynamic_cast<ast::identifier_expr *>(node.get())) {
		return resolve_macro(node, *name);
	}
	if (auto *check = dynamic_cast<ast::binary_check_expr *>(node.get())) {
		return resolve_list(*check);
	}
	if (auto *negation = dynamic_cast<ast::not_expr *>(node.get())) {
		return resolve_node(negation->child);
	}
	std::vector<std::unique_ptr<ast::expr>> *children = nullptr;
	if (auto *conjunction = dynamic_cast<ast::and_expr *>(node.get())) {
		children = &conjunction->children;
	} else if (auto *disjunction = dynamic_cast<ast::or_expr *>(node.get())) {
		children = &disjunction->children;
	}
	bool good = true;
	if (children) {
		for (auto &child : *children) {
			good = resolve_node(child) && good;
			if (nodes_ > kMaxNodes) {
				break;
			}
		}
	}
	return good;
}

bool Conditions::resolve_macro(std::unique_ptr<ast::expr> &node, const ast::identifier_expr &name)
{
	const auto found = files_.macros.find(name.identifier);
	if (found == files_.macros.end()) {
		const bool is_list = files_.lists.count(name.identifier) != 0;
		error("unknown-macro", name.get_pos(),
		      is_list ? "'" + name.identifier +
					"' is a list, and a list stands only after in, intersects or pmatch"
			      : "unknown macro '" + name.identifier + "'" +
					did_you_mean(name.identifier, names(files_.macros)));
		return false;
	}
	if (std::find(chain_.begin(), chain_.end(), name.identifier) != chain_.end()) {
		error("recursive-macro", name.get_pos(),
		      "macro '" + name.identifier + "' uses itself: " + join(chain_, name.identifier));
		return false;
	}
	const Item &user = files_.items[user_];
	if (user.kind == ItemKind::rule && found->second > user_) {
		error("macro-after-rule", name.get_pos(),
		      "macro '" + name.identifier + "' is defined after the rule '" + user.name +
			      "' that uses it, at " + files_.items[found->second].place.str() +
			      ": move it before the rule");
		return false;
	}
	if (!parsed_[found->second] || failed_[found->second]) {
		return false; // it was said why
	}
	chain_.push_back(name.identifier);
	auto body = ast::clone(parsed_[found->second].get());
	const bool good = resolve_node(body);
	chain_.pop_back();
	node = std::move(body);
	return good;
}

bool Conditions::resolve_list(ast::binary_check_expr &check)
{
	if (!takes_list(check.op)) {
		return true;
	}
	std::vector<std::string> written;
	bool bare = false; // `in shells` rather than `in (shells)`
	if (const auto *list = dynamic_cast<ast::list_expr *>(check.right.get())) {
		written = list->values;
	} else if (const auto *value = dynamic_cast<ast::value_expr *>(check.right.get())) {
		written = {value->value};
		bare = true;
	} else {
		return true; // a field or transformer
	}
	const auto pos = check.right->get_pos();
	std::vector<std::string> values;
	for (const auto &value : written) {
		if (files_.lists.count(value)) {
			std::vector<std::string> chain;
			if (!expand_list(value, pos, values, chain)) {
				return false;
			}
		} else if (bare) {
			error("unknown-list", pos,
			      "unknown list '" + value + "'" + did_you_mean(value, names(files_.lists)));
			return false;
		} else {
			values.push_back(value);
		}
	}
	nodes_ += values.size();
	check.right = ast::list_expr::create(values, pos);
	return true;
}

bool Conditions::expand_list(const std::string &name, const ast::pos_info &pos, std::vector<std::string> &values,
			     std::vector<std::string> &chain)
{
	const size_t position = files_.lists.at(name);
	if (std::find(chain.begin(), chain.end(), name) != chain.end()) {
		error("recursive-list", pos, "list '" + name + "' contains itself: " + join(chain, name));
		return false;
	}
	const Item &user = files_.items[user_];
	if (user.kind == ItemKind::rule && position > user_) {
		error("list-after-rule", pos,
		      "list '" + name + "' is defined after the rule '" + user.name + "' that uses it, at " +
			      files_.items[position].place.str() + ": move it before the rule");
		return false;
	}
	chain.push_back(name);
	for (const yaml::Node *item : files_.items[position].items) {
		if (!item->quoted && files_.lists.count(item->text)) {
			if (!expand_list(item->text, pos, values, chain)) {
				return false;
			}
		} else if (values.size() < kMaxNodes) {
			values.push_back(item->text);
		} else {
			error("too-large", pos, "the list grows beyond a million items");
			return false;
		}
	}
	chain.pop_back();
	return true;
}

yaml::Place Conditions::place_of(const ast::pos_info &pos) const
{
	const Item &item = origin_of(pos);
	return item.place_of(*item.condition, pos.idx);
}

void Conditions::error(const char *code, const ast::pos_info &pos, const std::string &message)
{
	findings_.error(code, place_of(pos), origin_of(pos).title(), message);
}

} // namespace falco::matcher
