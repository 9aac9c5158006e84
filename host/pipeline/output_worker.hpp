// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/pipeline/backoff.hpp"
#include "host/pipeline/output_log.hpp"
#include "host/pipeline/output_queue.hpp"

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>

namespace falco::host {

// What an output's worker counts. Read from other threads.
struct OutputCounters {
	std::atomic<uint64_t> accepted{0}; // put into the queue
	std::atomic<uint64_t> delivered{0};
	std::atomic<uint64_t> retried{0}; // calls that were made again
	std::atomic<uint64_t> filtered{0};
	std::atomic<uint64_t> dropped{0}; // the queue was full
	std::atomic<uint64_t> lost{0};    // given up after retries, refused by the plugin, or left at shutdown
};

// One output with its queue and its thread, which alone calls the plugin. Held by Outputs and by the thread itself, so
// a thread that does not come back from its plugin keeps what it uses; such a worker is abandoned: counted out,
// detached and never spoken to again. Life: offer* beside start, close, finish (control thread).
class OutputWorker : public std::enable_shared_from_this<OutputWorker> {
public:
	struct Setup {
		InstanceConfig config;          // queue, retry, format
		OnFull on_full = OnFull::block; // config.queue's, or the default for the kind of source
		LogFunction log;
		std::function<void(const std::string &)> fatal; // called when a required output is disabled
	};

	OutputWorker(std::unique_ptr<Output> output, Setup setup);
	~OutputWorker();
	OutputWorker(const OutputWorker &) = delete;
	OutputWorker &operator=(const OutputWorker &) = delete;

	// [capture] Queues the alert, or counts it as dropped or lost. False: the queue is full and its policy is to
	// wait, so offer_and_wait is to follow once all other outputs have had the alert.
	bool offer(const AlertPtr &alert);
	// [capture] Waits as long as the retry settings say, or until `stop`.
	void offer_and_wait(const AlertPtr &alert, const std::atomic<bool> &stop);
	// [any] Queues the alert, or counts it as dropped or lost, whatever the policy.
	void offer_or_drop(const AlertPtr &alert);
	// [any] The output did not want it / it could not even be made.
	void count_filtered() { ++counters_.filtered; }
	void count_lost(const std::string &reason);

	// [control]
	void start();
	// [control] No alert comes any more.
	void close();
	// [control] The same for an output that a reload left out: whether it then fails is no longer the run's matter.
	void let_go();
	// [any] Has the plugin close and open again what it writes to, before its next write.
	void reopen();
	// [any] What is not delivered by then is given up.
	void give_up_at(Clock::time_point when);
	// [control] After close: waits for the thread. False when it stayed in one call of the plugin for longer than
	// `limit`, counted from `began` at the earliest.
	bool finish(Clock::time_point began, Clock::duration limit);

	// [any] Reports a call that has taken longer than `limit`, once, and losses that were not told yet.
	void watch(Clock::time_point now, Clock::duration limit);

	const std::string &name() const { return output_->name(); }
	const InstanceConfig &config() const { return setup_.config; }
	// It failed for good.
	bool is_disabled() const { return disabled_; }
	bool is_let_go() const { return let_go_; }
	const OutputCounters &counters() const { return counters_; }

private:
	// What follows a call that failed.
	enum class Next { again, lose, end };

	void run();
	void work();
	// These return false when the thread has to end.
	bool write_hand();
	bool flush();
	bool reopen_if_asked();
	Status call_write(size_t &taken);
	void count_written(size_t taken);
	// Waits when the call is to be made again.
	Next recover(const Status &status, Backoff &backoff);
	void count_worked();

	// Around each call of the plugin. enter: false when the time to give up has come. leave: false when abandoned.
	bool enter(const char *call);
	bool leave();
	bool wait_to_retry(Clock::duration pause);

	size_t remaining() const { return hand_.size() - first_; }
	void lose(size_t count, const std::string &reason);
	void lose_rest(const std::string &reason);
	void disable(const Status &status);
	void settle(OutputQueue::Put put);

	const std::unique_ptr<Output> output_;
	const Setup setup_;
	const LineStyle style_;
	OutputQueue queue_;
	OutputCounters counters_;
	OutputLog log_;
	std::thread thread_; // control thread

	// The thread's own.
	std::vector<AlertPtr> hand_;     // taken from the queue
	size_t first_ = 0;               // of hand_ that was not yet written
	std::vector<falco_alert> views_; // of the rest of hand_, for the plugin
	std::vector<const falco_alert *> batch_;
	size_t unflushed_ = 0; // written since the last flush
	bool in_trouble_ = false;
	// An alert was given up and nothing was delivered since: neither the reader nor the end waits for each further
	// one.
	std::atomic<bool> gave_up_{false};
	std::atomic<bool> disabled_{false};
	std::atomic<bool> let_go_{false};
	std::atomic<bool> reopen_{false}; // is asked for

	std::mutex mutex_; // for all below
	std::condition_variable changed_;
	const char *call_ = nullptr; // the plugin's function that the thread is in
	Clock::time_point call_began_;
	bool call_reported_ = false;
	size_t at_stake_ = 0; // alerts that are lost if the call never returns
	Clock::time_point give_up_at_ = Clock::time_point::max();
	bool done_ = false;
	bool abandoned_ = false;
};

} // namespace falco::host
