// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>

namespace falco::host {

// Says when about a second has passed (a quarter more at the most, while events have the times at which they happen),
// and reads no clock for it on most events: an event's own time tells whether it is worth while. Its time may be any,
// also one that goes back. One thread.
class SecondTimer {
public:
	using Clock = std::chrono::steady_clock;
	using Now = Clock::time_point (*)() noexcept;

	explicit SecondTimer(Now now = &Clock::now) : now_(now), last_(now()) {}

	// For an event of that time.
	bool due(uint64_t event_time_ns)
	{
		if (event_time_ns - looked_at_ < kLookEveryNs) return false; // unsigned: a step back is far, too
		looked_at_ = event_time_ns;
		return due();
	}

	// For when there is no event.
	bool due()
	{
		const Clock::time_point now = now_();
		if (now - last_ < std::chrono::seconds(1)) return false;
		last_ = now;
		return true;
	}

private:
	static constexpr uint64_t kLookEveryNs = 250'000'000;

	const Now now_;
	Clock::time_point last_;
	uint64_t looked_at_ = 0; // an event's time
};

} // namespace falco::host
