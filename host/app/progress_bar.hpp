// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>

namespace falco::host {

// How far long work has come, in a line on standard error that overwrites itself. One thread.
class ProgressBar {
public:
	ProgressBar();
	~ProgressBar() { clear(); }
	ProgressBar(const ProgressBar &) = delete;
	ProgressBar &operator=(const ProgressBar &) = delete;

	// Somebody sees it.
	bool is_shown() const { return is_shown_; }

	// Prints at most ten times a second. `total` 0: unknown; then `done` is shown, with its unit.
	void show(uint64_t done, uint64_t total, const char *unit = "");

	// Makes room for other lines.
	void clear();

	// Standard output gets lines from now on: if they come to the same terminal, this was the last of the bar.
	void make_way();

private:
	using Clock = std::chrono::steady_clock;

	bool is_shown_;
	bool is_there_ = false;
	Clock::time_point next_; // when something is printed again
};

} // namespace falco::host
