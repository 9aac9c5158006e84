// SPDX-License-Identifier: Apache-2.0
//
// Blocks of a trace file that hold an event, as libscap writes them (libscap/scap_savefile.h): type and total length,
// the processor's number, with some types 32 flags, the event as the driver made it, and the total length again.
#pragma once

#include <libsinsp/sinsp.h>

#include <cstdint>
#include <cstring>

#include <libscap/scap_savefile.h> // needs the types above

namespace falco::scapfile {

template <typename Number>
Number number_at(const char *place)
{
	Number number;
	std::memcpy(&number, place, sizeof number);
	return number;
}

// What the type of a block says.
struct BlockKind {
	bool event = false;
	bool counts_parameters = false; // the event's header has its number of parameters
	bool large = false;             // may be longer than 64 KiB
	uint32_t event_at = 0;          // from the block's beginning
};

inline BlockKind block_kind(uint32_t type)
{
	constexpr uint32_t kPlain = sizeof(block_header) + 2, kFlagged = kPlain + 4;
	switch (type) {
	case EV_BLOCK_TYPE:
	case EV_BLOCK_TYPE_INT:
		return {true, false, false, kPlain};
	case EVF_BLOCK_TYPE:
		return {true, false, false, kFlagged};
	case EV_BLOCK_TYPE_V2:
		return {true, true, false, kPlain};
	case EVF_BLOCK_TYPE_V2:
		return {true, true, false, kFlagged};
	case EV_BLOCK_TYPE_V2_LARGE:
		return {true, true, true, kPlain};
	case EVF_BLOCK_TYPE_V2_LARGE:
		return {true, true, true, kFlagged};
	default:
		return {};
	}
}

// Whether libsinsp's parsers find in an event what they look for, so that nothing about it could end the capture: it
// fits into its `size` bytes, has all parameters of its type, each as long as its type says, and texts end in NUL.
bool is_sound(const ppm_evt_hdr &header, const char *event, size_t size);

// The first parameter of a sound event whose type says that this is a number of 64 bits: a descriptor, or a result.
inline int64_t first_number(const ppm_evt_hdr &header, const char *event)
{
	return number_at<int64_t>(event + sizeof header + header.nparams * sizeof(uint16_t));
}

} // namespace falco::scapfile
