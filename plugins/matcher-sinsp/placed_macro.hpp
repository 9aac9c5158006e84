// SPDX-License-Identifier: Apache-2.0
//
// A macro's condition where its name stood. All conditions that use the macro have the same tree of it: thousands of
// rules use the same few macros.
#pragma once

#include "ast_node.hpp"

#include <memory>
#include <utility>

namespace falco::matcher {

// Whoever visits it visits the macro's condition, which nobody changes from now on.
class PlacedMacro final : public ast::expr {
public:
	explicit PlacedMacro(std::shared_ptr<ast::expr> body) : body_(std::move(body)) { set_pos(body_->get_pos()); }

	void accept(ast::expr_visitor *visitor) override { body_->accept(visitor); }
	void accept(ast::const_expr_visitor *visitor) const override
	{
		static_cast<const ast::expr &>(*body_).accept(visitor);
	}
	bool is_equal(const ast::expr *other) const override { return body_->is_equal(other); }

private:
	std::shared_ptr<ast::expr> body_;
};

} // namespace falco::matcher
