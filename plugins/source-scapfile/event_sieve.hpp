// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "needless_calls.hpp"
#include "seen_transfers.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

struct ppm_evt_hdr;

namespace falco::scapfile {

// What libsinsp's numbers mean, from one event that it is given on: it counts events and bytes that it sees, and they
// are to be those of the file.
struct Shift {
	uint64_t event;       // the first of libsinsp's events for which this holds, from 1
	uint64_t byte;        // where that begins in what libsinsp is given
	int64_t events = 0;   // what to add to the event's number
	int64_t bytes = 0;    // and to a place
	bool made_up = false; // the event is given only for the sake of the state, and is none of the file's here
};

// Takes from a trace the events that libsinsp need not see, such that its state, and with it every verdict, is what it
// would be if it saw them all:
//
// - A call is left out as a whole, its end only when the thread's last event was its beginning. Where the end of a
//   transfer is news to libsinsp, it gets the beginning then, as below.
// - A thread's event is left out only when libsinsp certainly knows the thread; it makes up what it does not know. Each
//   birth or end of any process makes all threads uncertain again, until they show themselves.
// - What is not whole in every respect is left to libsinsp, and what is no block that can be understood ends the
//   leaving out, so that errors are libscap's own.
// - libsinsp takes an end without a beginning for that of the thread's last call. When events of the thread were left
//   out, it gets the last of their beginnings first (`made_up`), as if that had come last.
//
// The blocks of tables go by untouched. Where the first events show that next to nothing can be left out, all goes by
// untouched from there on: looking at each event would cost more than it spares libsinsp.
class EventSieve {
public:
	explicit EventSieve(const NeedlessCalls &needless) : needless_(needless) {}

	// From the next event on. A call that began by the old ones ends by them.
	void use(const NeedlessCalls &needless)
	{
		needless_ = needless;
		transfers_.forget();
	}

	// The next part of the file. Returns how much of it was used: what is behind must come again, with more.
	size_t take(const char *data, size_t size);
	// The last part: goes to libsinsp as it is.
	void finish(const char *rest, size_t size);

	// What libsinsp is to get, and what its numbers mean there: to be taken, and cleared, by the caller.
	std::string out;
	std::vector<Shift> shifts;

	uint64_t bytes() const { return bytes_; }                        // of the file, used up
	uint64_t events() const { return events_; }                      // of the file, in them
	uint64_t events_given() const { return given_; }                 // to libsinsp
	static constexpr uint32_t kLargestBlock = uint32_t{1024} * 1024; // longer ones are taken for damage

private:
	static constexpr size_t kCopied = 128;      // longer beginnings of calls are not left out
	static constexpr uint64_t kTrial = 16384;   // events after which it shows whether it pays
	static constexpr uint64_t kWorthwhile = 16; // it does when one of so many is left out
	static constexpr uint16_t kNone = PPM_EVENT_MAX;

	struct Thread {
		uint64_t known = 0;                   // the time, as counted by births_and_ends_, when libsinsp knew it
		uint16_t open = kNone;                // the last event was this one, and was left out
		bool left_out = false;                // events since the last one that was given
		bool closed = false;                  // among them an end of a call
		bool given_begin = false;             // the last event given was the beginning of something
		uint16_t size = 0;                    // of `begin`
		std::array<char, kCopied> begin = {}; // the block of the last beginning that was left out

		const char *beginning() const; // the event in it
	};

	// How much of the block at `data` was used; 0: more is needed.
	size_t take_table(const char *data, size_t size);
	size_t take_event(const char *data, size_t size);
	bool pays() const;
	bool leave_out(const ppm_evt_hdr &header, const char *block, uint32_t length, uint32_t event_at);
	bool is_news(const Thread &thread, const ppm_evt_hdr &end, const char *event);
	void prepare(const ppm_evt_hdr &header);
	void give(const char *data, size_t size, bool event, bool made_up = false);
	void give_end_of_call(const Thread &thread);

	NeedlessCalls needless_;
	bool in_tables_ = true;
	bool as_is_ = false;      // what comes is not understood
	bool time_begun_ = false; // libsinsp was given an event from whose time on it counts (evt.reltime)
	size_t passing_ = 0;      // bytes of a table that goes by
	uint64_t bytes_ = 0, events_ = 0;
	uint64_t left_out_ = 0;        // events
	uint64_t threads_to_mend_ = 0; // whose `left_out` is set
	uint64_t given_ = 0, given_bytes_ = 0;
	Shift last_ = {};
	uint64_t births_and_ends_ = 1;
	std::unordered_map<uint64_t, Thread> threads_;
	uint64_t last_tid_ = 0;
	Thread *last_thread_ = nullptr; // of last_tid_
	SeenTransfers transfers_;
};

} // namespace falco::scapfile
