// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <falco/plugin.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

namespace falco::host {

using LogFunction = std::function<void(falco_level, const std::string &)>;

// "300 ms", "4 s".
std::string duration_text(std::chrono::steady_clock::duration duration);

// What the log is told about one output's troubles: the first of a kind at once, further ones as sums every few
// seconds, so that a full queue does not fill the log too. Owned by the output's worker; any thread. The time is passed
// in.
class OutputLog {
public:
	using Time = std::chrono::steady_clock::time_point;
	static constexpr std::chrono::seconds kInterval{5};

	OutputLog(std::string output, LogFunction log);

	void dropped(uint64_t count, Time now, const std::string &reason = "its queue is full");
	void lost(uint64_t count, const std::string &reason, Time now);
	// A call failed and is tried again.
	void retrying(const std::string &reason, Time now);
	// A call succeeded.
	void works();
	// A call has taken so long, and goes on / is waited for no longer.
	void takes_long(const char *function, Time::duration time);
	void left_behind(const char *function);
	// At once, always.
	void say(falco_level level, const std::string &text);

	// Writes the sums that are due; `all`: also those that are not.
	void write_sums(Time now, bool all = false);

private:
	// One kind of trouble: what was not told yet, and when it last was.
	struct Kind {
		uint64_t untold = 0, total = 0;
		std::string reason;
		bool told_once = false;
		Time told;
	};
	void add(Kind &kind, uint64_t count, const std::string &reason, Time now);
	void write_due(Kind &kind, Time now, bool all);
	void write(falco_level level, const std::string &text);

	const std::string output_;
	const LogFunction log_;
	std::mutex mutex_; // for all below, and for the order of lines
	Kind dropped_, lost_;
	bool failing_ = false;
	bool told_failing_ = false;
	bool ever_told_failing_ = false;
	Time told_failing_at_;
};

} // namespace falco::host
