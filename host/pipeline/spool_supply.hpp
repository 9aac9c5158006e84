// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/pipeline/output_counters.hpp"
#include "host/pipeline/output_log.hpp"
#include "host/pipeline/spool.hpp"
#include "host/pipeline/supply.hpp"

#include <functional>
#include <memory>
#include <thread>

namespace falco::host {

// From the spool. A thread of its own takes what is in the queue, many alerts at a time, and makes them durable in one
// step; only then they count as accepted. So neither the reader of events nor the plugin waits for the disk.
class SpoolSupply final : public Supply {
public:
	// What it belongs to; all outlive it.
	struct Parts {
		OutputQueue &queue;
		OutputCounters &counters;
		OutputLog &log;
		std::function<void()> on_progress; // the thread stored something
		std::function<bool()> is_over;     // there will be no more room, or no more time to wait for it
	};
	SpoolSupply(std::shared_ptr<Spool> spool, const InstanceConfig &config, OnFull on_full, Composer composer,
		    Parts parts);
	~SpoolSupply() override;

	// [worker] Waits until the spool is this worker's and starts. False: the queue was closed before that, with
	// nothing in it.
	bool start();
	// [worker] After the queue was closed: returns when all of it is in the spool or given up, and lets the spool
	// go.
	void finish();
	// [any] The worker is given up: the spool is free for the next one.
	void abandon() { spool_->give_turn(this); }

	Take take(Hand &hand, size_t most, bool wait) override;
	Take take_before(Hand &hand, size_t most, Clock::time_point until) override;
	void settle(uint64_t number, uint64_t count) override { spool_->settle(number, count); }
	void wake() override;
	const std::shared_ptr<Spool> &spool() const { return spool_; }

private:
	void run();
	void write();
	void store();
	bool make_room(const Spool::Outcome &outcome, size_t first);
	void drop_old();
	Take read(Hand &hand, size_t most);

	const std::shared_ptr<Spool> spool_;
	const SpoolConfig config_;
	const OnFull on_full_;
	const RetryConfig retry_;
	Composer composer_; // the writer's
	const Parts parts_;
	std::thread writer_;
	std::atomic<bool> all_stored_{false}; // the queue is closed and empty
	std::atomic<bool> woken_{false};

	// The writer's.
	std::vector<AlertPtr> alerts_;
	std::vector<Spool::Entry> entries_;
	Parcel parcel_;
	Clock::time_point looked_for_old_;

	std::vector<Spool::Entry> read_; // the worker's
};

} // namespace falco::host
