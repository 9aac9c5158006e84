// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace falco::matcher {

// At most `most` bytes of the text, and "..." if there are more; no character is cut in two.
inline std::string shortened(const std::string &text, size_t most)
{
	if (text.size() <= most) {
		return text;
	}
	while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80) {
		most--;
	}
	return text.substr(0, most) + "...";
}

} // namespace falco::matcher
