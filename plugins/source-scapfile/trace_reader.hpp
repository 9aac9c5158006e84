// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "event_sieve.hpp"
#include "packed_input.hpp"

#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace falco::scapfile {

// Reads a trace file on a thread of its own, unpacks it, leaves out what libsinsp need not see (EventSieve), and hands
// the rest to libsinsp through a pair of sockets. The other functions are for one thread, that which calls libsinsp.
class TraceReader {
public:
	// `file`: a regular file at the trace's beginning; becomes the reader's own. Throws std::system_error.
	TraceReader(int file, bool gzip, const NeedlessCalls &needless);
	~TraceReader();
	TraceReader(const TraceReader &) = delete;
	TraceReader &operator=(const TraceReader &) = delete;

	// The end that libsinsp reads; becomes the caller's own. Once.
	int take_end();

	// From soon on: the reader is a little ahead of libsinsp.
	void use(const NeedlessCalls &needless);

	// What holds for an event, by libsinsp's number for it. Numbers must rise. To be asked now and then, since what
	// is known of events before it is kept until then.
	const Shift &at_event(uint64_t event);

	// Where in the file libsinsp is that has read so many bytes and events, among them the one before.
	struct Place {
		uint64_t bytes;
		uint64_t events;
	};
	Place place(uint64_t bytes, uint64_t events);

	// What is wrong with the file itself, if anything: to be asked once libsinsp has come to the end of its input.
	struct Failure {
		std::string reason;
		Place place;
	};
	std::optional<Failure> failure();

private:
	void run();
	void read_all();
	void read_carefully();
	bool hand_over();
	void fetch_shifts();
	void fail(std::string reason, uint64_t bytes);

	const int file_;
	const bool gzip_;
	const int64_t start_; // position in the file
	int input_end_ = -1, output_end_ = -1;
	EventSieve sieve_; // the thread's

	std::mutex mutex_;
	std::vector<Shift> new_shifts_;             // guarded by mutex_
	std::atomic<bool> has_new_shifts_{false};   // looked at before every event
	std::optional<NeedlessCalls> new_needless_; // guarded by mutex_
	std::optional<Failure> failure_;            // guarded by mutex_
	std::atomic<bool> needless_changed_{false};

	std::vector<Shift> shifts_; // the caller's: the one that holds, at at_, and later ones
	size_t at_ = 0;

	std::thread thread_;
};

} // namespace falco::scapfile
