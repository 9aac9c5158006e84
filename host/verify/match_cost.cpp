// SPDX-License-Identifier: Apache-2.0
#include "host/verify/match_cost.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace falco::host {

namespace {

// Two copies of the same rules lie elsewhere in memory: that alone makes such a difference, however many events there
// are. In percent.
constexpr double kPlacement = 3;
// So many standard errors are what a difference is easily off by: a busy processor slows events down in rows.
constexpr double kErrors = 4;

} // namespace

void MatchCost::add(double old_event_ns, double new_event_ns)
{
	events++;
	old_ns += old_event_ns;
	new_ns += new_event_ns;
	squares += (new_event_ns - old_event_ns) * (new_event_ns - old_event_ns);
}

void MatchCost::add(const MatchCost &other)
{
	events += other.events;
	interrupted += other.interrupted;
	old_ns += other.old_ns;
	new_ns += other.new_ns;
	squares += other.squares;
}

double MatchCost::difference() const
{
	return old_ns == 0 ? 0 : 100 * (new_ns / old_ns - 1);
}

double MatchCost::noise() const
{
	if (old_ns == 0) return 0;
	// The variance of a sum of that many differences is as many times that of one.
	const double sum = new_ns - old_ns;
	const double variance = std::max(0.0, squares - sum * sum / static_cast<double>(events));
	return std::max(kPlacement, 100 * kErrors * std::sqrt(variance) / old_ns);
}

std::string MatchCost::text() const
{
	char text[256];
	std::snprintf(text, sizeof text,
		      "Matching took %.3f s with the old rules, %.3f s with the new ones: %+.1f %% (± %.1f %%)%s\n",
		      old_ns / 1e9, new_ns / 1e9, difference(), noise(),
		      std::abs(difference()) <= noise() ? ", no more than chance" : "");
	return text;
}

nlohmann::json MatchCost::json() const
{
	return {{"events", events},
		{"interrupted", interrupted},
		{"old_ns", old_ns},
		{"new_ns", new_ns},
		{"squares", squares}};
}

MatchCost MatchCost::from_json(const nlohmann::json &json)
{
	MatchCost cost;
	cost.events = json.at("events");
	cost.interrupted = json.at("interrupted");
	cost.old_ns = json.at("old_ns");
	cost.new_ns = json.at("new_ns");
	cost.squares = json.at("squares");
	return cost;
}

void MatchStopwatch::take(uint64_t old_ticks, uint64_t new_ticks)
{
	if (old_ticks > Ticks::kInterrupted || new_ticks > Ticks::kInterrupted) {
		ticks_.interrupted++;
		return;
	}
	ticks_.add(static_cast<double>(old_ticks), static_cast<double>(new_ticks));
}

MatchCost MatchStopwatch::cost() const
{
	const double ns = clock_.ns();
	MatchCost cost = ticks_;
	cost.old_ns *= ns;
	cost.new_ns *= ns;
	cost.squares *= ns * ns;
	return cost;
}

} // namespace falco::host
