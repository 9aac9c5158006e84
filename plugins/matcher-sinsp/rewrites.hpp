// SPDX-License-Identifier: Apache-2.0
//
// Shorter ways to say what a condition says: only what holds at exactly the same events, whatever their values.
#pragma once

#include "written_algebra.hpp"

#include <libsinsp/filter_check_list.h>
#include <libsinsp/sinsp.h>

#include <optional>
#include <string>
#include <vector>

namespace falco::matcher {

struct Rewrite {
	enum class Kind {
		absorbed, // a part that another one makes superfluous is left out
		list,     // several comparisons of a field with `=` become one with `in`
		factor,   // what all parts of a group have in common is asked once
		pattern   // a regex or glob that is no pattern becomes the operator that it is
	};
	Kind kind;
	Parts parts; // that can be said otherwise: a group, or some of one
	std::string from, to;
};

const char *name_of(Rewrite::Kind kind);

// Texts are taken to have no NUL byte within, as those of the kernel and of /proc have none.
class Rewriter {
public:
	// Both must outlive it, and what it finds.
	Rewriter(const RulesFiles &files, const WrittenConditions &written) : files_(files), written_(written) {}

	// What can be said otherwise in the condition of a rule or macro; macros that it names are not opened. Each
	// rewrite is for itself: of two that overlap, one can be made, and then asked again.
	std::vector<Rewrite> find(const Written &condition);

private:
	enum class FieldKind { text, number, other };

	void visit(const Written &part, const Written *outer, std::vector<Rewrite> &found);
	void drop_absorbed(const Written &group, std::vector<Rewrite> &found);
	void join_lists(const Written &group, std::vector<Rewrite> &found);
	void pull_out(const Written &group, std::vector<Rewrite> &found);
	void name_pattern(const Written &check, std::vector<Rewrite> &found);

	// Whether asking the part less often changes nothing.
	bool is_pure(const Written &part) const;
	FieldKind kind_of(const Written &check);
	// What stands in the parentheses of `in`, or would have to, for a check with `=` or `in`.
	std::optional<std::string> as_items(const Written &check) const;
	// How a text is written as one value.
	std::optional<std::string> as_value(const std::string &text) const;

	const RulesFiles &files_;
	const WrittenConditions &written_;
	sinsp unopened_; // only asked which fields there are
	sinsp_filter_check_list checks_;
};

} // namespace falco::matcher
