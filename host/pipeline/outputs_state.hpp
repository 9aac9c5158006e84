// SPDX-License-Identifier: Apache-2.0
//
// The inside of Outputs, for the files that implement it.
#pragma once

#include "host/pipeline/alert.hpp"
#include "host/pipeline/dedup.hpp"
#include "host/pipeline/metric_names.hpp"
#include "host/pipeline/outputs.hpp"
#include "host/pipeline/watchdog.hpp"

#include <atomic>
#include <chrono>
#include <future>
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
		std::vector<bool> wanted;      // by rule; the capture thread's
		std::shared_ptr<Dedup> dedup;  // guarded by numbering; nullptr without one
		std::vector<AlertPtr> waiting; // within one deliver: found the queue full; the capture thread's

		// After those that wait already.
		void offer(const AlertPtr &alert)
		{
			if (!waiting.empty() || !worker->offer(alert)) waiting.push_back(alert);
		}
	};

	State(Settings given, std::string id)
	    : settings(std::move(given)), run(std::make_shared<Alert::Run>(settings.format, std::move(id)))
	{
	}

	// Offers the match to every output that wants it. True when one of them must be waited for.
	bool offer_all(const falco_match &match);
	// An alert for each of these, which gets the next number. `numbering` is held.
	std::vector<AlertPtr> summaries(const std::vector<Dedup::Ended> &ended);
	// Tells of the deduplications' windows that are over at this time, without waiting.
	void end_windows(uint64_t time_ns);
	// Ends all windows. `numbering` is held; does not wait.
	void end_all_windows();
	void log(falco_level level, const std::string &text) const
	{
		if (settings.log) settings.log(level, text);
	}

	// Says what in an output's filter has no effect with these rules.
	void warn_of_idle_filter(const std::string &output, const FilterConfig &filter, const RuleSet &rules_now) const;

	// A worker that is not started yet. Throws Error when its spool cannot be used.
	Slot make_slot(Entry &&entry);
	// The same; nothing, and a warning, when the output is not required.
	std::optional<Slot> try_slot(Entry &&entry);
	std::shared_ptr<Spool> find_spool(const InstanceConfig &config);
	void watch();

	const Settings settings;
	std::atomic<std::chrono::milliseconds> output_timeout{settings.output_timeout};

	// In force. Changed on the capture thread while `numbering` is held, with nothing on the control thread.
	std::shared_ptr<const Alert::Run> run;
	std::vector<Slot> slots;

	std::optional<Watchdog> watchdog;
	std::chrono::milliseconds watch_interval{0};
	std::vector<std::future<bool>> leaving; // outputs that reloads left out: whether they came back
	bool drained = false;
	bool all_came_back = true;

	// The capture thread's.
	std::shared_ptr<const RuleTexts> rules;
	bool told_bad_rule = false;

	MetricNames metric_names;

	// Held while an alert gets its number and is offered, never while anybody waits.
	std::mutex numbering;
	uint64_t sequence = 0;        // guarded by numbering
	uint64_t internal_alerts = 0; // guarded by numbering

	// Every output that has not ended, in force or not, and the counts of those that have.
	std::mutex workers_mutex;
	std::vector<std::shared_ptr<OutputWorker>> workers; // guarded by workers_mutex
	std::vector<Report> ended;                          // guarded by workers_mutex
	std::vector<std::shared_ptr<OutputWorker>> all_workers()
	{
		const std::lock_guard<std::mutex> lock(workers_mutex);
		return workers;
	}
};

// Made by `prepare`, taken by `take`.
struct Outputs::Change {
	std::vector<State::Slot> slots;
	std::shared_ptr<const RuleTexts> rules;
	std::shared_ptr<const Alert::Run> run;
	std::chrono::milliseconds output_timeout{0};
};

Outputs::Report report_of(OutputWorker &worker);

// Which of the rules the output wants.
std::vector<bool> wanted_rules(const FilterConfig &filter, const RuleSet &rules);

} // namespace falco::host
