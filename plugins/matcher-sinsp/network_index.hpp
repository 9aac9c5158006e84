// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace falco::matcher {

// Finds the IPv4 networks that an address is in, all at once: a hash table for each mask that occurs. Addresses and
// masks in network byte order.
class NetworkIndex {
public:
	void add(uint32_t network, uint32_t mask, uint32_t id)
	{
		auto found = std::find_if(masks_.begin(), masks_.end(),
					  [mask](const OfMask &known) { return known.mask == mask; });
		if (found == masks_.end()) {
			found = masks_.insert(masks_.end(), {mask, {}});
		}
		found->networks.emplace(network & mask, id);
	}

	template <typename Found>
	void find(uint32_t address, Found found) const
	{
		for (const OfMask &of : masks_) {
			const auto [begin, end] = of.networks.equal_range(address & of.mask);
			for (auto network = begin; network != end; ++network) {
				found(network->second);
			}
		}
	}

private:
	struct OfMask {
		uint32_t mask;
		std::unordered_multimap<uint32_t, uint32_t> networks; // the id by the network's first address
	};
	std::vector<OfMask> masks_;
};

} // namespace falco::matcher
