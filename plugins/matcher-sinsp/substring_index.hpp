// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace falco::matcher {

// Finds the constants that a text contains, all at once. Each constant is known by four bytes of it (or all, when it is
// shorter): those that the fewest other constants have. The text's bytes are looked up four by four, and where some are
// known, the constants behind them are compared. So a constant of long command lines costs nothing until its rarest
// part turns up.
class SubstringIndex {
public:
	void add(std::string constant, uint32_t id) { entries_.push_back({std::move(constant), id, 0, 0}); }

	bool empty() const { return entries_.empty(); }

	// Once, when all are added.
	void build();

	// May call `found` with an id more than once.
	template <typename Found>
	void find(std::string_view text, Found found) const
	{
		for (size_t at = 0; at < text.size(); at++) {
			const Gram longest = gram_at(text, at);
			for (const size_t size : sizes_) {
				if (size <= text.size() - at) {
					find_at(text, at, shorten(longest, size), found);
				}
			}
		}
	}

private:
	static constexpr size_t kLongest = 4;
	using Gram = uint64_t; // up to four bytes and how many

	// As many bytes as there are, up to four; the first one lowest.
	static Gram gram_at(std::string_view text, size_t at)
	{
		uint32_t bytes = 0;
		const size_t size = std::min(kLongest, text.size() - at);
		if (size == kLongest) {
			std::memcpy(&bytes, text.data() + at, kLongest);
		} else {
			std::memcpy(&bytes, text.data() + at, size);
		}
		return Gram{size} << 32 | bytes;
	}
	static Gram shorten(Gram gram, size_t size)
	{
		return size == kLongest ? gram : Gram{size} << 32 | (gram & ((Gram{1} << 8 * size) - 1));
	}
	static size_t filter_of(Gram gram) { return gram * 0x9e3779b97f4a7c15 >> 48; }

	struct Entry {
		std::string constant;
		uint32_t id;
		uint32_t offset; // of the gram it is known by
		Gram gram;
	};

	template <typename Found>
	void find_at(std::string_view text, size_t at, Gram gram, Found found) const
	{
		if (!filter_[filter_of(gram)]) {
			return;
		}
		const auto group = groups_.find(gram);
		if (group == groups_.end()) {
			return;
		}
		for (size_t i = group->second; i < entries_.size() && entries_[i].gram == gram; i++) {
			const Entry &entry = entries_[i];
			if (entry.offset <= at &&
			    text.substr(at - entry.offset, entry.constant.size()) == entry.constant) {
				found(entry.id);
			}
		}
	}

	std::vector<Entry> entries_;                // sorted by gram
	std::unordered_map<Gram, uint32_t> groups_; // the first entry of each gram
	std::vector<bool> filter_;                  // by hash, whether there can be such a gram at all
	std::vector<size_t> sizes_;                 // of the grams that there are
};

} // namespace falco::matcher
