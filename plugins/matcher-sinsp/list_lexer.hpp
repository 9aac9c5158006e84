// SPDX-License-Identifier: Apache-2.0
//
// Values in the text of a condition. libsinsp's tree tells neither where the items of a list stand nor whether they
// were quoted, and a quoted item is never the name of a list.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace falco::matcher {

// An item of a list expression.
struct WrittenItem {
	size_t offset; // in the condition
	bool quoted;
	std::string text; // without quotes
};

// The items of the list expression whose '(' is at `offset`, as libsinsp's parser takes them; nothing when there is no
// list expression. `end`, if given, is set behind its ')'.
std::optional<std::vector<WrittenItem>> read_list_expression(const std::string &text, size_t offset,
							     size_t *end = nullptr);

// What stands inside the quotes, when `text` is one quoted text and nothing else.
std::optional<std::string> unquote(const std::string &text);

} // namespace falco::matcher
