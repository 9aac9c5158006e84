// SPDX-License-Identifier: Apache-2.0
#include "own_processes.hpp"

#include <algorithm>
#include <sys/prctl.h>
#include <unistd.h>

namespace falco::sinsp_family {

namespace {

// A child that was made shows itself at once; after that its number may mean another process.
constexpr uint64_t kExpectFor = 2000000000; // ns

// How many children may be on their way; more are lost events.
constexpr size_t kMostExpected = 1024;

bool is_birth(uint16_t type)
{
	switch (type) {
	case PPME_SYSCALL_CLONE_20_X:
	case PPME_SYSCALL_CLONE3_X:
	case PPME_SYSCALL_FORK_20_X:
	case PPME_SYSCALL_VFORK_20_X:
		return true;
	default:
		return false;
	}
}

// The process that a process was made by: the kernel names the thread that did it.
int64_t parent_of(sinsp_threadinfo &thread)
{
	const sinsp_threadinfo *parent = thread.get_parent_thread();
	return parent && parent->m_pid >= 0 ? parent->m_pid : thread.m_ptid;
}

} // namespace

OwnProcesses::Inside OwnProcesses::inside_of(const sinsp_threadinfo &thread)
{
	return {thread.m_vpid, thread.m_pidns_init_start_ts};
}

void OwnProcesses::adopt_running(sinsp &inspector)
{
	// Until nothing is added any more: the table is in no order.
	for (size_t before = 0; before != processes_.size();) {
		before = processes_.size();
		inspector.m_thread_manager->get_threads()->loop([this](sinsp_threadinfo &thread) {
			if (thread.m_pid == self_ || processes_.count(parent_of(thread)) > 0) {
				processes_[thread.m_pid] = inside_of(thread);
			}
			return true;
		});
	}
}

bool OwnProcesses::is_own(sinsp_evt *event)
{
	sinsp_threadinfo *thread = event->get_tinfo();
	if (!thread || thread->m_pid < 0) { // nothing is known of the thread: it may be a process's first
		return processes_.count(event->get_tid()) > 0;
	}
	const uint16_t type = event->get_type();
	if (is_birth(type)) {
		const int64_t result = event->get_syscall_return_value();
		if (result == 0) {
			see_birth(*event, *thread);
		} else if (result > 0) {
			see_child_made(*event, *thread);
		}
	}
	if (processes_.count(thread->m_pid) > 0) {
		if (type == PPME_PROCEXIT_1_E) {
			see_end(*thread);
		}
		return true;
	}
	if (thread->m_tid == other_.tid && thread->m_ptid == other_.parent) {
		return false;
	}
	// Its birth may have been lost. But an orphan that the kernel gave to falco is not falco's child.
	const int64_t parent = parent_of(*thread);
	if (processes_.count(parent) == 0 || (adopts_ && parent == self_)) {
		other_ = {thread->m_tid, thread->m_ptid};
		return false;
	}
	processes_[thread->m_pid] = inside_of(*thread);
	return true;
}

// clone and its kin as the child returns from it. Its parent is the one that made it, unless that has ended meanwhile;
// but then it was announced.
void OwnProcesses::see_birth(const sinsp_evt &event, sinsp_threadinfo &child)
{
	other_ = {}; // the number may be given anew
	if (child.m_pid != child.m_tid) {
		return; // a thread
	}
	const Inside inside = inside_of(child);
	const auto expected = std::find_if(expected_.begin(), expected_.end(), [&](const Expected &one) {
		return (one.on_host == child.m_pid || one.inside == inside) && event.get_ts() <= one.until_ns;
	});
	const bool announced = expected != expected_.end();
	if (announced) {
		expected_.erase(expected);
	}
	if (announced || processes_.count(parent_of(child)) > 0) {
		processes_[child.m_pid] = inside;
	} else if (child.m_pid != self_) {
		processes_.erase(child.m_pid); // the number was given anew, and the end of its first bearer was lost
	}
}

// The same as the parent returns from it.
void OwnProcesses::see_child_made(sinsp_evt &event, const sinsp_threadinfo &parent)
{
	if (processes_.count(parent.m_pid) == 0) {
		return;
	}
	const uint64_t now = event.get_ts();
	Expected child;
	child.until_ns = now + kExpectFor;
	if (parent.m_vtid == parent.m_tid) {
		child.on_host = event.get_syscall_return_value();
	} else {
		child.inside = {event.get_syscall_return_value(), parent.m_pidns_init_start_ts};
	}
	for (const auto &[pid, inside] : processes_) {
		if (pid == child.on_host || (child.on_host < 0 && inside == child.inside)) {
			return; // it has shown itself
		}
	}
	expected_.erase(std::remove_if(expected_.begin(), expected_.end(),
				       [now](const Expected &one) { return one.until_ns < now; }),
			expected_.end());
	if (expected_.size() < kMostExpected) {
		expected_.push_back(child);
	}
}

void OwnProcesses::see_end(const sinsp_threadinfo &thread)
{
	// The first thread may end before the others. The one that ends is still counted.
	const bool last = !thread.m_tginfo || thread.m_tginfo->get_thread_count() <= 1;
	if (last && thread.m_pid != self_) {
		processes_.erase(thread.m_pid);
	}
}

OwnProcesses follow_falco(sinsp &inspector)
{
	int64_t self = getpid();
	scap_getpid_global(inspector.get_scap_platform(), &self);
	int subreaper = 0;
	prctl(PR_GET_CHILD_SUBREAPER, &subreaper);
	OwnProcesses own(self, getpid() == 1 || subreaper != 0);
	own.adopt_running(inspector);
	return own;
}

} // namespace falco::sinsp_family
