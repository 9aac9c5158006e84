// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/config.hpp"
#include "host/pipeline/format.hpp"
#include "host/pipeline/internal_alert.hpp"
#include "host/pipeline/output_worker.hpp"
#include "host/pipeline/rule_texts.hpp"
#include "host/plugins/plugin.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace falco::host {

// How a shutdown waits for its outputs.
enum class Drain {
	finish, // until every alert is delivered or given up as the retry settings say
	hurry   // the same, but what is not delivered within the output time-out is given up
};

// All outputs of a run. Made and drained on the control thread; `deliver` is for the capture thread, `deliver_internal`
// for any. Its destructor drains in a hurry what was not drained.
class Outputs {
public:
	struct Settings {
		FormatOptions format;
		std::chrono::milliseconds output_timeout{2000};
		bool live = false;    // decides the default of on_full
		bool metrics = false; // the plugins' own are wanted, too
		LogFunction log;      // any thread; must not wait
		std::function<void(const std::string &)>
			fatal; // a required output failed: the run must end; any thread
	};
	// One entry per output: the instance and its settings.
	struct Entry {
		std::unique_ptr<Output> output; // nullptr in `prepare`: the one in force stays
		InstanceConfig config;          // queue, retry, filter, format, required
	};

	Outputs(std::vector<Entry> entries, Settings settings);
	~Outputs();
	Outputs(const Outputs &) = delete;
	Outputs &operator=(const Outputs &) = delete;

	// Starts the workers: after the last fork, before the first event.
	void start();

	// Takes the rules that the following matches belong to.
	void use_rules(const std::shared_ptr<const RuleSet> &rules);

	// Copies the match and queues it for every output that wants it. Waits only for outputs whose on_full is block.
	// Ends early when `stop` becomes true.
	void deliver(const falco_match &match, const std::atomic<bool> &stop);

	// Queues an alert of falco's own for every output whose filter takes it. It has the next number and the forms
	// of all others. Never waits: when a queue is full the alert is dropped and counted, also where on_full is
	// block. Any thread, from `start` until the destructor; alerts that come after `drain` are counted as lost.
	void deliver_internal(const InternalAlert &alert);
	// How many there were.
	uint64_t internal_alerts() const;

	// A reload: `prepare` beside the deliveries, `take` between two of them, `retire` whether or not it came to
	// that.
	//
	// [control] Whether the output in force of that name can go on with this configuration.
	bool keeps(const InstanceConfig &config) const;
	struct Change;
	// [control] Makes and starts what is new. `entries` are all outputs from then on, in order.
	std::shared_ptr<Change> prepare(std::vector<Entry> entries, const std::shared_ptr<const RuleSet> &rules,
					const FormatOptions &format, std::chrono::milliseconds output_timeout);
	// [capture] Takes the outputs and the rules that the following matches belong to. Alerts that are queued keep
	// theirs. Does not wait.
	void take(Change &change) noexcept;
	// [control] Lets go of outputs that are not in force: what they have queued is delivered meanwhile.
	void retire();

	// Has every output close and open again what it writes to. Any thread; does not wait.
	void reopen();

	// Delivers what is queued, flushes, ends the workers. False when a worker did not come back from its plugin:
	// then the process must leave by _exit, since the thread still runs.
	bool drain(Drain how);

	// Turns a `drain(Drain::finish)` that is under way into one that hurries. Any thread.
	void hurry();

	struct Report {
		std::string name;
		uint64_t accepted, delivered, retried, filtered, dropped, lost;
		uint64_t deduplicated = 0;
		uint64_t dropped_spool = 0;          // the spool was full or could not be written
		uint64_t dropped_old = 0;            // waited in the spool for longer than max_age
		uint64_t dropped_crash = 0;          // process after process of an isolated output ended at it
		uint64_t waiting = 0;                // accepted, and neither delivered nor lost
		std::chrono::milliseconds oldest{0}; // how long the oldest of them has waited
	};
	std::vector<Report> report() const;

	// The same as metrics, one "NAME.accepted" and so on for each output, and what the plugin counts, as of the
	// call before or of its end. What stands for NAME there: MetricNames. Any thread.
	void metrics(const falco_metric_sink &sink) const;

private:
	// Tells of all that deduplications hold back.
	void end_windows(bool wait);

	struct State;
	std::unique_ptr<State> state_;
};

} // namespace falco::host
