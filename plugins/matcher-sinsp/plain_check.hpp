// SPDX-License-Identifier: Apache-2.0
//
// Comparisons whose meaning the text of a condition tells: of fields with at most one value at an event, a text that is
// compared byte for byte.
#pragma once

#include "ast_node.hpp"

#include <cstddef>
#include <string>

namespace falco::matcher {

// A comparison of such a field with constants. Points into the tree it was read from.
struct PlainCheck {
	const std::string *field = nullptr; // set if it is one
	const std::string *op = nullptr;
	const std::string *values = nullptr; // of whatever field
	size_t size = 0;

	const std::string *begin() const { return values; }
	const std::string *end() const { return values + size; }

	bool is_equality() const { return *op == "=" || *op == "==" || *op == "in"; }
	bool is_part() const { return *op == "startswith" || *op == "endswith" || *op == "contains"; }
};

PlainCheck read_plain_check(const ast::expr *node);

} // namespace falco::matcher
