// SPDX-License-Identifier: Apache-2.0
//
// What a node of a condition is, found out by a visit: conditions of thousands of rules are looked at again and again,
// and a failing dynamic_cast, which compares types by name up the hierarchy, was most of the time that took.
#pragma once

#include <libsinsp/filter/ast.h>

#include <type_traits>

namespace falco::matcher {

namespace ast = libsinsp::filter::ast;

// Remembers the node that it visits if it is a `Wanted`. Every kind of node is a class without further subclasses.
template <typename Wanted>
class NodeOf final : public ast::const_expr_visitor {
public:
	const Wanted *found() const { return found_; }

	void visit(const ast::and_expr *node) override { take(node); }
	void visit(const ast::or_expr *node) override { take(node); }
	void visit(const ast::not_expr *node) override { take(node); }
	void visit(const ast::identifier_expr *node) override { take(node); }
	void visit(const ast::value_expr *node) override { take(node); }
	void visit(const ast::list_expr *node) override { take(node); }
	void visit(const ast::unary_check_expr *node) override { take(node); }
	void visit(const ast::binary_check_expr *node) override { take(node); }
	void visit(const ast::field_expr *node) override { take(node); }
	void visit(const ast::field_transformer_expr *node) override { take(node); }

private:
	template <typename Node>
	void take(const Node *node)
	{
		if constexpr (std::is_same_v<Node, Wanted>) {
			found_ = node;
		}
	}

	const Wanted *found_ = nullptr;
};

// The node if it is one of that kind, else nullptr.
template <typename Wanted>
const Wanted *node_as(const ast::expr *node)
{
	NodeOf<Wanted> wanted;
	node->accept(&wanted);
	return wanted.found();
}

template <typename Wanted>
Wanted *node_as(ast::expr *node)
{
	return const_cast<Wanted *>(node_as<Wanted>(static_cast<const ast::expr *>(node)));
}

} // namespace falco::matcher
