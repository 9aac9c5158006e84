// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/palette.hpp"
#include "host/verify/offline.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <map>
#include <string>

namespace falco::host {

// What stands between a rule and alerts, over a whole trace.
class WhyNot {
public:
	// `rules`: whose matcher has observed nothing yet; bound to the trace's captures.
	WhyNot(LoadedRules &rules, uint32_t number) : rules_(rules), number_(number), alerts_(rules) {}

	// Of each event of the trace.
	void see(const falco_event &event);

	// What the matcher observed of the rule, with "events", "alerts" and "taken_by": [{"rule", "events"}], the
	// events that match and gave the alert of an earlier rule.
	nlohmann::json result() const;

private:
	LoadedRules &rules_;
	uint32_t number_;
	AlertsOfEvent alerts_;
	uint64_t events_ = 0, given_ = 0;
	std::map<std::string, uint64_t> taken_by_;
};

// That result for people: what rejected or took the events, and the nearest misses.
std::string why_not_text(const nlohmann::json &rule, size_t misses, const std::string &indent, const Palette &palette);

} // namespace falco::host
