// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace falco::matcher {

// Finds the bounds that a number is not below, or not above, all at once: two sorted rows.
class BoundIndex {
public:
	void add_least(uint64_t bound, uint32_t id) { least_.emplace_back(bound, id); }
	void add_most(uint64_t bound, uint32_t id) { most_.emplace_back(bound, id); }

	// Once, when all are added.
	void build()
	{
		std::sort(least_.begin(), least_.end());
		std::sort(most_.rbegin(), most_.rend());
	}

	template <typename Found>
	void find(uint64_t number, Found found) const
	{
		for (size_t at = 0; at < least_.size() && least_[at].first <= number; at++) {
			found(least_[at].second);
		}
		for (size_t at = 0; at < most_.size() && most_[at].first >= number; at++) {
			found(most_[at].second);
		}
	}

private:
	std::vector<std::pair<uint64_t, uint32_t>> least_, most_; // the bounds that most numbers are within come first
};

} // namespace falco::matcher
