// SPDX-License-Identifier: Apache-2.0
//
// What the text of conditions alone proves about them: that one holds whenever another does, that two cannot both hold.
// "No" only means that it was not proved.
#pragma once

#include <libsinsp/filter/ast.h>

#include <cstddef>

namespace falco::matcher {

namespace ast = libsinsp::filter::ast;

class Prover {
public:
	// Gives up after that many comparisons, all questions together.
	explicit Prover(size_t budget) : budget_(budget) {}

	bool is_exhausted() const { return budget_ == 0; }

	// Whether `b` holds whenever `a` does.
	bool implies(const ast::expr *a, const ast::expr *b);
	// Whether `a` and `b` cannot both hold.
	bool excludes(const ast::expr *a, const ast::expr *b);

	// Whether it cannot hold. `why`, if given, is set to the part that shows it.
	bool never_holds(const ast::expr *condition, const ast::expr **why = nullptr);
	// Whether it holds at every event.
	bool always_holds(const ast::expr *condition);

private:
	bool spend() { return budget_ > 0 && budget_-- > 0; }

	size_t budget_;
};

} // namespace falco::matcher
