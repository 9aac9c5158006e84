// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <utility>
#include <vector>

namespace falco::matcher {

// The events that a rule nearly matched, those that lack the same checks together. Keeps the nearest, so it never
// grows.
class NearMisses {
public:
	// At most so many groups are told of, and so many kept while events come.
	static constexpr size_t kTold = 10, kKept = 100;

	// What an event lacked. `describe` is called for the first event of a group only: {"event", "time_ns", ...}.
	template <typename Describe>
	void add(std::vector<uint64_t> lacking, const Describe &describe)
	{
		const Key key = {lacking.size(), std::move(lacking)};
		const auto found = groups_.find(key);
		if (found != groups_.end()) {
			found->second.events++;
			return;
		}
		if (groups_.size() == kKept) {
			if (std::prev(groups_.end())->first < key) {
				return;
			}
			groups_.erase(std::prev(groups_.end()));
		}
		groups_.emplace(key, Group{1, describe()});
	}

	// [{"lacking": N, "events": N, "first": {...}}], the nearest first.
	nlohmann::json list() const
	{
		nlohmann::json misses = nlohmann::json::array();
		for (const auto &[key, group] : groups_) {
			if (misses.size() == kTold) {
				break;
			}
			misses.push_back({{"lacking", key.first}, {"events", group.events}, {"first", group.first}});
		}
		return misses;
	}

private:
	using Key = std::pair<size_t, std::vector<uint64_t>>; // how many checks, and which
	struct Group {
		uint64_t events;
		nlohmann::json first;
	};
	std::map<Key, Group> groups_;
};

} // namespace falco::matcher
