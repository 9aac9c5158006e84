// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>

namespace falco::host {

// How far long work has come, in a line on standard error that overwrites itself. One thread.
class ProgressBar {
public:
	// What standard output gets: lines during the work, which the bar on the same terminal would disturb, or
	// nothing before its end.
	enum class Output { meanwhile, at_the_end };
	explicit ProgressBar(Output output);
	~ProgressBar() { clear(); }
	ProgressBar(const ProgressBar &) = delete;
	ProgressBar &operator=(const ProgressBar &) = delete;

	// Somebody sees it, and nothing else is printed to where they look.
	bool is_shown() const { return is_shown_; }

	// Prints at most ten times a second. `total` 0: unknown.
	void show(uint64_t done, uint64_t total);

	// Makes room for other lines.
	void clear();

private:
	using Clock = std::chrono::steady_clock;

	bool is_shown_;
	bool is_there_ = false;
	Clock::time_point next_; // when something is printed again
};

} // namespace falco::host
