// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace falco::sinsp_family {

// What libscap says of an error, without the place in its own source that its text ends in.
inline std::string without_place(const std::string &text)
{
	return text.substr(0, text.find(" at /"));
}

} // namespace falco::sinsp_family
