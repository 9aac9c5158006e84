// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace falco::matcher {

// Finds the constants that are equal to a value, all at once: a hash table. Constants and values are bytes, so it does
// for texts, numbers and addresses.
class EqualIndex {
public:
	// `id`: what `find` tells about. Several may have the same constant.
	void add(std::string constant, uint32_t id) { entries_.push_back({std::move(constant), id}); }

	bool empty() const { return entries_.empty(); }

	// Once, when all are added.
	void build()
	{
		std::sort(entries_.begin(), entries_.end(),
			  [](const Entry &a, const Entry &b) { return a.constant < b.constant; });
		entries_.shrink_to_fit();
		for (uint32_t at = 0; at < entries_.size(); at++) {
			groups_.try_emplace(entries_[at].constant, at);
		}
	}

	// Calls `found` with the id of each.
	template <typename Found>
	void find(std::string_view value, Found found) const
	{
		const auto group = groups_.find(value);
		if (group == groups_.end()) {
			return;
		}
		for (size_t at = group->second; at < entries_.size() && entries_[at].constant == value; at++) {
			found(entries_[at].id);
		}
	}

private:
	struct Entry {
		std::string constant;
		uint32_t id;
	};
	std::vector<Entry> entries_;                            // sorted
	std::unordered_map<std::string_view, uint32_t> groups_; // the first entry of each constant
};

} // namespace falco::matcher
