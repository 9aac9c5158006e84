// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/verify/explain.hpp"
#include "host/verify/offline.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace falco::host {

// The events of a trace that are to be explained: by number, by time, by a condition, or those that give alerts.
class EventChoice {
public:
	// `only`: of the alerts those of this rule. Throws Error for a time or a condition that makes no sense.
	EventChoice(const ExplainRequest &request, const Offline &offline, LoadedRules &rules,
		    std::optional<uint32_t> only);

	// To be bound to the captures.
	std::vector<Matcher *> matchers();
	// What the source is asked for; empty: every event.
	std::string interests();

	bool takes(const falco_event &event);
	// Whether no later event can be one of them.
	bool is_over(const falco_event &event) const;
	// Why there was none.
	std::string nothing_found() const;

private:
	const ExplainRequest &request_;
	LoadedRules &rules_;
	std::optional<uint32_t> only_;
	std::optional<uint64_t> clock_ns_; // of --time: since midnight, local time
	std::optional<uint64_t> time_ns_;  // of --time: since the epoch
	LoadedRules condition_;            // of --match
	AlertsOfEvent alerts_;
	uint64_t last_ = 0;
	bool found_ = false;
};

// When something happened, as a person writes it: a time of day in local time as alerts have it ("16:47:44.08"), a date
// and time ("2016-06-06T23:47:44Z"; without the Z in local time), or seconds since the epoch.
struct WrittenTime {
	std::optional<uint64_t> clock_ns;
	std::optional<uint64_t> time_ns;
};
// Throws Error.
WrittenTime parse_time(const std::string &text);

// Nanoseconds since midnight, local time.
uint64_t clock_of(uint64_t time_ns);

} // namespace falco::host
