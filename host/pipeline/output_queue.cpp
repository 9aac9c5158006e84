// SPDX-License-Identifier: Apache-2.0
#include "host/pipeline/output_queue.hpp"

#include <algorithm>

namespace falco::host {

namespace {

// `stop` is a plain flag that a signal may set, so nobody can notify whoever waits for room: it is looked at this
// often.
constexpr std::chrono::milliseconds kStopIsSeenWithin{50};

} // namespace

// Waking the one that waits for each place that becomes free would make the two threads take turns alert by alert.
OutputQueue::OutputQueue(size_t capacity, std::chrono::milliseconds nap)
    : capacity_(std::max<size_t>(capacity, 1)), nap_(nap), room_for_putter_(std::clamp<size_t>(capacity_ / 4, 1, 256))
{
}

OutputQueue::Put OutputQueue::put(const AlertPtr &alert)
{
	Put result;
	bool wakes;
	{
		std::lock_guard lock(mutex_);
		result = put_locked(alert);
		wakes = result == Put::taken && wakes_taker_locked();
	}
	if (wakes) has_alert_.notify_one();
	return result;
}

OutputQueue::Put OutputQueue::put_dropping_oldest(const AlertPtr &alert)
{
	AlertPtr oldest; // freed after the lock
	Put result;
	bool wakes;
	{
		std::lock_guard lock(mutex_);
		result = put_locked(alert);
		if (result == Put::full) {
			oldest = pop_locked();
			put_locked(alert);
			result = Put::replaced_oldest;
		}
		wakes = result != Put::closed && wakes_taker_locked();
	}
	if (wakes) has_alert_.notify_one();
	return result;
}

OutputQueue::Put OutputQueue::put_before(const AlertPtr &alert, Clock::time_point deadline,
					 const std::atomic<bool> &stop)
{
	Put result;
	bool wakes;
	{
		std::unique_lock lock(mutex_);
		putter_waits_ = true;
		while ((result = put_locked(alert)) == Put::full && !stop) {
			const Clock::time_point now = Clock::now();
			if (now >= deadline) break;
			has_room_.wait_until(lock, std::min(deadline, now + kStopIsSeenWithin));
		}
		putter_waits_ = false;
		wakes = result == Put::taken && wakes_taker_locked();
	}
	if (wakes) has_alert_.notify_one();
	return result;
}

OutputQueue::Take OutputQueue::take(std::vector<AlertPtr> &out, size_t most, bool wait)
{
	std::unique_lock lock(mutex_);
	if (wait) wait_for_alert(lock, Clock::time_point::max());
	return take_locked(lock, out, most);
}

OutputQueue::Take OutputQueue::take_before(std::vector<AlertPtr> &out, size_t most, Clock::time_point until)
{
	std::unique_lock lock(mutex_);
	wait_for_alert(lock, until);
	return take_locked(lock, out, most);
}

void OutputQueue::wait_for_alert(std::unique_lock<std::mutex> &lock, Clock::time_point until)
{
	const auto is_over = [&] { return size_ > 0 || closed_ || taker_is_woken_; };
	for (; nap_.count() > 0 && naps_left_ > 0 && !is_over(); --naps_left_) {
		const Clock::time_point now = Clock::now();
		if (now >= until) return;
		taker_naps_ = true;
		has_alert_.wait_until(lock, std::min(until, now + nap_));
		taker_naps_ = false;
	}
	if (until == Clock::time_point::max())
		has_alert_.wait(lock, is_over);
	else
		has_alert_.wait_until(lock, until, is_over);
	naps_left_ = kNaps;
}

// An alert has just been put.
bool OutputQueue::wakes_taker_locked() const
{
	return !taker_naps_ || size_ >= kEndNap || size_ == capacity_;
}

OutputQueue::Take OutputQueue::take_locked(std::unique_lock<std::mutex> &lock, std::vector<AlertPtr> &out, size_t most)
{
	taker_is_woken_ = false;
	if (size_ == 0) return closed_ ? Take::closed : Take::nothing;
	for (size_t count = std::min(most, size_); count > 0; --count)
		out.push_back(pop_locked());
	const bool wake_putter = putter_waits_ && capacity_ - size_ >= room_for_putter_;
	lock.unlock();
	if (wake_putter) has_room_.notify_one();
	return Take::taken;
}

void OutputQueue::wake_taker()
{
	{
		std::lock_guard lock(mutex_);
		taker_is_woken_ = true;
	}
	has_alert_.notify_all();
}

void OutputQueue::close()
{
	{
		std::lock_guard lock(mutex_);
		closed_ = true;
	}
	has_alert_.notify_all();
	has_room_.notify_all();
}

bool OutputQueue::is_closed()
{
	std::lock_guard lock(mutex_);
	return closed_;
}

void OutputQueue::wait_until_closed()
{
	std::unique_lock lock(mutex_);
	has_alert_.wait(lock, [&] { return closed_; });
}

size_t OutputQueue::size()
{
	std::lock_guard lock(mutex_);
	return size_;
}

std::optional<Clock::time_point> OutputQueue::oldest()
{
	std::lock_guard lock(mutex_);
	if (size_ == 0) return std::nullopt;
	return ring_[first_]->made();
}

size_t OutputQueue::discard()
{
	std::vector<AlertPtr> rest; // freed after the lock
	size_t count;
	{
		std::lock_guard lock(mutex_);
		closed_ = true;
		count = size_;
		size_ = first_ = 0;
		rest.swap(ring_);
	}
	has_alert_.notify_all();
	has_room_.notify_all();
	return count;
}

OutputQueue::Put OutputQueue::put_locked(const AlertPtr &alert)
{
	if (closed_) return Put::closed;
	if (size_ == capacity_) return Put::full;
	if (size_ == ring_.size()) grow_locked();
	ring_[slot_locked(size_)] = alert;
	++size_;
	return Put::taken;
}

AlertPtr OutputQueue::pop_locked()
{
	AlertPtr alert = std::move(ring_[first_]);
	first_ = slot_locked(1);
	--size_;
	return alert;
}

// Where the one is that comes so many after the first.
size_t OutputQueue::slot_locked(size_t index) const
{
	const size_t slot = first_ + index;
	return slot < ring_.size() ? slot : slot - ring_.size();
}

void OutputQueue::grow_locked()
{
	std::vector<AlertPtr> larger(std::min(capacity_, std::max<size_t>(64, ring_.size() * 2)));
	for (size_t i = 0; i < size_; ++i)
		larger[i] = std::move(ring_[slot_locked(i)]);
	ring_ = std::move(larger);
	first_ = 0;
}

} // namespace falco::host
