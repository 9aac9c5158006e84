// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <string>
#include <unistd.h>

namespace falco {

// Colours for people: none when standard output is no terminal, or NO_COLOR is set (https://no-color.org).
class Palette {
public:
	Palette() : on_(isatty(STDOUT_FILENO) == 1 && !std::getenv("NO_COLOR")) {}
	explicit Palette(bool on) : on_(on) {}

	std::string good(const std::string &text) const { return in("32", text); }
	std::string bad(const std::string &text) const { return in("31", text); }
	std::string warning(const std::string &text) const { return in("33", text); }
	std::string faint(const std::string &text) const { return in("2", text); }
	std::string strong(const std::string &text) const { return in("1", text); }

private:
	std::string in(const char *code, const std::string &text) const
	{
		return on_ && !text.empty() ? std::string("\033[") + code + "m" + text + "\033[0m" : text;
	}
	bool on_;
};

} // namespace falco
