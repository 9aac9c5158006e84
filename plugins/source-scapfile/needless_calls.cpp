// SPDX-License-Identifier: Apache-2.0
#include "needless_calls.hpp"

namespace falco::scapfile {

namespace {

// What libsinsp's table of events says of a type of either end of a call.
bool is_marked(const ppm_event_info &info)
{
	constexpr unsigned kMarks = EF_MODIFIES_STATE | EF_CREATES_FD | EF_DESTROYS_FD | EF_SKIPPARSERESET | EF_UNUSED;
	return (static_cast<unsigned>(info.flags) & kMarks) != 0 ||
	       (static_cast<unsigned>(info.category) & EC_SYSCALL) == 0;
}

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

} // namespace

NeedlessCalls::NeedlessCalls(const sinsp_family::Interests &interests)
{
	// These do not touch the record of their thread, so the rules that want them may look at what its last event
	// left.
	const bool looks_back = interests.events[PPME_SCHEDSWITCH_6_E] || interests.events[PPME_PROCINFO_E];
	if (interests.whole_state || looks_back) {
		return;
	}
	for (uint16_t enter = 0; enter + 1 < PPM_EVENT_MAX; enter += 2) {
		const auto *info = g_infotables.m_event_info;
		const auto exit = static_cast<uint16_t>(enter + 1);
		// A call is needless as a whole: its end is understood by its beginning.
		if (!is_marked(info[enter]) && !is_marked(info[exit]) && !changes_state_unmarked(enter) &&
		    !interests.events[enter] && !interests.events[exit]) {
			parts_[enter] = Part::beginning;
			parts_[exit] = Part::end;
			any_ = true;
		}
	}
	parts_[PPME_SCHEDSWITCH_6_E] = Part::alone; // tells of the thread's memory and page faults: whole_state
}

} // namespace falco::scapfile
