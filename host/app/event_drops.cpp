// SPDX-License-Identifier: Apache-2.0
#include "host/app/event_drops.hpp"

#include <algorithm>
#include <utility>

namespace falco::host {

namespace {

constexpr const char *kRule = "Falco internal: syscall event drop";
constexpr const char *kReason = "drops."; // in front of each reason
constexpr int kDebug = 7;

bool is_counted(const std::string &name)
{
	return name == "events" || name == "drops" || name.rfind(kReason, 0) == 0;
}

uint64_t value(const EventDrops::Counters &counters, const std::string &name)
{
	const auto found = counters.find(name);
	return found == counters.end() ? 0 : found->second;
}

// Calls `take` with each reason's name and value.
template <typename Take>
void for_each_reason(const EventDrops::Counters &counters, Take take)
{
	const std::string prefix = kReason;
	for (auto it = counters.lower_bound(prefix); it != counters.end() && it->first.rfind(prefix, 0) == 0; ++it)
		take(it->first.substr(prefix.size()), it->second);
}

} // namespace

EventDrops::EventDrops(const EventDropsConfig &config, std::string source, Actions actions, Time now)
    : config_(config), source_(std::move(source)), actions_(std::move(actions)),
      bucket_(config.rate, config.max_burst, now)
{
}

void EventDrops::use(const EventDropsConfig &config, Time now)
{
	if (config.rate != config_.rate || config.max_burst != config_.max_burst) {
		bucket_ = TokenBucket(config.rate, config.max_burst, now);
	}
	config_ = config;
}

EventDrops::Counters EventDrops::since_last_look(const Counters &counters)
{
	Counters delta;
	for (const auto &[name, count] : counters) {
		if (!is_counted(name)) continue;
		const uint64_t before = value(last_, name);
		delta[name] = count - std::min(count, before);
		totals_[name] += delta[name];
	}
	last_ = counters;
	return delta;
}

void EventDrops::look(const Counters &counters, Time now)
{
	const Counters delta = since_last_look(counters);
	uint64_t events = value(delta, "events");
	uint64_t drops = value(delta, "drops");
	if (config_.simulate) {
		events = std::max<uint64_t>(events, 1);
		drops = events;
	}
	// Drops without events are as bad as it gets.
	const double lost = events > 0 ? static_cast<double>(drops) / static_cast<double>(events) : 1;
	if (drops == 0 || lost <= config_.threshold) return;
	++found_;
	const bool acts = config_.log || config_.alert || config_.exit;
	if (!acts || !bucket_.take(now)) return;
	++acted_;
	act(delta, events, drops);
}

void EventDrops::act(const Counters &delta, uint64_t events, uint64_t drops)
{
	const std::string message =
		std::string(kRule) + ". " + std::to_string(drops) + " system calls dropped in last second.";
	if (config_.log) actions_.log(FALCO_LOG_WARN, message);
	if (config_.alert) {
		InternalAlert alert;
		alert.rule = kRule;
		alert.priority = kDebug;
		alert.message = message;
		alert.fields.push_back({"driver", source_, ""});
		alert.add_number("n_drops", drops);
		alert.add_number("n_evts", events);
		for_each_reason(delta, [&](std::string reason, uint64_t count) {
			std::replace(reason.begin(), reason.end(), '.', '_');
			alert.add_number("n_drops_" + reason, count);
		});
		actions_.alert(alert);
	}
	if (config_.exit) {
		actions_.exit(
			std::to_string(drops) + " of " + std::to_string(events) +
			" system calls were dropped in the last second, and syscall_event_drops.actions says exit");
	}
}

std::string EventDrops::totals() const
{
	if (totals_.empty() && found_ == 0) return {};
	std::string text = "Events captured: " + std::to_string(value(totals_, "events")) +
			   "\nEvents dropped: " + std::to_string(value(totals_, "drops")) + "\n";
	for_each_reason(totals_, [&](const std::string &reason, uint64_t count) {
		if (count > 0) text += "   " + reason + ": " + std::to_string(count) + "\n";
	});
	if (found_ > 0) {
		text += "Too many events dropped: in " + std::to_string(found_) +
			(found_ == 1 ? " second" : " seconds") + ", acted on in " + std::to_string(acted_) + "\n";
	}
	return text;
}

} // namespace falco::host
