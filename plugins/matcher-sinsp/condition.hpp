// SPDX-License-Identifier: Apache-2.0
//
// Conditions as trees: parsed by libsinsp's parser, with macros, lists and exceptions put in place on the tree, never
// in the text.
#pragma once

#include "ast_node.hpp"
#include "findings.hpp"
#include "item.hpp"
#include "list_values.hpp"

#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

namespace falco::matcher {

// Resolves the conditions of one load. A node's position is `idx` bytes into the condition of the item that stands at
// `line` - 1: so a mistake inside a macro is shown in the macro, whichever rule it came from. `col` 0: the node comes
// from an exception, and `idx` is the number of its place.
class Conditions {
public:
	// Parses every condition of `files` at once; what does not parse goes to `findings`.
	Conditions(const RulesFiles &files, Findings &findings);

	// The condition of the rule or macro at `position` with everything resolved; nullptr after an error.
	std::unique_ptr<ast::expr> resolve(size_t position);

	// The same, and the condition as it is written is used up, unless there was an error.
	std::unique_ptr<ast::expr> take(size_t position);

	// The condition of the rule or macro at `position` as it is written, with lists in place; nullptr when there is
	// none. After an error some macros may be in place.
	ast::expr *written(size_t position) const { return parsed_[position].get(); }

	// False of a written check whose lists could not be put in place.
	bool is_placed(const ast::expr *check) const { return unplaced_.count(check) == 0; }

	// Where a node of any tree made here stands in its file.
	yaml::Place place_of(const ast::pos_info &pos) const;
	static bool is_of_exception(const ast::expr &node) { return node.get_pos().col == 0; }
	// The item that a node was written in.
	const Item &origin_of(const ast::pos_info &pos) const { return files_.items.at(pos.line - 1); }

	// Where the value at `index` of a list in a resolved condition was written; the name of a list stands for its
	// values.
	ast::pos_info pos_of_value(const ast::list_expr &list, size_t index) const;

	// Whether any other item names the macro or list at `position`.
	bool is_used(size_t position) const { return used_[position] || lists_.is_used(position); }
	// Whether the macro is part of a rule that was resolved.
	bool is_in_rule(size_t position) const { return in_rule_[position]; }

private:
	std::unique_ptr<ast::expr> parse(size_t position);
	bool place_lists(ast::expr *tree);
	bool place_list(ast::binary_check_expr &check);
	bool place_single_value(ast::binary_check_expr &check, const ast::value_expr &value);

	bool can_resolve(size_t position) const { return parsed_[position] && !failed_[position] && !too_large_; }
	bool resolve(size_t position, std::unique_ptr<ast::expr> &tree);
	bool resolve_node(std::unique_ptr<ast::expr> &node, size_t depth);
	bool resolve_macro(std::unique_ptr<ast::expr> &node, const ast::identifier_expr &name, size_t depth);
	bool count(const ast::expr &node, size_t depth);

	bool add_exceptions(size_t position, std::unique_ptr<ast::expr> &tree);
	bool add_row(const Exception &exception, const ExceptionRow &row,
		     std::vector<std::unique_ptr<ast::expr>> &rows);
	bool add_single(const Exception &exception, std::vector<std::unique_ptr<ast::expr>> &rows);
	std::unique_ptr<ast::expr> field_of(const Exception &exception, const Word &field);
	std::unique_ptr<ast::expr> value_of(const ExceptionValue &value, const std::string &op);
	ast::pos_info pos_of(const yaml::Place &place);

	void error(const char *code, const ast::pos_info &pos, const std::string &message);

	const RulesFiles &files_;
	Findings &findings_;
	ListValues lists_;
	std::vector<std::unique_ptr<ast::expr>> parsed_; // by position; nullptr for lists and what did not parse
	std::vector<std::shared_ptr<ast::expr>> bodies_; // by position, of macros: resolved, once one was put in place
	std::unordered_set<const ast::expr *> unplaced_; // checks
	std::vector<bool> failed_;                       // by position; that could not be resolved, and it was said why
	std::vector<bool> used_, in_rule_;               // by position, of macros
	std::vector<yaml::Place> places_;                // of nodes from exceptions
	size_t user_ = 0;                                // position of the item being resolved
	std::vector<size_t> chain_;                      // macros being put in place, outermost first
	size_t nodes_ = 0;                               // of the tree being made
	size_t placed_ = 0;                              // values of lists in all parsed conditions
	bool too_large_ = false;                         // a bound was met, so nothing more is resolved
	size_t all_nodes_ = 0;                           // of all trees made
};

// Calls `visit` for every node of a tree, parents first.
template <typename Visit>
void walk(ast::expr *node, const Visit &visit)
{
	visit(node);
	if (auto *conjunction = node_as<ast::and_expr>(node)) {
		for (auto &child : conjunction->children) {
			walk(child.get(), visit);
		}
	} else if (auto *disjunction = node_as<ast::or_expr>(node)) {
		for (auto &child : disjunction->children) {
			walk(child.get(), visit);
		}
	} else if (auto *negation = node_as<ast::not_expr>(node)) {
		walk(negation->child.get(), visit);
	} else if (auto *unary = node_as<ast::unary_check_expr>(node)) {
		walk(unary->left.get(), visit);
	} else if (auto *binary = node_as<ast::binary_check_expr>(node)) {
		walk(binary->left.get(), visit);
		walk(binary->right.get(), visit);
	} else if (auto *transformer = node_as<ast::field_transformer_expr>(node)) {
		walk(transformer->value.get(), visit);
	}
}

} // namespace falco::matcher
