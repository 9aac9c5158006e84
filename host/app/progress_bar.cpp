// SPDX-License-Identifier: Apache-2.0
#include "host/app/progress_bar.hpp"

#include <algorithm>
#include <cstdio>
#include <string>
#include <unistd.h>

namespace falco::host {

namespace {

constexpr size_t kColumns = 40;

}

ProgressBar::ProgressBar()
    : is_shown_(isatty(STDERR_FILENO) == 1),
      next_(Clock::now() + std::chrono::milliseconds(500)) // short work needs none
{
}

void ProgressBar::show(uint64_t done, uint64_t total, const char *unit)
{
	if (!is_shown_ || Clock::now() < next_) return;
	next_ = Clock::now() + std::chrono::milliseconds(100);
	is_there_ = true;
	if (total == 0) {
		std::fprintf(stderr, "\r%llu%s", static_cast<unsigned long long>(done), unit);
		return;
	}
	const double share = std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
	const auto filled = static_cast<size_t>(share * static_cast<double>(kColumns));
	std::fprintf(stderr, "\r[%s%s] %3.0f %%", std::string(filled, '#').c_str(),
		     std::string(kColumns - filled, ' ').c_str(), share * 100);
}

void ProgressBar::clear()
{
	if (!is_there_) return;
	std::fputs("\r\033[K", stderr); // the beginning of the line, and what is on it goes
	is_there_ = false;
}

void ProgressBar::make_way()
{
	if (!is_shown_ || isatty(STDOUT_FILENO) == 0) return;
	clear();
	is_shown_ = false;
}

} // namespace falco::host
