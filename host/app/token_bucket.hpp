// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>

namespace falco::host {

// Lets something happen `rate` times a second in the long run and up to `most` times at once. Begins full. One thread;
// the time is passed in.
class TokenBucket {
public:
	using Time = std::chrono::steady_clock::time_point;

	TokenBucket(double rate, double most, Time now) : rate_(rate), most_(most), tokens_(most), filled_(now) {}

	// Takes a token if there is one.
	bool take(Time now)
	{
		if (now > filled_) {
			const double seconds = std::chrono::duration<double>(now - filled_).count();
			tokens_ = std::min(most_, tokens_ + seconds * rate_);
			filled_ = now;
		}
		if (tokens_ < 1) return false;
		tokens_ -= 1;
		return true;
	}

private:
	double rate_, most_;
	double tokens_;
	Time filled_;
};

} // namespace falco::host
