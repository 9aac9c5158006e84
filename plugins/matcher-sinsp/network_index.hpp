// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace falco::matcher {

// Finds the networks that an address is in, all at once: a hash table for each mask that occurs, of which there can be
// no more than an address has bits. Addresses and masks are bytes in network order, 4 of IPv4 and 16 of IPv6.
class NetworkIndex {
public:
	// `id`: what `find` tells about. Address and mask are of one size.
	void add(std::string_view network, std::string_view mask, uint32_t id)
	{
		const Address bits = padded(mask);
		const size_t size = mask.size();
		auto found = std::find_if(masks_.begin(), masks_.end(), [&](const OfMask &known) {
			return known.size == size && known.mask == bits;
		});
		if (found == masks_.end()) {
			found = masks_.insert(masks_.end(), {size, bits, {}});
		}
		found->networks.emplace(masked(padded(network), bits), id);
	}

	bool empty() const { return masks_.empty(); }

	template <typename Found>
	void find(std::string_view address, Found found) const
	{
		const Address bits = padded(address);
		for (const OfMask &of : masks_) {
			if (of.size != address.size()) {
				continue;
			}
			const auto [begin, end] = of.networks.equal_range(masked(bits, of.mask));
			for (auto network = begin; network != end; ++network) {
				found(network->second);
			}
		}
	}

private:
	using Address = std::array<uint64_t, 2>; // the bytes, those that it has not are zero

	static Address padded(std::string_view bytes)
	{
		Address address = {};
		std::memcpy(address.data(), bytes.data(), std::min(bytes.size(), sizeof address));
		return address;
	}
	static Address masked(Address address, Address mask) { return {address[0] & mask[0], address[1] & mask[1]}; }

	struct Hash {
		size_t operator()(Address address) const
		{
			return (address[0] ^ address[1] * 0x9e3779b97f4a7c15) * 0xff51afd7ed558ccd >> 7;
		}
	};
	struct OfMask {
		size_t size; // of its addresses
		Address mask;
		std::unordered_multimap<Address, uint32_t, Hash> networks; // the id by the network's first address
	};
	std::vector<OfMask> masks_;
};

} // namespace falco::matcher
