// SPDX-License-Identifier: Apache-2.0
//
// The inside of Outputs, for the files that implement it.
#pragma once

#include "host/pipeline/alert.hpp"
#include "host/pipeline/outputs.hpp"
#include "host/pipeline/watchdog.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace falco::host {

struct Outputs::State {
	// One output as the threads that deliver see it.
	struct Slot {
		std::shared_ptr<OutputWorker> worker;
		FilterConfig filter;
		std::vector<bool> wanted; // by rule; the capture thread's
		bool must_wait = false;   // within one deliver; the capture thread's
	};

	State(Settings given, std::string id)
	    : settings(std::move(given)), run(std::make_shared<Alert::Run>(settings.format, std::move(id)))
	{
	}

	// Offers the match to every output that wants it and returns the alert when one of them must be waited for.
	AlertPtr offer_all(const falco_match &match);
	void log(falco_level level, const std::string &text) const
	{
		if (settings.log) settings.log(level, text);
	}

	const Settings settings;
	const std::shared_ptr<const Alert::Run> run;
	std::vector<Slot> slots;
	std::optional<Watchdog> watchdog;
	bool drained = false;
	bool all_came_back = true;

	// The capture thread's.
	std::shared_ptr<const RuleTexts> rules;
	bool told_bad_rule = false;

	// Held while an alert gets its number and is offered, never while anybody waits.
	std::mutex numbering;
	uint64_t sequence = 0;        // guarded by numbering
	uint64_t internal_alerts = 0; // guarded by numbering
};

} // namespace falco::host
