// SPDX-License-Identifier: Apache-2.0
#include "plugins/family-sinsp/own_processes.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/trace.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

using namespace falco::test;
using falco::sinsp_family::OwnProcesses;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

// Replays the trace and returns the names of the files that others than falco opened.
std::set<std::string> opened_by_others(const Trace &trace, Pid self, bool adopts = false)
{
	const TempDir dir;
	trace.save(dir.file("trace.scap"));
	sinsp inspector;
	inspector.open_savefile(dir.file("trace.scap"));
	OwnProcesses own(self, adopts);
	own.adopt_running(inspector);
	std::set<std::string> names;
	for (;;) {
		sinsp_evt *event = nullptr;
		const int32_t result = inspector.next(&event);
		if (result == SCAP_EOF) {
			return names;
		}
		if (result != SCAP_SUCCESS || own.is_own(event) || event->get_type() != PPME_SYSCALL_OPEN_X) {
			continue;
		}
		names.insert(event->get_param(1)->as<std::string>());
	}
}

Params birth(std::int64_t result, Pid tid, Pid pid, Pid parent, Pid vtid, Pid vpid, std::uint64_t space,
	     std::uint64_t flags = 0)
{
	return {result, "worker", string_list({}), tid,   pid, parent, "/",  1024, 0,    100, 4096, 1024,
		0,      "worker", string_list({}), flags, 0,   0,      vtid, vpid, space};
}

} // namespace

TEST(OwnProcesses, are_falco_and_what_it_starts_and_no_others)
{
	Trace trace;
	const Pid falco = trace.process(Process("falco"));
	const Pid other = trace.process(Process("bash"));
	trace.open(falco, "/own", O_RDONLY);
	const Pid child = trace.spawn(falco, Process("sh"));
	trace.open(child, "/child", O_RDONLY);
	const Pid grandchild = trace.spawn(child, Process("mail"));
	trace.open(grandchild, "/grandchild", O_RDONLY);
	trace.open(other, "/other", O_RDONLY);
	trace.open(trace.spawn(other, Process("cat")), "/others-child", O_RDONLY);
	EXPECT_THAT(opened_by_others(trace, falco), ElementsAre("/other", "/others-child"));
}

TEST(OwnProcesses, are_those_that_run_when_the_capture_begins_too)
{
	Trace trace;
	const Pid falco = trace.process(Process("falco"));
	const Pid child = trace.process(Process("sh").parent(falco));
	const Pid grandchild = trace.process(Process("mail").parent(child));
	trace.open(grandchild, "/grandchild", O_RDONLY);
	trace.open(child, "/child", O_RDONLY);
	trace.open(1, "/other", O_RDONLY);
	EXPECT_THAT(opened_by_others(trace, falco), ElementsAre("/other"));
}

TEST(OwnProcesses, stay_own_when_their_parent_has_ended)
{
	Trace trace;
	const Pid falco = trace.process(Process("falco"));
	const Pid child = trace.spawn(falco, Process("sh"));
	const Pid daemon = trace.spawn(child, Process("daemon"));
	trace.exit(child);
	trace.open(daemon, "/daemon", O_RDONLY);
	trace.open(trace.spawn(daemon, Process("mail")), "/daemons-child", O_RDONLY);
	EXPECT_THAT(opened_by_others(trace, falco), IsEmpty());
}

// The parent returns from clone and ends before the child returns from it: the child's parent is process 1 by then.
TEST(OwnProcesses, are_own_from_their_birth_though_they_were_born_orphans)
{
	for (const bool announced : {true, false}) {
		Trace trace;
		const Pid falco = trace.process(Process("falco"));
		const Pid child = trace.spawn(falco, Process("sh"));
		constexpr Pid kOrphan = 5000;
		if (announced) {
			trace.event(child, PPME_SYSCALL_CLONE_20_X,
				    birth(kOrphan, child, child, falco, child, child, 0));
		}
		trace.exit(child);
		trace.event(kOrphan, PPME_SYSCALL_CLONE_20_X, birth(0, kOrphan, kOrphan, 1, kOrphan, kOrphan, 0));
		trace.call(kOrphan, PPME_SYSCALL_OPEN_E, {"/orphan", 0, 0}, PPME_SYSCALL_OPEN_X,
			   {3, "/orphan", PPM_O_RDONLY, 0, 0, 0});
		if (announced) {
			EXPECT_THAT(opened_by_others(trace, falco), IsEmpty());
		} else {
			EXPECT_THAT(opened_by_others(trace, falco), ElementsAre("/orphan"));
		}
	}
}

TEST(OwnProcesses, inside_a_pid_namespace_are_announced_by_their_number_there)
{
	for (const std::uint64_t space : {77, 78}) {
		Trace trace;
		const Pid falco = trace.process(Process("falco"));
		constexpr Pid kChild = 5000;
		constexpr Pid kOrphan = 5001;
		trace.event(kChild, PPME_SYSCALL_CLONE_20_X,
			    birth(0, kChild, kChild, falco, 5, 5, 77, PPM_CL_CHILD_IN_PIDNS));
		trace.event(kChild, PPME_SYSCALL_CLONE_20_X,
			    birth(6, kChild, kChild, falco, 5, 5, 77, PPM_CL_CHILD_IN_PIDNS));
		trace.event(kOrphan, PPME_SYSCALL_CLONE_20_X,
			    birth(0, kOrphan, kOrphan, 1, 6, 6, space, PPM_CL_CHILD_IN_PIDNS));
		trace.call(kOrphan, PPME_SYSCALL_OPEN_E, {"/orphan", 0, 0}, PPME_SYSCALL_OPEN_X,
			   {3, "/orphan", PPM_O_RDONLY, 0, 0, 0});
		if (space == 77) {
			EXPECT_THAT(opened_by_others(trace, falco), IsEmpty());
		} else { // the same number in another namespace is somebody else
			EXPECT_THAT(opened_by_others(trace, falco), ElementsAre("/orphan"));
		}
	}
}

// What a thread starts has that thread for its parent, as the kernel tells it.
TEST(OwnProcesses, are_what_any_thread_of_falco_starts)
{
	Trace trace;
	const Pid falco = trace.process(Process("falco"));
	constexpr Pid kThread = 5000;
	constexpr Pid kChild = 5001;
	trace.event(kThread, PPME_SYSCALL_CLONE3_X,
		    birth(0, kThread, falco, 1, kThread, falco, 0, PPM_CL_CLONE_THREAD | PPM_CL_CLONE_FILES));
	trace.event(kChild, PPME_SYSCALL_CLONE3_X, birth(0, kChild, kChild, kThread, kChild, kChild, 0));
	trace.event(kChild, PPME_SYSCALL_OPEN_E, {"/child", 0, 0});
	trace.event(kChild, PPME_SYSCALL_OPEN_X, {3, "/child", PPM_O_RDONLY, 0, 0, 0});
	EXPECT_THAT(opened_by_others(trace, falco), IsEmpty());
}

TEST(OwnProcesses, give_their_number_back_when_they_end)
{
	Trace trace;
	const Pid falco = trace.process(Process("falco"));
	const Pid other = trace.process(Process("bash"));
	const Pid child = trace.spawn(falco, Process("sh"));
	trace.exit(child);
	trace.event(child, PPME_SYSCALL_CLONE_20_X, birth(0, child, child, other, child, child, 0));
	trace.call(child, PPME_SYSCALL_OPEN_E, {"/later", 0, 0}, PPME_SYSCALL_OPEN_X,
		   {3, "/later", PPM_O_RDONLY, 0, 0, 0});
	EXPECT_THAT(opened_by_others(trace, falco), ElementsAre("/later"));
}

TEST(OwnProcesses, are_not_orphans_that_the_kernel_gave_to_falco)
{
	for (const bool adopts : {true, false}) {
		Trace trace;
		const Pid falco = trace.process(Process("falco"));
		const Pid parent = trace.spawn(1, Process("sh"));
		const Pid orphan = trace.spawn(parent, Process("sleep"));
		trace.event(parent, PPME_PROCEXIT_1_E, {0, 0, 0, 0, falco});
		trace.open(orphan, "/orphan", O_RDONLY);
		if (adopts) {
			EXPECT_THAT(opened_by_others(trace, falco, adopts), ElementsAre("/orphan"));
		} else { // where falco adopts nobody, its child it must be
			EXPECT_THAT(opened_by_others(trace, falco, adopts), IsEmpty());
		}
	}
}
