// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/pipeline/parcel.hpp"

#include <deque>

namespace falco::host {

// The alerts that a worker has taken and not yet written, in order. Parcels stay where they are and are used again. One
// thread.
class Hand {
public:
	// A parcel to fill in, the last one of the hand.
	Parcel &add()
	{
		if (size_ == parcels_.size()) parcels_.emplace_back();
		return parcels_[size_++];
	}
	// The last one is not to be delivered after all.
	void remove_last() { parcels_[--size_].alert.reset(); }
	void clear()
	{
		while (size_ > 0)
			remove_last();
		first_ = 0;
	}
	// The first so many are written or given up.
	void advance(size_t count) { first_ += count; }

	size_t remaining() const { return size_ - first_; }
	Parcel &at(size_t index) { return parcels_[first_ + index]; }

private:
	std::deque<Parcel> parcels_;
	size_t size_ = 0, first_ = 0;
};

} // namespace falco::host
