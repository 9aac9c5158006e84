// SPDX-License-Identifier: Apache-2.0
#include "host/pipeline/spool_supply.hpp"

#include "host/pipeline/alert_record.hpp"
#include "host/pipeline/backoff.hpp"

#include <algorithm>
#include <exception>

namespace falco::host {

namespace {

using std::chrono::milliseconds;

constexpr size_t kGroup = 1024; // alerts that become durable in one step
constexpr milliseconds kRemoveAfter{200};
constexpr milliseconds kLookAgain{100};
constexpr std::chrono::seconds kLookForOld{1};

int64_t wall_ns()
{
	using namespace std::chrono;
	return duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count();
}

} // namespace

SpoolSupply::SpoolSupply(std::shared_ptr<Spool> spool, const InstanceConfig &config, OnFull on_full, Composer composer,
			 Parts parts)
    : spool_(std::move(spool)), config_(*config.spool), on_full_(config_.on_full.value_or(on_full)),
      retry_(config.retry), composer_(std::move(composer)), parts_(std::move(parts))
{
}

SpoolSupply::~SpoolSupply()
{
	if (writer_.joinable()) writer_.join();
	spool_->give_turn(this);
}

bool SpoolSupply::start()
{
	OutputQueue &queue = parts_.queue;
	if (!spool_->wait_turn(this, config_, [&] { return queue.is_closed() && queue.size() == 0; })) return false;
	spool_->on_lost([counters = &parts_.counters](uint64_t count) { counters->lost += count; });
	drop_old();
	const uint64_t waiting = spool_->pending();
	if (waiting > 0) {
		parts_.log.say(FALCO_LOG_INFO, ": " + std::to_string(waiting) +
						       (waiting == 1 ? " alert waits" : " alerts wait") +
						       " in its spool " + spool_->path());
	}
	writer_ = std::thread([this] { run(); });
	return true;
}

void SpoolSupply::finish()
{
	if (writer_.joinable()) writer_.join();
	spool_->remove_settled();
	spool_->give_turn(this);
}

void SpoolSupply::wake()
{
	woken_ = true;
	spool_->wake();
}

void SpoolSupply::run()
{
	try {
		write();
	} catch (const std::exception &e) { // out of memory
		const uint64_t count = entries_.size() + parts_.queue.discard();
		parts_.counters.lost += count;
		parts_.log.lost(count, "its spool fails: " + std::string(e.what()), Clock::now());
	}
	all_stored_ = true;
	spool_->wake();
}

void SpoolSupply::write()
{
	for (;;) {
		alerts_.clear();
		const Take taken = parts_.queue.take_before(alerts_, kGroup, Clock::now() + kRemoveAfter);
		if (taken == Take::closed) return;
		if (taken == Take::taken) {
			store();
			parts_.on_progress();
		} else {
			spool_->remove_settled();
		}
		if (config_.max_age.count() > 0 && Clock::now() - looked_for_old_ >= kLookForOld) drop_old();
	}
}

// Alerts count as accepted here, once they are durable.
void SpoolSupply::store()
{
	entries_.resize(alerts_.size());
	const int64_t now = wall_ns();
	for (size_t i = 0; i < alerts_.size(); ++i) {
		parcel_.alert = std::move(alerts_[i]);
		composer_.compose(parcel_);
		encode_record(parcel_.view.alert, entries_[i].record);
		entries_[i].accepted_ns = now;
	}
	parcel_.alert.reset();
	const Clock::time_point give_up = give_up_time(retry_, Clock::now());
	for (size_t first = 0; first < entries_.size();) {
		const Spool::Outcome outcome = spool_->append(entries_, first);
		first += outcome.stored;
		parts_.counters.accepted += outcome.stored;
		if (first == entries_.size() || make_room(outcome, first)) continue;
		const uint64_t rest = entries_.size() - first;
		if (on_full_ != OnFull::block) {
			// After one that does not fit there may be smaller ones.
			const uint64_t count = outcome.result == Spool::Result::full ? 1 : rest;
			parts_.counters.dropped_spool += count;
			parts_.log.dropped(count, Clock::now(), outcome.message);
			first += count;
			continue;
		}
		if (parts_.is_over() || Clock::now() >= give_up) {
			parts_.counters.lost += rest;
			parts_.log.lost(rest, outcome.message, Clock::now());
			break;
		}
		spool_->wait_for_room(Clock::now() + kLookAgain);
		parts_.on_progress();
	}
	entries_.clear();
}

// By letting the oldest go, where that is the policy. False: there is none that may go.
bool SpoolSupply::make_room(const Spool::Outcome &outcome, size_t first)
{
	if (on_full_ != OnFull::drop_old) return false;
	uint64_t bytes = 0;
	for (size_t i = first; i < entries_.size(); ++i)
		bytes += entries_[i].record.size();
	const uint64_t dropped = spool_->drop_oldest(bytes + bytes / 4);
	parts_.counters.dropped_spool += dropped;
	parts_.log.dropped(dropped, Clock::now(), outcome.message);
	return dropped > 0;
}

void SpoolSupply::drop_old()
{
	if (config_.max_age.count() == 0) return;
	looked_for_old_ = Clock::now();
	const int64_t age = std::chrono::nanoseconds(config_.max_age).count();
	const uint64_t dropped = spool_->drop_accepted_before(wall_ns() - age);
	parts_.counters.dropped_old += dropped;
	parts_.log.dropped(dropped, Clock::now(), "they waited in its spool for longer than max_age");
}

Supply::Take SpoolSupply::take(Hand &hand, size_t most, bool wait)
{
	for (;;) {
		const Take taken =
			take_before(hand, most, Clock::now() + (wait ? std::chrono::hours(1) : milliseconds(0)));
		if (taken != Take::nothing || !wait || woken_.exchange(false)) return taken;
	}
}

Supply::Take SpoolSupply::take_before(Hand &hand, size_t most, Clock::time_point until)
{
	for (;;) {
		const bool no_more = all_stored_; // before the look: what is stored later is seen by a later look
		const Take taken = read(hand, most);
		if (taken == Take::taken) return taken;
		if (no_more) return Take::closed;
		if (woken_ || Clock::now() >= until) return Take::nothing;
		spool_->wait(until);
	}
}

Supply::Take SpoolSupply::read(Hand &hand, size_t most)
{
	read_.clear();
	std::string message;
	if (!spool_->read(read_, most, message)) {
		parts_.log.retrying("its spool cannot be read: " + message, Clock::now());
		std::this_thread::sleep_for(kLookAgain);
		return Take::nothing;
	}
	const int64_t now = wall_ns();
	uint64_t damaged = 0, last_damaged = 0;
	Take taken = Take::nothing;
	for (Spool::Entry &entry : read_) {
		Parcel &parcel = hand.add();
		parcel.record = std::move(entry.record);
		parcel.number = entry.number;
		parcel.accepted =
			Clock::now() - std::chrono::nanoseconds(std::max<int64_t>(now - entry.accepted_ns, 0));
		if (decode_record(parcel)) {
			taken = Take::taken;
			continue;
		}
		hand.remove_last();
		++damaged;
		last_damaged = entry.number;
	}
	if (damaged > 0) {
		parts_.counters.lost += damaged;
		parts_.log.lost(damaged, "the record in its spool is damaged", Clock::now());
		spool_->forget(damaged);
		if (taken == Take::nothing) spool_->settle(last_damaged, 0);
	}
	return taken;
}

} // namespace falco::host
