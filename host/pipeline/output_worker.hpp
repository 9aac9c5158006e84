// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/pipeline/backoff.hpp"
#include "host/pipeline/output_counters.hpp"
#include "host/pipeline/output_log.hpp"
#include "host/pipeline/output_queue.hpp"
#include "host/pipeline/spool_supply.hpp"

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace falco::host {

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
		std::shared_ptr<Spool> spool{};                 // where config.spool is set
		bool metrics = false;                           // the plugin's are wanted
		std::chrono::milliseconds nap{0};               // how much later than an alert its delivery may begin
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
	void count_deduplicated() { ++counters_.deduplicated; }
	void count_lost(const std::string &reason);

	// [control]
	void start();
	// [control] No alert comes any more.
	void close();
	// [control] The same for an output that a reload left out: whether it then fails is no longer the run's matter.
	// `to_successor`: what its spool holds is another worker's from now on.
	void let_go(bool to_successor);
	// [any] Has the plugin close and open again what it writes to, before its next write.
	void reopen();
	// [any] What the plugin last counted, and has it count again: at once, unless it is in a call.
	std::vector<Metric> metrics();
	// [any] What is not delivered by then is given up.
	void give_up_at(Clock::time_point when);
	// [control] After close: waits for the thread, which destroys the plugin's instance at its end. False when it
	// stayed in one call of the plugin for longer than `limit`, counted from `began` at the earliest.
	bool finish(Clock::time_point began, Clock::duration limit);

	// [any] Reports a call that has taken longer than `limit`, once, and losses that were not told yet.
	void watch(Clock::time_point now, Clock::duration limit);

	const std::string &name() const { return output_->name(); }
	const InstanceConfig &config() const { return setup_.config; }
	// It failed for good.
	bool is_disabled() const { return disabled_; }
	bool is_let_go() const { return let_go_; }
	const OutputCounters &counters() const { return counters_; }
	// nullptr without one.
	std::shared_ptr<Spool> spool() const { return setup_.spool; }
	// [any] What was accepted and is neither delivered nor lost.
	uint64_t waiting();
	// [any] How long the oldest of that has waited; 0 when there is none.
	Clock::duration oldest_age(Clock::time_point now);

private:
	// What follows a call that failed.
	enum class Next { again, lose, end };

	void start_thread(void (OutputWorker::*body)());
	void run();
	void work();
	// These return false when the thread has to end.
	bool write_hand();
	bool flush();
	bool reopen_if_asked();
	bool look_at_metrics_if_asked();
	bool look_at_metrics();
	Status call_write(size_t &taken);
	void count_written(size_t taken);
	void settle_written();
	void count_given_up();
	Supply::Take take();
	void deliver_all();
	bool leave_spool();
	void end();
	// Waits when the call is to be made again.
	Next recover(const Status &status, Backoff &backoff);
	void count_worked();

	// Around each call of the plugin, that begins now. enter: false when the time to give up has come. leave: false
	// when abandoned.
	bool enter(const char *call, Clock::time_point now);
	// The same whatever the time, with no alert in hand.
	void enter_at_end(const char *call);
	bool leave();
	bool wait_to_retry(Clock::duration pause);

	size_t remaining() const { return hand_.remaining(); }
	void lose(size_t count, const std::string &reason);
	void lose_first(const std::string &reason); // of the hand
	void lose_rest(const std::string &reason);
	bool give_up();
	void disable(const Status &status);
	void settle(OutputQueue::Put put);

	const std::unique_ptr<Output> output_;
	const Setup setup_;
	const BatchConfig batch_config_;
	OutputQueue queue_;
	OutputCounters counters_;
	OutputLog log_;
	std::unique_ptr<Supply> supply_;
	SpoolSupply *spooled_ = nullptr; // supply_, when that is one
	std::thread thread_;             // control thread

	// The thread's own.
	Hand hand_;
	std::vector<const falco_alert *> batch_;
	size_t unflushed_ = 0;      // written since the last flush
	uint64_t unsettled_ = 0;    // written or given up, and not settled with the supply
	uint64_t last_written_ = 0; // number of the last parcel that was written or given up
	bool in_trouble_ = false;
	bool cannot_flush_ = false; // a write that is taken then says little
	// An alert was given up and nothing was delivered since: neither the reader nor the end waits for each further
	// one.
	std::atomic<bool> gave_up_{false};
	std::atomic<bool> disabled_{false};
	std::atomic<bool> let_go_{false};
	std::atomic<bool> reopen_{false};          // is asked for
	std::atomic<bool> look_at_metrics_{false}; // likewise
	std::atomic<bool> hand_over_{false};
	std::atomic<bool> delivery_ended_{false};
	std::atomic<uint64_t> in_hand_{0};      // taken or unflushed
	std::atomic<int64_t> in_hand_since_{0}; // when the oldest of them was accepted, by Clock; 0: there is none

	std::mutex mutex_; // for all below
	std::condition_variable changed_;
	const char *call_ = nullptr; // the plugin's function that the thread is in
	Clock::time_point call_began_;
	bool call_reported_ = false;
	size_t at_stake_ = 0; // alerts that are lost if the call never returns
	Clock::time_point give_up_at_ = Clock::time_point::max();
	Clock::time_point no_retry_from_ = Clock::time_point::max(); // what the spool keeps need not be tried again
	bool done_ = false;
	bool abandoned_ = false;
	std::vector<Metric> metrics_;
};

} // namespace falco::host
