// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <libsinsp/sinsp.h>

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace falco::sinsp_family {

// Falco's own process and all that it starts, however far down and whoever adopts them later: their events must not be
// matched, or a rule could match what its own alert causes. Follows the events of a capture; process ids are those of
// the host's namespace, as in libsinsp's state. Used by the capture's thread.
class OwnProcesses {
public:
	// `self`: falco's process id on the host. `adopts`: the kernel gives falco orphans to look after that falco did
	// not start (it is process 1 of its namespace, or a subreaper).
	OwnProcesses(int64_t self, bool adopts) : self_(self), adopts_(adopts) { processes_[self] = {}; }

	// Takes in the processes that run already, when a capture has just been opened.
	void adopt_running(sinsp &inspector);

	// Whether an event, which libsinsp has parsed, is of one of them. To be called for every event.
	bool is_own(sinsp_evt *event);

private:
	// How a process is called in its own pid namespace; `start` tells namespaces apart.
	struct Inside {
		int64_t pid = -1;
		uint64_t start = 0;
		bool operator==(const Inside &other) const { return pid == other.pid && start == other.start; }
	};
	// A child that an own process has made and that has not shown itself. Inside a pid namespace only its number
	// there is known, else only the host's.
	struct Expected {
		int64_t on_host = -1;
		Inside inside;
		uint64_t until_ns = 0;
	};

	static Inside inside_of(const sinsp_threadinfo &thread);
	void see_birth(const sinsp_evt &event, sinsp_threadinfo &child);
	void see_child_made(sinsp_evt &event, const sinsp_threadinfo &parent);
	void see_end(const sinsp_threadinfo &thread);

	int64_t self_;
	bool adopts_;
	std::unordered_map<int64_t, Inside> processes_; // by process id
	std::vector<Expected> expected_;
	// The thread of the last event that was not own: most often the next one is its, too.
	struct {
		int64_t tid = -1;
		int64_t parent = -1;
	} other_;
};

// Falco's process id as the host has it, and whether it adopts.
OwnProcesses follow_falco(sinsp &inspector);

} // namespace falco::sinsp_family
