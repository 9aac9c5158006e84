// SPDX-License-Identifier: Apache-2.0
#include "host/pipeline/spool.hpp"

#include "host/error.hpp"

#include <algorithm>
#include <utility>

namespace falco::host {

namespace {

constexpr std::chrono::milliseconds kLookAgain{50};

// What a record takes in the database, rather too much than too little.
uint64_t cost_of(const std::string &record)
{
	constexpr uint64_t kPage = 4096;
	if (record.size() < kPage / 2) return record.size() + record.size() / 6 + 64;
	return (record.size() / (kPage - 4) + 2) * kPage;
}

std::string alerts(uint64_t count)
{
	return std::to_string(count) + (count == 1 ? " alert" : " alerts");
}

// Names may have any bytes; file names have the common ones.
std::string file_name(const std::string &name)
{
	std::string safe;
	for (const char c : name) {
		const auto byte = static_cast<unsigned char>(c);
		if ((byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
		    c == '_' || c == '-') {
			safe += c;
		} else {
			constexpr const char *kDigits = "0123456789abcdef";
			(safe += '%').append(1, kDigits[byte >> 4]).append(1, kDigits[byte & 15]);
		}
	}
	return safe;
}

} // namespace

std::string Spool::path_for(const SpoolConfig &config, const std::string &name)
{
	return config.dir + '/' + file_name(name) + ".db";
}

Spool::Spool(const SpoolConfig &config, const std::string &name, LogFunction log)
    : config_(config), path_(path_for(config, name)), log_(std::move(log))
{
	lock();
	try {
		open_or_replace();
	} catch (const SpoolError &e) {
		throw Error("the spool " + path_ + " cannot be used: " + e.what());
	}
}

Spool::~Spool() = default;

void Spool::lock()
{
	make_spool_folder(config_.dir);
	lock_.emplace(path_);
	mark_.emplace(path_);
}

void Spool::open_or_replace()
{
	try {
		open();
	} catch (const SpoolError &e) {
		if (!e.is_damage()) throw;
		replace(e.what());
	}
}

void Spool::open()
{
	try {
		if (!lock_) lock();
	} catch (const Error &e) {
		throw SpoolError(0, e.what());
	}
	auto database = std::make_unique<SpoolDatabase>(path_);
	database->set_limits(config_.max_bytes, config_.sync);
	const SpoolDatabase::Summary found = database->summary();
	database_ = std::move(database);
	if (const uint64_t missing = is_counted_ ? 0 : mark_->missing(found.last); missing > 0) {
		say(FALCO_LOG_ERROR, "the spool " + path_ + " misses up to " + alerts(missing) +
					     " that falco had accepted, since its files were damaged or exchanged; "
					     "they count as lost");
		count_lost(missing);
	}
	// Numbers go on where they were, also over a database that was moved aside.
	next_number_ = std::max(next_number_, found.last + 1);
	last_ = found.last;
	pending_ = found.count;
	oldest_ns_ = found.oldest_ns;
	is_counted_ = true;
	mark_->begin(next_number_ - 1);
}

void Spool::replace(const std::string &why)
{
	database_.reset();
	const uint64_t noted = mark_ && !is_counted_ ? mark_->missing(0) : 0;
	const uint64_t held = is_counted_ ? pending_.exchange(0) : std::max<uint64_t>(noted, 1);
	const std::string aside = move_spool_aside(path_);
	say(FALCO_LOG_ERROR, "the spool " + path_ + " is damaged (" + why +
				     "): " + (aside.empty() ? "" : "moved to " + aside + ", ") +
				     "a new one is begun; not delivered of what it held: " +
				     (is_counted_ ? alerts(held)
				      : noted > 0 ? "up to " + alerts(noted)
						  : "an unknown number of alerts, which counts as 1"));
	count_lost(held);
	is_counted_ = true; // none
	settled_ = removed_ = read_up_to_ = last_ = next_number_ - 1;
	// With the folder the lock may be gone, which then keeps nobody out.
	lock_.reset();
	open();
}

void Spool::count_lost(uint64_t count)
{
	const std::lock_guard guard(mutex_);
	if (on_lost_)
		on_lost_(count);
	else
		untold_ += count;
}

void Spool::on_lost(LostFunction tell)
{
	const std::lock_guard guard(mutex_);
	tell(std::exchange(untold_, 0));
	on_lost_ = std::move(tell);
}

// Whether the failed call may be made again, on a new database.
bool Spool::recover(const SpoolError &error)
{
	if (!error.is_damage()) return false;
	try {
		replace(error.what());
		return true;
	} catch (const SpoolError &e) {
		say(FALCO_LOG_ERROR, "a new spool " + path_ + " cannot be begun: " + e.what());
		return false;
	}
}

bool Spool::wait_turn(const void *owner, const SpoolConfig &config, const std::function<bool()> &no_more_needed)
{
	std::unique_lock lock(mutex_);
	while (owner_ && owner_ != owner) {
		if (no_more_needed()) return false;
		changed_.wait_for(lock, kLookAgain);
	}
	owner_ = owner;
	lock.unlock();
	const std::lock_guard database(database_mutex_);
	config_ = config;
	read_up_to_ = settled_.load();
	try {
		if (database_) database_->set_limits(config.max_bytes, config.sync);
	} catch (const SpoolError &e) {
		say(FALCO_LOG_WARN, "the limits of the spool " + path_ + " cannot be set: " + e.what());
	}
	return true;
}

void Spool::give_turn(const void *owner)
{
	const std::lock_guard lock(mutex_);
	if (owner_ != owner) return;
	owner_ = nullptr;
	on_lost_ = nullptr;
	changed_.notify_all();
}

Spool::Outcome Spool::append(std::vector<Entry> &entries, size_t first)
{
	Outcome outcome;
	std::unique_lock lock(database_mutex_);
	for (bool again = true; again;) {
		again = false;
		outcome = {};
		try {
			if (!database_) open_or_replace();
			database_->check_files();
			const uint64_t settled = settled_;
			mark_->gone(settled);
			database_->begin();
			if (settled > removed_) database_->remove_up_to(settled);
			const uint64_t used = database_->used_bytes();
			uint64_t room = config_.max_bytes > used ? config_.max_bytes - used : 0;
			uint64_t number = next_number_;
			for (size_t i = first; i < entries.size() && cost_of(entries[i].record) <= room; ++i) {
				room -= cost_of(entries[i].record);
				entries[i].number = number++;
				database_->insert(entries[i].number, entries[i].accepted_ns, entries[i].record);
				++outcome.stored;
			}
			database_->commit();
			mark_->stored(number - 1);
			if (pending_ == 0 && outcome.stored > 0) oldest_ns_ = entries[first].accepted_ns;
			pending_ += outcome.stored;
			removed_ = std::max<uint64_t>(removed_, settled);
			next_number_ = number;
			if (first + outcome.stored < entries.size()) {
				outcome.result = Result::full;
				outcome.message = "its spool is full";
			}
		} catch (const SpoolError &e) {
			outcome = {Result::failed, 0, "its spool cannot be written: " + std::string(e.what())};
			if (database_) database_->roll_back();
			again = recover(e);
		}
	}
	if (outcome.stored > 0) last_ = next_number_ - 1;
	lock.unlock();
	if (outcome.stored > 0) wake();
	return outcome;
}

void Spool::remove_settled()
{
	const std::lock_guard lock(database_mutex_);
	if (!database_) return;
	const uint64_t up_to = settled_;
	try {
		database_->check_files();
		mark_->gone(up_to);
		if (up_to > removed_) database_->remove_up_to(up_to);
		removed_ = std::max<uint64_t>(removed_, up_to);
	} catch (const SpoolError &e) {
		database_->roll_back();
		recover(e); // else it is tried with the next append
	}
}

uint64_t Spool::drop_up_to(uint64_t number)
{
	const uint64_t after = read_up_to_;
	if (number <= after) return 0;
	mark_->gone(number);
	const uint64_t dropped = database_->remove_between(after, number);
	pending_ -= std::min<uint64_t>(dropped, pending_);
	return dropped;
}

uint64_t Spool::drop_oldest(uint64_t bytes)
{
	const std::lock_guard database(database_mutex_);
	try {
		return database_ ? drop_up_to(database_->find_bytes(read_up_to_, bytes)) : 0;
	} catch (const SpoolError &e) {
		database_->roll_back();
		recover(e);
		return 0;
	}
}

uint64_t Spool::drop_accepted_before(int64_t time_ns)
{
	const std::lock_guard database(database_mutex_);
	try {
		return database_ ? drop_up_to(database_->find_older(read_up_to_, time_ns)) : 0;
	} catch (const SpoolError &e) {
		database_->roll_back();
		recover(e);
		return 0;
	}
}

bool Spool::read(std::vector<Entry> &out, size_t most, std::string &message)
{
	const std::lock_guard lock(database_mutex_);
	const size_t before = out.size();
	try {
		if (!database_) return true;
		database_->read_after(read_up_to_, most,
				      [&](uint64_t number, int64_t accepted, const char *data, size_t size) {
					      out.push_back({number, accepted, std::string(data, size)});
				      });
		if (out.size() > before) {
			read_up_to_ = out.back().number;
			oldest_ns_ = out[before].accepted_ns;
		} else {
			read_up_to_ = std::max(read_up_to_.load(), last_.load()); // the others were dropped
		}
		return true;
	} catch (const SpoolError &e) {
		out.resize(before);
		message = e.what();
		recover(e);
		return false;
	}
}

void Spool::settle(uint64_t number, uint64_t count)
{
	if (number <= settled_) return; // of a database that is gone
	settled_ = number;
	pending_ -= std::min<uint64_t>(count, pending_);
	const std::lock_guard lock(mutex_);
	room_ = true;
	changed_.notify_all();
}

void Spool::wait(Clock::time_point until)
{
	std::unique_lock lock(mutex_);
	changed_.wait_until(lock, until, [&] { return woken_ || last_ > read_up_to_; });
	woken_ = false;
}

void Spool::wake()
{
	const std::lock_guard lock(mutex_);
	woken_ = true;
	changed_.notify_all();
}

void Spool::wait_for_room(Clock::time_point until)
{
	std::unique_lock lock(mutex_);
	changed_.wait_until(lock, until, [&] { return room_; });
	room_ = false;
}

void Spool::say(falco_level level, const std::string &text) const
{
	if (log_) log_(level, text);
}

} // namespace falco::host
