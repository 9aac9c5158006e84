// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace falco::matcher {

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
