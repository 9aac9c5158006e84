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
	enum class EmptyLists {
		prove, // nothing is in them
		will_be_filled
	};

	// Gives up after that many comparisons, all questions together.
	explicit Prover(size_t budget, EmptyLists empty_lists = EmptyLists::prove)
	    : budget_(budget), empty_lists_(empty_lists)
	{
	}

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
	// False when there is not so much left; then nothing is.
	bool spend(size_t comparisons = 1)
	{
		const bool enough = budget_ >= comparisons;
		budget_ -= enough ? comparisons : budget_;
		return enough;
	}

	// Whether nothing may be concluded from the check as it is now.
	bool is_unfinished(const ast::expr *check) const;

	size_t budget_;
	EmptyLists empty_lists_;
};

} // namespace falco::matcher
