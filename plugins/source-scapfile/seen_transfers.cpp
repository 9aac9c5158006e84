// SPDX-License-Identifier: Apache-2.0
#include "seen_transfers.hpp"

#include "event_block.hpp"
#include "needless_calls.hpp"

namespace falco::scapfile {

namespace {

// Which descriptors' records an event may change.
enum class Renews : uint8_t {
	none,
	first, // the one that its first parameter names
	any,
};

Renews renews_of(uint16_t type)
{
	switch (type) {
	case PPME_SYSCALL_CLOSE_E:
	case PPME_SYSCALL_CLOSE_X:
		return Renews::none;
	case PPME_SYSCALL_PIPE_X:
	case PPME_SYSCALL_PIPE2_X:
	case PPME_SOCKET_SOCKETPAIR_X:
		return Renews::any;
	default:
		break;
	}
	if ((static_cast<unsigned>(g_infotables.m_event_info[type].flags) & EF_CREATES_FD) != 0) {
		return PPME_IS_ENTER(type) ? Renews::none : Renews::first;
	}
	return is_marked(type) ? Renews::any : Renews::none;
}

// Looked up for every event that is given.
const std::array<Renews, PPM_EVENT_MAX> &renewals()
{
	static const auto all = [] {
		std::array<Renews, PPM_EVENT_MAX> types = {};
		for (size_t type = 0; type < types.size(); type++) {
			types[type] = renews_of(static_cast<uint16_t>(type));
		}
		return types;
	}();
	return all;
}

} // namespace

bool SeenTransfers::is_news(uint64_t thread, int64_t descriptor)
{
	if (descriptor < 0) {
		return true; // libsinsp may find the number elsewhere
	}
	const auto number = static_cast<uint64_t>(descriptor);
	Seen &seen = seen_[(thread * 31 + number) % seen_.size()];
	if (seen.thread == thread && seen.descriptor == descriptor && seen.when > renewed_any_ &&
	    seen.when > renewed_[number % renewed_.size()]) {
		return false;
	}
	seen = {thread, descriptor, now_};
	return true;
}

void SeenTransfers::note(const ppm_evt_hdr &header, const char *event, size_t size)
{
	const Renews renews = renewals()[header.type];
	if (renews == Renews::none) {
		return;
	}
	if (renews == Renews::any || !is_sound(header, event, size)) {
		forget();
		return;
	}
	const int64_t descriptor = first_number(header, event);
	if (descriptor >= 0) { // else the call failed
		renewed_[static_cast<uint64_t>(descriptor) % renewed_.size()] = now_++;
	}
}

} // namespace falco::scapfile
