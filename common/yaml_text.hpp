// SPDX-License-Identifier: Apache-2.0
//
// What must hold of a text before a YAML parser sees it, and how scalars are written in it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace falco::yaml {

// Something in a text that YAML does not allow there, and the byte it begins at.
struct TextFault {
	size_t offset;
	std::string message;
};

// Bytes that are no UTF-8 and control characters. yaml-cpp takes U+0004 for the end of the text and passes on most
// other faults, so they are refused before.
std::optional<TextFault> find_text_fault(std::string_view text);

// The number of bytes of the UTF-8 sequence that begins at `offset`; 0 when there is no valid one.
size_t utf8_length(std::string_view text, size_t offset);

// The byte order mark's length, if the text begins with one.
size_t byte_order_mark(std::string_view text);

// Where line and column (both from 1) are in the text, at most its size.
size_t offset_of(std::string_view text, size_t line, size_t column);

// Behind the anchor and the tag that may stand before a node's content.
size_t skip_properties(std::string_view text, size_t offset);

// The byte behind the quote that closes the scalar whose opening quote is at `offset`; npos when there is none.
size_t find_end_of_quoted(std::string_view text, size_t offset);

} // namespace falco::yaml
