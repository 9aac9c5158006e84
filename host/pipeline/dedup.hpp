// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/config.hpp"
#include "host/pipeline/field_lookup.hpp"

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace falco::host {

// Holds back an output's repeated alerts: those of the same rule with the same values of certain fields. The first one
// passes and begins a window; what follows within it is counted, and the count is told when the window ends, so that no
// alert goes unmentioned. Time is that of events, so a replay gives what the live run gave. Memory grows with the
// windows that are open, up to a limit. One thread at a time.
class Dedup {
public:
	explicit Dedup(const DedupConfig &config);

	// A window that has ended and in which alerts were held back.
	struct Ended {
		AlertPtr first;
		Repeats repeats;
	};

	// Whether the alert passes; else it was counted. Before that: `end_before` its time.
	bool passes(const AlertPtr &alert);
	// Ends the windows that are over at this time, and appends what is to be told, oldest first.
	void end_before(uint64_t time_ns, std::vector<Ended> &out);
	// Ends all of them.
	void end_all(std::vector<Ended> &out);
	// Ended early to make room for another window.
	void take_evicted(std::vector<Ended> &out);

private:
	struct Window {
		AlertPtr first;
		uint64_t count = 0, last_ns = 0;
		std::string key;
	};
	using Windows = std::list<Window>; // in the order of their beginning
	void key_of(const Alert &alert, std::string &key);
	void end_first(std::vector<Ended> &out);

	const uint64_t window_ns_;
	const size_t max_keys_;
	FieldLookup lookup_;
	const bool by_message_;
	std::vector<Ended> evicted_;
	Windows windows_;
	std::unordered_map<std::string, Windows::iterator> by_key_;
	std::string key_;
};

} // namespace falco::host
