// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

namespace falco::sinsp_family {

// Parts of a text, put together by the compiler: a plugin's table is data.
template <const std::string_view &...Parts>
struct Joined {
	static constexpr auto make()
	{
		std::array<char, (Parts.size() + ... + 1)> joined{};
		size_t at = 0;
		const auto add = [&](std::string_view part) {
			for (const char c : part) {
				joined[at++] = c;
			}
		};
		(add(Parts), ...);
		return joined;
	}
	static constexpr auto text = make(); // ends in NUL
};

} // namespace falco::sinsp_family
