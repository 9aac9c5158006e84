// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/config.hpp"

#include <chrono>
#include <optional>

namespace falco::host {

// When to try a failed call again: after `first`, then twice that, up to `max` apart; the last time when
// `give_up_after` has passed since the first try. A value; the time is passed in.
class Backoff {
public:
	using Time = std::chrono::steady_clock::time_point;
	explicit Backoff(const RetryConfig &retry);

	// Called before each try; the first counts.
	void trying(Time now);
	// How long to wait before the next try; nothing: give up.
	std::optional<std::chrono::nanoseconds> pause(Time now);
	// The next try is a first one again.
	void reset();

private:
	const RetryConfig retry_;
	std::optional<Time> first_try_;
	std::chrono::milliseconds next_;
};

// Until when what began then is worth waiting for; Time::max() where it is never given up.
Backoff::Time give_up_time(const RetryConfig &retry, Backoff::Time began);

} // namespace falco::host
