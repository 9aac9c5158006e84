// SPDX-License-Identifier: Apache-2.0
//
// How a matcher of the sinsp family tells its source which events it needs: the decimal numbers of their event codes
// (ppm_event_code), separated by spaces. Events of other codes still change the state, but need not come out of `next`.
#pragma once

#include <libsinsp/sinsp.h>

#include <bitset>
#include <sstream>
#include <string>
#include <string_view>

namespace falco::sinsp_family {

using Interests = std::bitset<PPM_EVENT_MAX>; // by event code

// Empty text asks for everything; so do numbers that this libsinsp does not know.
inline Interests parse_interests(std::string_view text)
{
	Interests interests;
	std::istringstream words{std::string(text)};
	for (size_t code = 0; words >> code;) {
		if (code >= interests.size()) {
			return interests.set();
		}
		interests.set(code);
	}
	return interests.any() ? interests : interests.set();
}

inline std::string format_interests(const Interests &interests)
{
	std::string text;
	for (size_t code = 0; code < interests.size(); code++) {
		if (interests[code]) {
			text += (text.empty() ? "" : " ") + std::to_string(code);
		}
	}
	return text;
}

} // namespace falco::sinsp_family
