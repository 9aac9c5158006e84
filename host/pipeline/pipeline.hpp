// SPDX-License-Identifier: Apache-2.0
//
// From a match to its delivery: the capture thread makes one Alert of each match and hands it to the queue of every
// output that wants it; each output's worker composes the text it needs and writes.
#pragma once

#include "host/config/config.hpp"
#include "host/plugins/plugin.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace falco::host {

// The rules of one load; alerts share it, so it lives as long as the last alert of it.
using RuleSet = std::vector<Rule>;

// How alerts become text; the same for all outputs but for text/JSON and bare.
struct FormatOptions {
	JsonKeys json_keys;
	bool iso_8601 = false; // times as 2016-06-06T23:47:44.080226697+0000 in text lines
	std::string hostname;
};

// What an output's worker counts. Read from other threads.
struct OutputCounters {
	std::atomic<uint64_t> accepted{0}; // put into the queue
	std::atomic<uint64_t> delivered{0};
	std::atomic<uint64_t> retried{0};  // writes that were tried again
	std::atomic<uint64_t> filtered{0};
	std::atomic<uint64_t> dropped{0};  // the queue was full
	std::atomic<uint64_t> lost{0};     // given up after retries, refused by the plugin, or left at shutdown
};

// How a shutdown waits for its outputs.
enum class Drain {
	finish, // until every alert is delivered or given up as the retry settings say
	hurry   // the same, but what is not delivered within the output time-out is given up
};

class OutputWorker;

// All outputs of a run. Made and drained on the control thread; `deliver` is for the capture thread.
class Outputs {
public:
	struct Settings {
		FormatOptions format;
		std::chrono::milliseconds output_timeout{2000};
		bool live = false;                             // decides the default of on_full
		std::function<void(falco_level, const std::string &)> log;
		std::function<void(const std::string &)> fatal; // a required output failed: the run must end; any thread
	};
	// One entry per output: the instance and its settings.
	struct Entry {
		std::unique_ptr<Output> output;
		InstanceConfig config; // queue, retry, filter, format, required
	};

	Outputs(std::vector<Entry> entries, Settings settings);
	~Outputs();
	Outputs(const Outputs &) = delete;
	Outputs &operator=(const Outputs &) = delete;

	// Starts the workers: after the last fork, before the first event.
	void start();

	// Takes the rules that the following matches belong to.
	void use_rules(std::shared_ptr<const RuleSet> rules);

	// Copies the match and queues it for every output that wants it. Waits only for outputs whose on_full is block.
	// Ends early when `stop` becomes true.
	void deliver(const falco_match &match, const std::atomic<bool> &stop);

	// Delivers what is queued, flushes, ends the workers. False when a worker did not come back from its plugin: then
	// the process must leave by _exit, since the thread still runs.
	bool drain(Drain how);

	struct Report {
		std::string name;
		uint64_t accepted, delivered, retried, filtered, dropped, lost;
	};
	std::vector<Report> report() const;

private:
	struct State;
	std::unique_ptr<State> state_;
};

// What falco prints when it ends. Counts on the capture thread.
class Statistics {
public:
	void use_rules(std::shared_ptr<const RuleSet> rules);
	void count(uint32_t rule);
	// The text of BEHAVIOUR "Statistics at exit", with a trailing newline; lines about outputs follow only when one of
	// them dropped or lost an alert.
	std::string text(const std::vector<Outputs::Report> &outputs) const;
	uint64_t detected() const { return detected_; }

private:
	std::shared_ptr<const RuleSet> rules_;
	std::vector<uint64_t> per_rule_;
	uint64_t per_priority_[8] = {};
	uint64_t detected_ = 0;
};

// "Emergency" ... "Debug".
const char *priority_name(int priority);

} // namespace falco::host
