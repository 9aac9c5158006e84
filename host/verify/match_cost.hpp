// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/ticks.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <random>
#include <string>

namespace falco::host {

// What matching the same events took with two sets of rules, and how much of the difference may be chance.
struct MatchCost {
	uint64_t events = 0, interrupted = 0; // those measured, and those left out since falco had to wait
	double old_ns = 0, new_ns = 0;
	double squares = 0; // of the differences at each event

	// Of one event.
	void add(double old_event_ns, double new_event_ns);
	// Of another recording.
	void add(const MatchCost &other);

	// In percent: how much dearer the new rules are, and how far off that is easily by chance, from the
	// standard error of the events' mean difference; never less than two copies of the same rules differ by.
	double difference() const;
	double noise() const;

	// A line for people.
	std::string text() const;
	nlohmann::json json() const;
	static MatchCost from_json(const nlohmann::json &json);
};

// Takes the times. What reads an event's values first finds them nowhere near, so who is first is left to chance: the
// beginnings and ends of calls take turns, and a fixed turn would go with them.
class MatchStopwatch {
public:
	// Runs both and counts what they took.
	template <typename Old, typename New>
	void time(Old match_old, New match_new)
	{
		uint64_t spans[2];
		const unsigned first = random_() & 1;
		for (const unsigned which : {first, 1 - first}) {
			const uint64_t begin = Ticks::now();
			if (which == 0) {
				match_old();
			} else {
				match_new();
			}
			spans[which] = clock_.since(begin);
		}
		take(spans[0], spans[1]);
	}

	// So far.
	MatchCost cost() const;

private:
	void take(uint64_t old_ticks, uint64_t new_ticks);

	Ticks clock_;
	MatchCost ticks_; // whose times are in ticks
	std::minstd_rand random_;
};

} // namespace falco::host
