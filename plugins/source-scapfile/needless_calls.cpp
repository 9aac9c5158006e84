// SPDX-License-Identifier: Apache-2.0
#include "needless_calls.hpp"

namespace falco::scapfile {

namespace {

// Calls that change the state without being marked so: what sinsp_parser::process_event of libs 0.20 keeps of their
// events outlives the event.
bool changes_state_unmarked(uint16_t enter)
{
	switch (enter) {
	case PPME_SYSCALL_GETCWD_E:    // the working directory
	case PPME_SYSCALL_GETRLIMIT_E: // the limit of descriptors
	case PPME_SYSCALL_SETRLIMIT_E:
	case PPME_SYSCALL_PRLIMIT_E:
	case PPME_SYSCALL_SETNS_E: // the namespace
	case PPME_SYSCALL_UNSHARE_E:
		return true;
	default:
		return false;
	}
}

// What sinsp_parser::parse_rw_exit of libs 0.20 is called for, without those that have an address, which are marked.
// The first parameter is the descriptor, at the end the result.
bool is_transfer(uint16_t enter)
{
	switch (enter) {
	case PPME_SYSCALL_READ_E:
	case PPME_SYSCALL_READV_E:
	case PPME_SYSCALL_PREAD_E:
	case PPME_SYSCALL_PREADV_E:
	case PPME_SOCKET_RECV_E:
	case PPME_SYSCALL_WRITE_E:
	case PPME_SYSCALL_WRITEV_E:
	case PPME_SYSCALL_PWRITE_E:
	case PPME_SYSCALL_PWRITEV_E:
	case PPME_SOCKET_SEND_E:
		return true;
	default:
		return false;
	}
}

} // namespace

bool is_marked(uint16_t type)
{
	constexpr unsigned kMarks = EF_MODIFIES_STATE | EF_CREATES_FD | EF_DESTROYS_FD | EF_SKIPPARSERESET | EF_UNUSED;
	const ppm_event_info &info = g_infotables.m_event_info[type];
	return (static_cast<unsigned>(info.flags) & kMarks) != 0 ||
	       (static_cast<unsigned>(info.category) & EC_SYSCALL) == 0;
}

NeedlessCalls::NeedlessCalls(const sinsp_family::Interests &interests)
{
	// These do not touch the record of their thread, so the rules that want them may look at what its last event
	// left.
	const bool looks_back = interests.events[PPME_SCHEDSWITCH_6_E] || interests.events[PPME_PROCINFO_E];
	if (interests.whole_state || looks_back) {
		return;
	}
	for (uint16_t enter = 0; enter + 1 < PPM_EVENT_MAX; enter += 2) {
		const auto exit = static_cast<uint16_t>(enter + 1);
		// A call is needless as a whole: its end is understood by its beginning.
		if (!is_marked(enter) && !is_marked(exit) && !changes_state_unmarked(enter) &&
		    !interests.events[enter] && !interests.events[exit]) {
			const bool transfer = interests.connections && is_transfer(enter);
			parts_[enter] = Part::beginning;
			parts_[exit] = transfer ? Part::transfer : Part::end;
			any_ = true;
			transfers_ = transfers_ || transfer;
		}
	}
	parts_[PPME_SCHEDSWITCH_6_E] = Part::alone; // tells of the thread's memory and page faults: whole_state
}

} // namespace falco::scapfile
