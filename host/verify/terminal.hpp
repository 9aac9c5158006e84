// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <unistd.h>

namespace falco::host {

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
		return on_ ? std::string("\033[") + code + "m" + text + "\033[0m" : text;
	}
	bool on_;
};

// How far a long work is, on standard error if that is a terminal: one line that is written over.
class JobProgress {
public:
	JobProgress(size_t total, std::string what)
	    : total_(total), what_(std::move(what)), on_(isatty(STDERR_FILENO) == 1 && total > 1)
	{
	}
	~JobProgress()
	{
		if (on_) std::fputs("\r\033[K", stderr);
	}
	JobProgress(const JobProgress &) = delete;
	JobProgress &operator=(const JobProgress &) = delete;

	void advance()
	{
		done_++;
		if (!on_) return;
		constexpr size_t kWidth = 30;
		const size_t filled = done_ * kWidth / total_;
		std::fprintf(stderr, "\r\033[K[%s%s] %zu of %zu %s", std::string(filled, '#').c_str(),
			     std::string(kWidth - filled, '.').c_str(), done_, total_, what_.c_str());
	}

private:
	size_t total_, done_ = 0;
	std::string what_;
	bool on_;
};

} // namespace falco::host
