// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace falco::matcher {

// What a field's value must have for a check of the field to hold: one of the constants, found in this way. A value
// that has one need not be enough. Values that are not texts are bytes as libsinsp keeps them.
struct CheckKey {
	enum class How {
		equal,
		prefix,
		path_prefix, // a prefix of the value written without closing and repeated slashes
		suffix,
		substring,
		substring_any_case, // constants in small letters
		regex,
		at_least, // numbers: 8 bytes each, see `order_of` in number_check.hpp
		at_most,
		network // an address and a mask, 4 or 16 bytes each
	};
	How how;
	std::vector<std::string> constants;
};

} // namespace falco::matcher
