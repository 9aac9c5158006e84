// SPDX-License-Identifier: Apache-2.0
//
// Which transfers libsinsp has seen: plain calls that read or write a descriptor, those without an address.
//
// All that libs 0.20 keeps of one is that the socket is connected (sinsp_parser::parse_rw_exit): set when it succeeded
// and the descriptor's record is that of an Internet socket, and never unset, since falco does not have libsinsp track
// failing connections. So among the transfers of one thread by one descriptor the first that succeeds is all that
// libsinsp need see, until the descriptor may have got another record, or its record another type:
//
// - A record comes from a call that creates a descriptor, for the number that it returns (two of them for a pipe and a
//   pair of sockets), or with a new process.
// - A type changes by calls with an address. They and all others that libsinsp's table marks as changing the state may
//   change any record here, but for close, which only takes one away.
#pragma once

#include <libsinsp/sinsp.h>

#include <array>
#include <cstdint>

struct ppm_evt_hdr;

namespace falco::scapfile {

class SeenTransfers {
public:
	// Of a transfer that succeeded, whether libsinsp must see it. If so it counts as seen from now on.
	bool is_news(uint64_t thread, int64_t descriptor);
	// An event that libsinsp gets to see: `size` bytes at `event`, 0 if its parameters are not to be had.
	void note(const ppm_evt_hdr &header, const char *event, size_t size);
	void forget() { renewed_any_ = now_++; }

private:
	struct Seen {
		uint64_t thread = 0;
		int64_t descriptor = 0;
		uint64_t when = 0;
	};
	// What falls on the place of something else is forgotten, or counts as renewed with it.
	std::array<Seen, 4096> seen_ = {};
	std::array<uint64_t, 256> renewed_ = {}; // when a record with this number may have changed
	uint64_t renewed_any_ = 0;               // when any may have
	uint64_t now_ = 1;                       // counts these changes
};

} // namespace falco::scapfile
