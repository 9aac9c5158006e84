// SPDX-License-Identifier: Apache-2.0
//
// Conditions as their authors wrote them: every part with its place, macros by name instead of put in place.
#pragma once

#include "condition.hpp"
#include "output_format.hpp"

#include <libsinsp/filter.h>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace falco::matcher {

// A range of text in a file. `end` is behind its last byte.
struct Extent {
	yaml::Place begin, end;
};

// One part of a written condition, and what was found out about it at all events and in all rules that have it.
struct Written {
	enum class Kind { check, negation, all, any, macro, exception };

	Kind kind = Kind::check;
	std::string text; // a check as written; the name of a macro or exception; otherwise empty
	Extent extent;
	std::vector<std::unique_ptr<Written>> parts; // none of a macro: its own condition is another tree
	size_t macro = 0;                            // its position in RulesFiles::items

	// Of a check.
	const ast::expr *check = nullptr; // stays the Conditions'
	std::string field, op, value;
	size_t distinct = 0; // the same for equal checks; whoever uses it sets it

	uint64_t held = 0, failed = 0; // how often, of the times it was asked
};

const char *name_of(Written::Kind kind);

// {"kind", "text", "file", "line", "column", "end_line", "end_column"}, and of a check "field", "operator", "value".
nlohmann::json describe_part(const Written &part);

// The conditions of all rules and macros of one load, parsed again.
class WrittenConditions {
public:
	// `files` were loaded without an error; they must outlive this.
	explicit WrittenConditions(const RulesFiles &files);

	// The condition of the rule or macro at `position`, a rule's with its exceptions; nullptr when there is none
	// that can be used.
	Written *at(size_t position) const { return trees_[position].get(); }

private:
	std::unique_ptr<Written> read(const ast::expr *node);
	std::unique_ptr<Written> read_check(const ast::expr *node);
	std::unique_ptr<Written> with_exceptions(const Item &rule, const ast::expr *resolved,
						 std::unique_ptr<Written> condition);
	Extent extent_of(const ast::pos_info &pos, size_t end) const;

	const RulesFiles &files_;
	Findings none_;
	Conditions conditions_;
	std::vector<std::unique_ptr<ast::expr>> resolved_; // of rules: their exceptions' checks
	std::vector<std::unique_ptr<Written>> trees_;      // by position
};

} // namespace falco::matcher
