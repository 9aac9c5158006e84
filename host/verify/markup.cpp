// SPDX-License-Identifier: Apache-2.0
#include "host/verify/markup.hpp"

namespace falco::host {

std::string escape_markup(const std::string &text)
{
	std::string out;
	for (const char c : text) {
		switch (c) {
		case '&':
			out += "&amp;";
			break;
		case '<':
			out += "&lt;";
			break;
		case '>':
			out += "&gt;";
			break;
		case '"':
			out += "&quot;";
			break;
		default:
			out += c;
		}
	}
	return out;
}

} // namespace falco::host
