// SPDX-License-Identifier: Apache-2.0
#include "ignored_events.hpp"

#include <libsinsp/events/sinsp_events.h>

namespace falco::matcher {

const std::set<std::string> &ignored_events()
{
	static const std::set<std::string> names = {"clock_getres",
						    "clock_gettime",
						    "clock_nanosleep",
						    "clock_settime",
						    "close",
						    "epoll_create",
						    "epoll_create1",
						    "epoll_ctl",
						    "epoll_pwait",
						    "epoll_wait",
						    "eventfd",
						    "fcntl",
						    "fcntl64",
						    "fstat",
						    "fstat64",
						    "fstatat64",
						    "fstatfs",
						    "fstatfs64",
						    "futex",
						    "getitimer",
						    "gettimeofday",
						    "ioprio_get",
						    "ioprio_set",
						    "llseek",
						    "lseek",
						    "lstat",
						    "lstat64",
						    "mmap",
						    "mmap2",
						    "munmap",
						    "nanosleep",
						    "poll",
						    "ppoll",
						    "pread64",
						    "preadv",
						    "procinfo",
						    "pselect6",
						    "pwrite64",
						    "pwritev",
						    "read",
						    "readv",
						    "recv",
						    "recvfrom",
						    "recvmmsg",
						    "recvmsg",
						    "sched_yield",
						    "select",
						    "send",
						    "sendfile",
						    "sendfile64",
						    "sendmmsg",
						    "sendmsg",
						    "sendto",
						    "setitimer",
						    "settimeofday",
						    "shutdown",
						    "splice",
						    "stat",
						    "stat64",
						    "statfs",
						    "statfs64",
						    "switch",
						    "tee",
						    "timer_create",
						    "timer_delete",
						    "timerfd_create",
						    "timerfd_gettime",
						    "timerfd_settime",
						    "timer_getoverrun",
						    "timer_gettime",
						    "timer_settime",
						    "wait4",
						    "write",
						    "writev"};
	return names;
}

const char *event_name(ppm_event_code code)
{
	return libsinsp::events::is_generic(code) ? nullptr : libsinsp::events::info(code)->name;
}

ppm_sc_code system_call_of(sinsp_evt *generic_event)
{
	return static_cast<ppm_sc_code>(generic_event->get_param(0)->as<uint16_t>());
}

} // namespace falco::matcher
