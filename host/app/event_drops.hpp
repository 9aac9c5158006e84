// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/app/token_bucket.hpp"
#include "host/config/event_drops.hpp"
#include "host/pipeline/internal_alert.hpp"

#include <falco/plugin.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace falco::host {

// Watches what a source's kernel side counts: when it loses more events in a second than the configuration allows,
// falco logs, alerts or ends; and sums up all captures for the exit statistics. On the capture thread.
class EventDrops {
public:
	using Time = TokenBucket::Time;
	// As Source::metrics gives them.
	using Counters = std::map<std::string, uint64_t>;
	struct Actions {
		std::function<void(falco_level, const std::string &)> log;
		std::function<void(const InternalAlert &)> alert;
		std::function<void(const std::string &)> exit; // with the reason
	};

	// `source`: the name of the source's instance, for the alert.
	EventDrops(const EventDropsConfig &config, std::string source, Actions actions, Time now);

	// Goes on with another configuration.
	void use(const EventDropsConfig &config, Time now);

	// About once a second, and when a capture is about to close.
	void look(const Counters &counters, Time now);
	// A capture has closed: the next one counts from zero.
	void end_capture() { last_.clear(); }

	// Lines for the exit statistics; empty when the source counts nothing.
	std::string totals() const;

private:
	Counters since_last_look(const Counters &counters);
	void act(const Counters &delta, uint64_t events, uint64_t drops);

	EventDropsConfig config_;
	const std::string source_;
	const Actions actions_;
	TokenBucket bucket_;
	Counters last_;      // of the open capture
	Counters totals_;    // of all captures
	uint64_t found_ = 0; // looks that found too many drops
	uint64_t acted_ = 0; // of these, not held back by the rate
};

} // namespace falco::host
