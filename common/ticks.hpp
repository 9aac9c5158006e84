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

namespace falco {

// Spans are in ticks until `ns` says what a tick is. Used by one thread.
class Ticks {
public:
	// About a millisecond. What takes longer waited for the processor, and is not counted.
	static constexpr uint64_t kInterrupted = 3'000'000;

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

} // namespace falco
