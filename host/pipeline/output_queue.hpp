// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/pipeline/alert.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <vector>

namespace falco::host {

// The alerts that wait for one output: first in, first out, at most `capacity` of them. Any
// thread puts and closes, one waits for room (capture), one takes (the output's worker). Memory grows with what waits,
// up to the capacity, and is kept.
class OutputQueue {
public:
	enum class Put { taken, full, closed, replaced_oldest };
	enum class Take { taken, nothing, closed };

	// `nap`: the taker may find an alert so much later, 0: at once. Waking a thread costs some ten times as much as
	// the rest of an alert's way; one that naps while alerts come now and then is not woken for each.
	explicit OutputQueue(size_t capacity, std::chrono::milliseconds nap = {});

	Put put(const AlertPtr &alert);
	// Makes room by letting the oldest go.
	Put put_dropping_oldest(const AlertPtr &alert);
	// Waits for room until `deadline`. When `stop` becomes true it tries once more without waiting.
	Put put_before(const AlertPtr &alert, Clock::time_point deadline, const std::atomic<bool> &stop);

	// Appends up to `most` alerts to `out`. An empty queue: waits for one when `wait`, else says `nothing`;
	// `closed` once it is closed as well.
	Take take(std::vector<AlertPtr> &out, size_t most, bool wait);
	// Waits for the first one until `until`; then says `nothing`.
	Take take_before(std::vector<AlertPtr> &out, size_t most, Clock::time_point until);

	// Ends one `take` that waits, which says `nothing`. Any thread.
	void wake_taker();

	// Takes no more alerts; those that wait can still be taken.
	void close();
	bool is_closed();
	void wait_until_closed();
	size_t size();
	// When the oldest of those that wait was made.
	std::optional<Clock::time_point> oldest();
	// Closes, throws away what waits and says how many that were.
	size_t discard();

private:
	Put put_locked(const AlertPtr &alert);
	bool wakes_taker_locked() const;
	// Until there is something for the taker, or until `until`.
	void wait_for_alert(std::unique_lock<std::mutex> &lock, Clock::time_point until);
	AlertPtr pop_locked();
	Take take_locked(std::unique_lock<std::mutex> &lock, std::vector<AlertPtr> &out, size_t most);
	void grow_locked();
	size_t slot_locked(size_t index) const;

	static constexpr size_t kEndNap = 64; // so many alerts end one
	static constexpr int kNaps = 5;       // without an alert: then it waits to be woken

	const size_t capacity_;
	const std::chrono::milliseconds nap_;
	const size_t room_for_putter_; // wakes the one that waits
	std::mutex mutex_;             // for all below
	std::condition_variable has_alert_, has_room_;
	std::vector<AlertPtr> ring_; // size_ of them from first_ on, going around the end
	size_t first_ = 0;
	size_t size_ = 0;
	bool closed_ = false;
	bool putter_waits_ = false;
	bool taker_naps_ = false;
	int naps_left_ = 0;
	bool taker_is_woken_ = false;
};

} // namespace falco::host
