// SPDX-License-Identifier: Apache-2.0
//
// A clock for spans of a few nanoseconds: the processor's counter where there is one, held against the steady clock.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace falco::matcher {

// Spans are in ticks until `ns` says what a tick is. Used by one thread.
class Ticks {
public:
#if defined(__x86_64__)
	static constexpr const char *kName = "processor's counter";
	static uint64_t now()
	{
		return __rdtsc();
	}
#else
	static constexpr const char *kName = "steady clock";
	static uint64_t now()
	{
		return steady_ns();
	}
#endif

	Ticks() : first_ns_(steady_ns()), first_(now())
	{
		// What reading it costs is part of each span: the median of many, since anything may come between two.
		std::array<uint64_t, 1001> spans = {};
		for (uint64_t &span : spans) {
			const uint64_t begin = now();
			span = now() - begin;
		}
		std::nth_element(spans.begin(), spans.begin() + spans.size() / 2, spans.end());
		cost_ = spans[spans.size() / 2];
	}

	// The span since `begin`, without what reading the clock takes.
	uint64_t since(uint64_t begin) const
	{
		const uint64_t span = now() - begin;
		return span > cost_ ? span - cost_ : 0;
	}

	// Nanoseconds a tick, as found since this was made.
	double ns() const
	{
		const uint64_t ticks = now() - first_;
		return ticks == 0 ? 1 : static_cast<double>(steady_ns() - first_ns_) / static_cast<double>(ticks);
	}
	double cost_ns() const
	{
		return static_cast<double>(cost_) * ns();
	}

private:
	static uint64_t steady_ns()
	{
		return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(
						     std::chrono::steady_clock::now().time_since_epoch())
						     .count());
	}

	uint64_t first_ns_, first_;
	uint64_t cost_ = 0;
};

// Says of one in so many calls, on average, that it is due. The gaps are random, so that no pattern of the events (the
// beginnings and ends of calls take turns) is met always at the same place; and the same in every run.
class RandomGaps {
public:
	// `all`: so many at the beginning are all due.
	explicit RandomGaps(uint32_t mean, uint64_t all = 0) : mean_(mean), all_(all) { left_ = next_gap(); }

	bool is_due()
	{
		if (--left_ > 0) {
			return false;
		}
		weight_ = gaps_ <= all_ ? 1 : mean_;
		left_ = next_gap();
		return true;
	}
	// How many calls the last one that was due stands for.
	uint32_t weight() const { return weight_; }
	uint32_t mean() const { return mean_; }
	// Calls so far.
	uint64_t calls() const { return gaps_ - left_; }

private:
	uint64_t next_gap()
	{
		state_ ^= state_ << 13; // xorshift64
		state_ ^= state_ >> 7;
		state_ ^= state_ << 17;
		const uint64_t gap = gaps_ < all_ ? 1 : 1 + state_ % (2 * uint64_t{mean_} - 1);
		gaps_ += gap;
		return gap;
	}

	uint32_t mean_, weight_ = 1;
	uint64_t all_;
	uint64_t state_ = 0x9E3779B97F4A7C15;
	uint64_t gaps_ = 0, left_ = 0;
};

} // namespace falco::matcher
