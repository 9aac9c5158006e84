// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/config.hpp"
#include "host/pipeline/alert.hpp" // Clock
#include "host/pipeline/output_log.hpp"
#include "host/pipeline/spool_database.hpp"
#include "host/pipeline/spool_mark.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace falco::host {

// One output's alerts on disk: a SQLite database DIR/NAME.db in WAL mode, and DIR/NAME.lock, which keeps every other
// falco out. What was appended outlives the end of this process, whatever ended it. Two threads use it: one appends and
// removes (the writer), one reads what is to be delivered (the reader). It outlives the output's worker when a reload
// gives the output another one: a worker uses it only while it has the turn.
//
// A database that turns out to be damaged is moved aside and a new one begun, as is one whose files somebody removed or
// emptied; the log is told, and what it held counts as lost. How many alerts those of an earlier run were nobody knows:
// they count as one.
class Spool {
public:
	struct Entry {
		uint64_t number = 0;     // rising from one to the next; given when it is appended
		int64_t accepted_ns = 0; // since the Unix epoch
		std::string record;
	};
	// full: the first of the rest does not fit within max_bytes; failed: none of them can be written.
	enum class Result { ok, full, failed };
	struct Outcome {
		Result result = Result::ok;
		size_t stored = 0;
		std::string message; // why not all of them
	};
	// Alerts that went with a damaged database; any thread.
	using LostFunction = std::function<void(uint64_t count)>;

	// [control] Makes folder and database where need be. Throws Error: cannot be made, or another falco has it.
	Spool(const SpoolConfig &config, const std::string &name, LogFunction log);
	~Spool();
	Spool(const Spool &) = delete;
	Spool &operator=(const Spool &) = delete;

	static std::string path_for(const SpoolConfig &config, const std::string &name);
	const std::string &path() const { return path_; }

	// Waits until no other owner has the turn. False when `no_more_needed` became true instead; it is looked at now
	// and then. With the turn, everything that is not settled is to be read again.
	bool wait_turn(const void *owner, const SpoolConfig &config, const std::function<bool()> &no_more_needed);
	void give_turn(const void *owner);
	// [owner] Tells of all that were lost, also before it had the turn.
	void on_lost(LostFunction tell);

	// [writer] Appends in one durable step as many as there is room for, from `first` on.
	Outcome append(std::vector<Entry> &entries, size_t first);
	// [writer] Removes the oldest of those that were not read, of this many bytes or a little more. How many those
	// were; 0 when there is none, or it cannot be done.
	uint64_t drop_oldest(uint64_t bytes);
	uint64_t drop_accepted_before(int64_t time_ns);
	// [writer] Removes what was settled, and sees whether the files are still there. Both happen with each append,
	// too.
	void remove_settled();

	// [reader] Appends those after the last one that was read, `most` at most. False: cannot be read; `message`.
	bool read(std::vector<Entry> &out, size_t most, std::string &message);
	// [reader] All up to this number, `count` alerts, are delivered or given up.
	void settle(uint64_t number, uint64_t count);
	// [reader] So many of those that were read are not to be delivered.
	void forget(uint64_t count) { pending_ -= std::min<uint64_t>(count, pending_); }
	// [reader] Waits until there is something to read, `wake` or `until`.
	void wait(Clock::time_point until);
	// [any]
	void wake();
	// [writer] Waits until there may be more room, or `until`.
	void wait_for_room(Clock::time_point until);

	// [any] Those that are neither settled nor dropped.
	uint64_t pending() const { return pending_; }
	// [any] When the oldest of them was accepted, as far as known; 0 when there is none.
	int64_t oldest_ns() const { return pending_ > 0 ? oldest_ns_.load() : 0; }

private:
	void lock();
	void open();
	void open_or_replace();
	void count_lost(uint64_t count);
	void replace(const std::string &why);
	bool recover(const SpoolError &error);
	uint64_t drop_up_to(uint64_t number);
	void say(falco_level level, const std::string &text) const;

	SpoolConfig config_; // the owner's
	const std::string path_;
	const LogFunction log_;

	std::mutex database_mutex_; // for config_ and all down to next_number_
	std::optional<SpoolLock> lock_;
	std::optional<SpoolMark> mark_;           // with the lock
	std::unique_ptr<SpoolDatabase> database_; // nullptr: cannot be opened at the moment
	bool is_counted_ = false;                 // what the database holds, in pending_

	uint64_t next_number_ = 1;
	std::atomic<uint64_t> removed_{0}; // all up to here are gone from the database
	std::atomic<uint64_t> settled_{0}; // all up to here may go
	std::atomic<uint64_t> read_up_to_{0};
	std::atomic<uint64_t> last_{0}; // the newest that is durable
	std::atomic<uint64_t> pending_{0};
	std::atomic<int64_t> oldest_ns_{0};

	std::mutex mutex_; // for all below
	std::condition_variable changed_;
	const void *owner_ = nullptr;
	bool woken_ = false;
	bool room_ = false;
	LostFunction on_lost_; // the owner's
	uint64_t untold_ = 0;  // lost while there was none
};

} // namespace falco::host
