// SPDX-License-Identifier: Apache-2.0
//
// The outer side of an output: what the capture thread, the control thread and the watchdog see of it.
#include "host/pipeline/output_worker.hpp"

#include "host/plugins/crash.hpp"

#include <algorithm>

namespace falco::host {

namespace {

constexpr const char *kFalcoEnds = "falco ends";

} // namespace

OutputWorker::OutputWorker(std::unique_ptr<Output> output, Setup setup)
    : output_(std::move(output)), setup_(std::move(setup)), batch_config_(setup_.config.batch.value_or(BatchConfig())),
      queue_(setup_.config.queue.capacity, setup_.nap), log_(output_->name(), setup_.log)
{
	Composer composer(setup_.config, output_->bare());
	if (!setup_.spool) {
		supply_ = std::make_unique<QueueSupply>(queue_, std::move(composer));
		return;
	}
	auto spooled = std::make_unique<SpoolSupply>(
		setup_.spool, setup_.config, setup_.on_full, std::move(composer),
		SpoolSupply::Parts{queue_, counters_, log_,
				   [this] {
					   const std::lock_guard lock(mutex_);
					   if (delivery_ended_) call_began_ = Clock::now(); // slow, but goes on
				   },
				   [this] {
					   if (delivery_ended_ && queue_.is_closed()) return true;
					   const std::lock_guard lock(mutex_);
					   return Clock::now() >= give_up_at_;
				   }});
	spooled_ = spooled.get();
	supply_ = std::move(spooled);
}

OutputWorker::~OutputWorker() = default;

bool OutputWorker::offer(const AlertPtr &alert)
{
	if (setup_.on_full == OnFull::drop_old) {
		settle(queue_.put_dropping_oldest(alert));
		return true;
	}
	const OutputQueue::Put put = queue_.put(alert);
	if (put == OutputQueue::Put::full && setup_.on_full == OnFull::block) return false;
	settle(put);
	return true;
}

void OutputWorker::offer_and_wait(const AlertPtr &alert, const std::atomic<bool> &stop)
{
	const Clock::time_point now = Clock::now();
	const Clock::time_point give_up = gave_up_ ? now : give_up_time(setup_.config.retry, now);
	const OutputQueue::Put put = queue_.put_before(alert, give_up, stop);
	if (put == OutputQueue::Put::full && !stop) {
		lose(1, "its queue stayed full for " + duration_text(give_up - now));
	} else {
		settle(put);
	}
}

void OutputWorker::offer_or_drop(const AlertPtr &alert)
{
	if (!offer(alert)) settle(OutputQueue::Put::full);
}

void OutputWorker::count_lost(const std::string &reason)
{
	lose(1, reason);
}

void OutputWorker::settle(OutputQueue::Put put)
{
	switch (put) {
	case OutputQueue::Put::taken:
		if (!spooled_) ++counters_.accepted;
		break;
	case OutputQueue::Put::replaced_oldest:
		if (!spooled_) ++counters_.accepted;
		[[fallthrough]];
	case OutputQueue::Put::full:
		++counters_.dropped;
		log_.dropped(1, Clock::now());
		break;
	case OutputQueue::Put::closed:
		lose(1, "it is disabled");
		break;
	}
}

void OutputWorker::lose(size_t count, const std::string &reason)
{
	counters_.lost += count;
	log_.lost(count, reason, Clock::now());
}

void OutputWorker::start()
{
	start_thread(&OutputWorker::run);
}

void OutputWorker::start_thread(void (OutputWorker::*body)())
{
	thread_ = std::thread([self = shared_from_this(), body] {
		const CrashStack crash_stack;
		(self.get()->*body)();
	});
}

void OutputWorker::close()
{
	queue_.close();
}

void OutputWorker::let_go(bool to_successor)
{
	let_go_ = true;
	{
		std::lock_guard lock(mutex_);
		hand_over_ = to_successor && spooled_;
		changed_.notify_all();
	}
	close();
	supply_->wake();
}

void OutputWorker::reopen()
{
	reopen_ = true;
	supply_->wake();
}

std::vector<Metric> OutputWorker::metrics()
{
	std::vector<Metric> known;
	{
		std::lock_guard lock(mutex_);
		known = metrics_;
	}
	if (setup_.metrics && !delivery_ended_) {
		look_at_metrics_ = true;
		supply_->wake();
	}
	return known;
}

void OutputWorker::give_up_at(Clock::time_point when)
{
	std::lock_guard lock(mutex_);
	give_up_at_ = std::min(give_up_at_, when);
	changed_.notify_all();
}

uint64_t OutputWorker::waiting()
{
	if (hand_over_) return 0; // they are its successor's
	return spooled_ ? setup_.spool->pending() : queue_.size() + in_hand_;
}

Clock::duration OutputWorker::oldest_age(Clock::time_point now)
{
	if (spooled_) {
		using namespace std::chrono;
		const int64_t oldest = setup_.spool->oldest_ns();
		if (oldest == 0) return {};
		return duration_cast<Clock::duration>(system_clock::now().time_since_epoch() - nanoseconds(oldest));
	}
	const int64_t since = in_hand_since_;
	if (since != 0) return now - Clock::time_point(Clock::duration(since));
	const auto oldest = queue_.oldest();
	return oldest ? now - *oldest : Clock::duration();
}

bool OutputWorker::finish(Clock::time_point began, Clock::duration limit)
{
	if (!thread_.joinable()) {
		lose(queue_.discard(), kFalcoEnds);
		start_thread(&OutputWorker::end);
	}
	{
		std::unique_lock lock(mutex_);
		if (spooled_) no_retry_from_ = std::min(no_retry_from_, began + limit);
		changed_.notify_all();
		while (!done_) {
			const Clock::time_point now = Clock::now();
			// A call that begins after this look is seen by the next one.
			Clock::time_point look_again = now + limit;
			if (call_) {
				const Clock::time_point patience = std::max(call_began_, began) + limit;
				if (now >= patience) {
					abandoned_ = true;
					break;
				}
				look_again = std::min(look_again, patience);
			}
			changed_.wait_until(lock, look_again);
		}
	}
	if (abandoned_) {
		log_.left_behind(output_->function_in(call_));
		if (spooled_) {
			lose(queue_.discard(), kFalcoEnds);
			spooled_->abandon();
		} else {
			lose(at_stake_ + queue_.discard(), kFalcoEnds);
			in_hand_ = 0;
			in_hand_since_ = 0;
		}
		thread_.detach();
	} else {
		thread_.join();
	}
	log_.write_sums(Clock::now(), true);
	if (spooled_ && !hand_over_ && setup_.spool->pending() > 0) {
		log_.say(FALCO_LOG_WARN, ": " + std::to_string(setup_.spool->pending()) +
						 " of its alerts stay in the spool " + setup_.spool->path() +
						 " until falco delivers them");
	}
	return !abandoned_;
}

void OutputWorker::watch(Clock::time_point now, Clock::duration limit)
{
	const char *stuck_in = nullptr;
	Clock::duration time{};
	{
		std::lock_guard lock(mutex_);
		time = now - call_began_;
		if (call_ && !call_reported_ && time >= limit) {
			call_reported_ = true;
			stuck_in = call_;
		}
	}
	if (stuck_in) log_.takes_long(output_->function_in(stuck_in), time);
	log_.write_sums(now);
}

} // namespace falco::host
