// SPDX-License-Identifier: Apache-2.0
//
// The inner side of an output: its thread, which takes alerts, calls the plugin and tries again.
#include "host/pipeline/output_worker.hpp"

#include <algorithm>
#include <exception>

namespace falco::host {

namespace {

constexpr size_t kFlushAfter = 1000; // an output that is never idle flushes now and then, too
constexpr const char *kEnds = "falco ends";
constexpr const char *kCrashes = "process after process ended when they were written again";

std::string reason_of(const Status &status)
{
	return status.message.empty() ? "status " + std::to_string(status.code) + " without a message" : status.message;
}

} // namespace

void OutputWorker::run()
{
	try {
		deliver_all();
	} catch (const std::exception &e) {
		// Out of memory, possibly within a call's wrapper.
		if (!leave()) return;
		disable({FALCO_ERR_FATAL, e.what()});
	}
	if (setup_.metrics && !disabled_ && !look_at_metrics()) return;
	delivery_ended_ = true;
	if (spooled_ && !leave_spool()) return;
	end();
}

// Here, not where the last owner lets go: a plugin that does not come back holds this thread alone.
void OutputWorker::end()
{
	enter_at_end("destroy");
	output_->destroy();
	if (!leave()) return;
	std::lock_guard lock(mutex_);
	done_ = true;
	changed_.notify_all();
}

void OutputWorker::deliver_all()
{
	if (!spooled_ || spooled_->start()) work();
}

// A disabled output's alerts still go to its spool, for another start, until no more come.
bool OutputWorker::leave_spool()
{
	queue_.wait_until_closed();
	enter_at_end("its spool");
	spooled_->finish();
	return leave();
}

Supply::Take OutputWorker::take()
{
	const size_t most = output_->has_batch() ? batch_config_.max_alerts : 1;
	const Supply::Take taken = supply_->take(hand_, most, unflushed_ == 0);
	if (taken != Supply::Take::taken) return taken;
	in_hand_since_ = unflushed_ > 0 ? in_hand_since_.load() : hand_.at(0).accepted.time_since_epoch().count();
	if (hand_.remaining() < most && batch_config_.max_wait.count() > 0) {
		const Clock::time_point until = Clock::now() + batch_config_.max_wait;
		while (hand_.remaining() < most && Clock::now() < until && !hand_over_) {
			if (supply_->take_before(hand_, most - hand_.remaining(), until) != Supply::Take::taken) break;
		}
	}
	in_hand_ = unflushed_ + hand_.remaining();
	return taken;
}

void OutputWorker::work()
{
	for (;;) {
		hand_.clear();
		if (!reopen_if_asked() || !look_at_metrics_if_asked()) return;
		if (hand_over_) {
			flush();
			return;
		}
		switch (take()) {
		case Supply::Take::taken:
			if (!write_hand()) return;
			if (unflushed_ >= kFlushAfter && !flush()) return;
			break;
		case Supply::Take::nothing:
			if (!flush()) return;
			break;
		case Supply::Take::closed:
			flush();
			return;
		}
	}
}

bool OutputWorker::write_hand()
{
	Backoff backoff(setup_.config.retry);
	while (remaining() > 0) {
		if (!reopen_if_asked()) return false;
		const Clock::time_point now = Clock::now();
		backoff.trying(now);
		if (!enter(remaining() > 1 ? "write_batch" : "write", now)) {
			lose_rest(kEnds);
			return false;
		}
		size_t taken = 0;
		Status status = call_write(taken);
		if (!leave()) return false;
		count_given_up();
		if (taken > remaining()) status = {FALCO_ERR_FATAL, "took more alerts than it was given"};
		// Success without progress would be asked for again at once, and for ever.
		else if (status.ok() && taken == 0)
			status = {FALCO_ERR_RETRY, "took no alert"};
		else if (taken > 0) {
			count_written(taken);
			backoff.reset();
		}
		if (status.ok()) {
			if (!cannot_flush_) count_worked();
			continue;
		}
		if (status.code == FALCO_ERR_UNSUPPORTED && remaining() > 0) {
			lose_first(reason_of(status));
			backoff.reset();
			continue;
		}
		// Those that were taken may be deliverable, however long the next one is not.
		if (status.code == FALCO_ERR_RETRY && !flush()) return false;
		switch (recover(status, backoff)) {
		case Next::again:
			break;
		case Next::lose: {
			if (remaining() == 0) break; // it took all of them
			const bool ends = give_up();
			lose_first(reason_of(status));
			backoff.reset();
			if (ends) {
				lose_rest(reason_of(status));
				return false;
			}
			break;
		}
		case Next::end:
			return false;
		}
	}
	return true;
}

void OutputWorker::lose_first(const std::string &reason)
{
	last_written_ = hand_.at(0).number;
	hand_.advance(1);
	++unsettled_;
	lose(1, reason);
	if (unflushed_ == 0) settle_written(); // else with those before it
}

// True: falco ends, and a dead output is not asked once more for each alert.
bool OutputWorker::give_up()
{
	gave_up_ = true;
	return queue_.is_closed();
}

bool OutputWorker::flush()
{
	Backoff backoff(setup_.config.retry);
	while (unflushed_ > 0) {
		const Clock::time_point now = Clock::now();
		backoff.trying(now);
		if (!enter("flush", now)) {
			lose_rest(kEnds);
			return false;
		}
		const Status status = output_->flush();
		if (!leave()) return false;
		count_given_up();
		if (status.ok()) {
			counters_.delivered += unflushed_;
			unflushed_ = 0;
			cannot_flush_ = false;
			settle_written();
			count_worked();
			break;
		}
		if (status.code == FALCO_ERR_UNSUPPORTED) { // one of them can never be delivered
			--unflushed_;
			lose(1, reason_of(status));
			if (unflushed_ == 0) settle_written();
			backoff.reset();
			continue;
		}
		cannot_flush_ = true;
		switch (recover(status, backoff)) {
		case Next::again:
			break;
		case Next::lose: {
			const bool ends = give_up();
			lose(unflushed_, reason_of(status));
			unflushed_ = 0;
			settle_written();
			if (ends) {
				lose_rest(reason_of(status));
				return false;
			}
			break;
		}
		case Next::end:
			return false;
		}
	}
	return true;
}

bool OutputWorker::reopen_if_asked()
{
	if (!reopen_.exchange(false)) return true;
	if (!enter("reopen", Clock::now())) {
		lose_rest(kEnds);
		return false;
	}
	const Status status = output_->reopen();
	if (!leave()) return false;
	count_given_up();
	if (status.ok() || status.code == FALCO_ERR_UNSUPPORTED) return true;
	if (status.code == FALCO_ERR_RETRY) {
		log_.say(FALCO_LOG_ERROR, " cannot be opened again: " + reason_of(status));
		return true;
	}
	disable(status);
	return false;
}

bool OutputWorker::look_at_metrics_if_asked()
{
	return !look_at_metrics_.exchange(false) || look_at_metrics();
}

// False when abandoned.
bool OutputWorker::look_at_metrics()
{
	if (!enter("metrics", Clock::now())) return true;
	std::vector<Metric> found = output_->metrics();
	if (!leave()) return false;
	std::lock_guard lock(mutex_);
	metrics_ = std::move(found);
	return true;
}

Status OutputWorker::call_write(size_t &taken)
{
	if (remaining() == 1) {
		Status status = output_->write(hand_.at(0).view.alert);
		taken = status.ok() ? 1 : 0;
		return status;
	}
	batch_.clear();
	for (size_t i = 0; i < remaining(); ++i)
		batch_.push_back(&hand_.at(i).view.alert);
	return output_->write_batch(batch_, taken);
}

void OutputWorker::count_written(size_t taken)
{
	last_written_ = hand_.at(taken - 1).number;
	hand_.advance(taken);
	unsettled_ += taken;
	if (output_->has_flush()) {
		unflushed_ += taken;
	} else {
		counters_.delivered += taken;
		settle_written();
	}
}

// All up to the last one that was written is delivered or given up.
void OutputWorker::settle_written()
{
	in_hand_ = remaining();
	in_hand_since_ = remaining() > 0 ? hand_.at(0).accepted.time_since_epoch().count() : 0;
	supply_->settle(last_written_, unsettled_);
	unsettled_ = 0;
}

// Of those that were written and not flushed, what the output itself has given up.
void OutputWorker::count_given_up()
{
	const auto count = std::min<uint64_t>(output_->take_given_up(), unflushed_);
	if (count == 0) return;
	unflushed_ -= count;
	in_hand_ -= count;
	counters_.dropped_crash += count;
	log_.dropped(count, Clock::now(), kCrashes);
	if (unflushed_ == 0) settle_written();
}

void OutputWorker::count_worked()
{
	if (!in_trouble_) return;
	in_trouble_ = false;
	gave_up_ = false;
	log_.works();
}

OutputWorker::Next OutputWorker::recover(const Status &status, Backoff &backoff)
{
	if (status.code != FALCO_ERR_RETRY) {
		disable(status);
		return Next::end;
	}
	const Clock::time_point now = Clock::now();
	in_trouble_ = true;
	log_.retrying(reason_of(status), now);
	backoff.trying(now); // after a batch of which some were taken, the rest begins anew
	const auto pause = backoff.pause(now);
	if (!pause) return Next::lose;
	++counters_.retried;
	if (wait_to_retry(*pause)) return Next::again;
	lose_rest(kEnds);
	return Next::end;
}

void OutputWorker::lose_rest(const std::string &reason)
{
	const size_t count = remaining() + unflushed_;
	unflushed_ = 0;
	in_hand_ = 0;
	in_hand_since_ = 0;
	if (!spooled_) lose(count + queue_.discard(), reason); // the spool keeps them
}

void OutputWorker::disable(const Status &status)
{
	const std::string reason = reason_of(status);
	disabled_ = true;
	log_.say(FALCO_LOG_ERROR,
		 " failed and is disabled: " + reason + (spooled_ ? "; its alerts stay in the spool" : ""));
	lose_rest("it is disabled");
	if (setup_.config.required && setup_.fatal && !let_go_)
		setup_.fatal("output '" + name() + "' failed: " + reason);
}

bool OutputWorker::enter(const char *call, Clock::time_point now)
{
	std::lock_guard lock(mutex_);
	if (now >= give_up_at_ || hand_over_) return false;
	call_ = call;
	call_began_ = now;
	call_reported_ = false;
	at_stake_ = remaining() + unflushed_;
	return true;
}

void OutputWorker::enter_at_end(const char *call)
{
	std::lock_guard lock(mutex_);
	call_ = call;
	call_began_ = Clock::now();
	call_reported_ = false;
	at_stake_ = 0;
}

bool OutputWorker::leave()
{
	std::lock_guard lock(mutex_);
	call_ = nullptr;
	return !abandoned_;
}

bool OutputWorker::wait_to_retry(Clock::duration pause)
{
	std::unique_lock lock(mutex_);
	const Clock::time_point again = Clock::now() + pause;
	for (;;) {
		const Clock::time_point now = Clock::now();
		const Clock::time_point end = std::min(give_up_at_, no_retry_from_);
		if (now >= end || hand_over_) return false;
		if (now >= again) return true;
		changed_.wait_until(lock, std::min(again, end));
	}
}

} // namespace falco::host
