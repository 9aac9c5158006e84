// SPDX-License-Identifier: Apache-2.0
//
// Conditions as trees: parsed by libsinsp's parser, with macros and lists put in place on the tree, never in the text.
#pragma once

#include "findings.hpp"
#include "rules_file.hpp"

#include <libsinsp/filter/ast.h>

#include <memory>
#include <string>
#include <vector>

namespace falco::matcher {

namespace ast = libsinsp::filter::ast;

// Resolves the conditions of one load. A node's position is `idx` bytes into the condition of the item that stands at
// `line` - 1: so a mistake inside a macro is shown in the macro, whichever rule it came from.
class Conditions {
public:
	// Parses every condition of `files` at once; what does not parse goes to `findings`.
	Conditions(const RulesFiles &files, Findings &findings);

	// The condition of the rule or macro at `position` with everything resolved; nullptr after an error.
	std::unique_ptr<ast::expr> resolve(size_t position);

	// Where a node of any tree made here stands in its file.
	yaml::Place place_of(const ast::pos_info &pos) const;
	// The item that a node was written in.
	const Item &origin_of(const ast::pos_info &pos) const { return files_.items.at(pos.line - 1); }

private:
	std::unique_ptr<ast::expr> parse(size_t position);
	bool resolve_node(std::unique_ptr<ast::expr> &node);
	bool resolve_macro(std::unique_ptr<ast::expr> &node, const ast::identifier_expr &name);
	bool resolve_list(ast::binary_check_expr &check);
	bool expand_list(const std::string &name, const ast::pos_info &pos, std::vector<std::string> &values,
			 std::vector<std::string> &chain);
	void error(const char *code, const ast::pos_info &pos, const std::string &message);

	const RulesFiles &files_;
	Findings &findings_;
	std::vector<std::unique_ptr<ast::expr>> parsed_; // by position; nullptr for lists and what did not parse
	std::vector<bool> failed_;                       // by position; that could not be resolved, and it was said why
	size_t user_ = 0;                                // position of the item being resolved
	std::vector<std::string> chain_;                 // macros being put in place, outermost first
	size_t nodes_ = 0;                               // of the tree being made
};

// Calls `visit` for every node of a tree, parents first.
template <typename Visit>
void walk(ast::expr *node, const Visit &visit)
{
	visit(node);
	if (auto *conjunction = dynamic_cast<ast::and_expr *>(node)) {
		for (auto &child : conjunction->children) {
			walk(child.get(), visit);
		}
	} else if (auto *disjunction = dynamic_cast<ast::or_expr *>(node)) {
		for (auto &child : disjunction->children) {
			walk(child.get(), visit);
		}
	} else if (auto *negation = dynamic_cast<ast::not_expr *>(node)) {
		walk(negation->child.get(), visit);
	} else if (auto *unary = dynamic_cast<ast::unary_check_expr *>(node)) {
		walk(unary->left.get(), visit);
	} else if (auto *binary = dynamic_cast<ast::binary_check_expr *>(node)) {
		walk(binary->left.get(), visit);
		walk(binary->right.get(), visit);
	} else if (auto *transformer = dynamic_cast<ast::field_transformer_expr *>(node)) {
		walk(transformer->value.get(), visit);
	}
}

} // namespace falco::matcher
