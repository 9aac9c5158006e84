// SPDX-License-Identifier: Apache-2.0
#include "substring_index.hpp"

#include <algorithm>
#include <set>

namespace falco::matcher {

void SubstringIndex::build()
{
	if (entries_.empty()) {
		return;
	}
	const auto size_of = [](const Entry &entry) { return std::min(entry.constant.size(), kLongest); };
	std::unordered_map<Gram, uint32_t> frequency;
	for (const Entry &entry : entries_) {
		for (size_t at = 0; at + size_of(entry) <= entry.constant.size(); at++) {
			frequency[shorten(gram_at(entry.constant, at), size_of(entry))]++;
		}
	}
	std::set<size_t> sizes;
	for (Entry &entry : entries_) {
		uint32_t least = UINT32_MAX;
		for (size_t at = 0; at + size_of(entry) <= entry.constant.size(); at++) {
			const Gram gram = shorten(gram_at(entry.constant, at), size_of(entry));
			if (frequency[gram] < least) {
				least = frequency[gram];
				entry.gram = gram;
				entry.offset = static_cast<uint32_t>(at);
			}
		}
		sizes.insert(size_of(entry));
	}
	std::stable_sort(entries_.begin(), entries_.end(),
			 [](const Entry &a, const Entry &b) { return a.gram < b.gram; });
	entries_.shrink_to_fit();
	filter_.resize(size_t{1} << 16);
	for (uint32_t at = 0; at < entries_.size(); at++) {
		groups_.try_emplace(entries_[at].gram, at);
		filter_[filter_of(entries_[at].gram)] = true;
	}
	sizes_.assign(sizes.begin(), sizes.end());
}

} // namespace falco::matcher
