// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ast_node.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace falco::matcher {

// For which numbers of a field with at most one number at an event a comparison with constants holds. Numbers are those
// of NumberRange::parse.
struct NumberSet {
	struct Range {
		uint64_t first, last;
	};
	const std::string *field = nullptr; // set if it is such a comparison; points into the tree
	bool is_equality = false;           // with each of the numbers, which are few
	std::vector<Range> ranges;          // rising, apart

	bool is_within(const NumberSet &other) const;
	bool meets(const NumberSet &other) const;
};

NumberSet read_number_set(const ast::expr *node);

} // namespace falco::matcher
