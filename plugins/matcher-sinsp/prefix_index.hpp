// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace falco::matcher {

// Finds the constants that a text begins with, all at once: a prefix tree that is kept as a sorted row. A constant's
// parent is the longest other one that it begins with itself. In sorted order all that stands between a text and
// something it begins with begins with that, too; so the constants in question are the last one before the text and its
// parents, and once one is found all its parents are.
class PrefixIndex {
public:
	void add(std::string constant, uint32_t id) { entries_.push_back({std::move(constant), id, kNone}); }

	bool empty() const { return entries_.empty(); }

	// Once, when all are added.
	void build()
	{
		std::sort(entries_.begin(), entries_.end(),
			  [](const Entry &a, const Entry &b) { return a.constant < b.constant; });
		entries_.shrink_to_fit();
		for (uint32_t at = 1; at < entries_.size(); at++) {
			uint32_t parent = at - 1;
			while (parent != kNone && !begins(entries_[at].constant, entries_[parent].constant)) {
				parent = entries_[parent].parent;
			}
			entries_[at].parent = parent;
		}
	}

	template <typename Found>
	void find(std::string_view text, Found found) const
	{
		const auto after =
			std::upper_bound(entries_.begin(), entries_.end(), text,
					 [](std::string_view t, const Entry &entry) { return t < entry.constant; });
		uint32_t at = after == entries_.begin() ? kNone : static_cast<uint32_t>(after - entries_.begin() - 1);
		while (at != kNone && !begins(text, entries_[at].constant)) {
			at = entries_[at].parent;
		}
		for (; at != kNone; at = entries_[at].parent) {
			found(entries_[at].id);
		}
	}

private:
	static constexpr uint32_t kNone = UINT32_MAX;
	static bool begins(std::string_view text, std::string_view with) { return text.substr(0, with.size()) == with; }

	struct Entry {
		std::string constant;
		uint32_t id;
		uint32_t parent; // among the entries
	};
	std::vector<Entry> entries_; // sorted
};

} // namespace falco::matcher
