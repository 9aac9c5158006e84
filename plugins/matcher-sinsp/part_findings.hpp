// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "condition.hpp"
#include "findings.hpp"

#include <string>

namespace falco::matcher {

// Warnings about parts of one condition: the first hundred, since to say where each of a million values stands takes
// long, and nobody reads it.
class PartFindings {
public:
	// `item`: whose condition it is.
	PartFindings(const Item &item, const Conditions &conditions, Findings &findings)
	    : item_(item), conditions_(conditions), findings_(findings)
	{
	}

	void warn(const char *code, const ast::expr &part, const std::string &message)
	{
		if (is_room()) {
			findings_.warn(code, conditions_.place_of(part.get_pos()), item_.title(), message);
		}
	}

	// About the value at `index` of those that the check compares with.
	void warn_of_value(const char *code, const ast::binary_check_expr &check, size_t index,
			   const std::string &message)
	{
		if (is_room()) {
			const auto *list = node_as<ast::list_expr>(check.right.get());
			const auto pos = list ? conditions_.pos_of_value(*list, index) : check.right->get_pos();
			findings_.warn(code, conditions_.place_of(pos), item_.title(), message);
		}
	}

private:
	static constexpr size_t kMost = 100;
	bool is_room() { return told_++ < kMost; }

	const Item &item_;
	const Conditions &conditions_;
	Findings &findings_;
	size_t told_ = 0;
};

} // namespace falco::matcher
