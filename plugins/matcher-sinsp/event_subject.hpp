// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <libsinsp/sinsp.h>

namespace falco::matcher {

// The thread of an event; null: there is none.
inline sinsp_threadinfo *thread_of(sinsp_evt *event)
{
	sinsp_threadinfo *known = event->get_tinfo(); // without a call
	return known ? known : event->get_thread_info();
}

// The thread and the open file that an event of a kind that has one is about, as libsinsp's fd fields see them.
struct OpenFile {
	sinsp_threadinfo *thread = nullptr; // null: there is none
	sinsp_fdinfo *file = nullptr;       // null: it is not known
};

inline OpenFile open_file_of(sinsp_evt *event)
{
	OpenFile found;
	if ((event->get_info_flags() & (EF_CREATES_FD | EF_USES_FD | EF_DESTROYS_FD)) == 0) {
		return found;
	}
	found.thread = thread_of(event);
	if (!found.thread) {
		return found;
	}
	found.file = event->get_fd_info();
	if (!found.file && found.thread->m_lastevent_fd != -1) {
		found.file = found.thread->get_fd(found.thread->m_lastevent_fd);
	}
	return found;
}

} // namespace falco::matcher
