// SPDX-License-Identifier: Apache-2.0
//
// Each call in its comfortable form, as libsinsp reads it.
#include "plugins/tool-trace/calls.hpp"
#include "tests/unit/trace/built.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

using testing::HasSubstr;

namespace falco::trace_tool {
namespace {

struct Example {
	const char *call;
	const char *arguments;
	const char *shown; // what the last exit event shows: type, result, name of its descriptor, name
};

// Every call that there is has one.
const Example kExamples[] = {
	{"open", "{name: /etc/shadow, flags: O_WRONLY}", "open SUCCESS /etc/shadow"},
	{"openat", "{name: passwd, dirfd: 3}", "openat SUCCESS /etc/passwd"},
	{"openat2", "{name: /x, result: EACCES}", "openat2 EACCES /x"},
	{"creat", "{name: /tmp/new}", "creat SUCCESS /tmp/new"},
	{"read", "{fd: 3, data: abc}", "read SUCCESS /etc"},
	{"write", "{fd: 3, data: abc}", "write SUCCESS /etc"},
	{"close", "{fd: 3}", "close SUCCESS /etc"},
	{"dup2", "{from: 3, to: 9}", "dup2 SUCCESS /etc"},
	{"memfd_create", "{name: payload}", "memfd_create SUCCESS payload"},
	{"chmod", "{name: /x, mode: 04755}", "chmod SUCCESS <NA>"},
	{"fchmodat", "{name: /x, mode: 0600}", "fchmodat SUCCESS <NA>"},
	{"fchmod", "{fd: 3, result: EPERM}", "fchmod EPERM /etc"},
	{"mkdir", "{name: /x}", "mkdir SUCCESS <NA>"},
	{"mknod", "{name: /x}", "mknod SUCCESS <NA>"},
	{"mknodat", "{name: /x}", "mknodat SUCCESS "},
	{"unlink", "{name: /x, result: ENOENT}", "unlink ENOENT <NA>"},
	{"unlinkat", "{name: /x}", "unlinkat SUCCESS <NA>"},
	{"rename", "{from: /x, to: /y}", "rename SUCCESS <NA>"},
	{"renameat2", "{from: /x, to: /y}", "renameat2 SUCCESS <NA>"},
	{"symlink", "{target: /x, link: /y}", "symlink SUCCESS <NA>"},
	{"link", "{from: /x, to: /y}", "link SUCCESS <NA>"},
	{"chdir", "{path: /x}", "chdir SUCCESS <NA>"},
	{"chroot", "{path: /x}", "chroot SUCCESS <NA>"},
	{"mount", "{device: /dev/sda, dir: /mnt, type: ext4}", "mount SUCCESS <NA>"},
	{"connect", "{to: \"10.0.0.5:9300\"}", "connect SUCCESS 192.168.1.5:51234->10.0.0.5:9300"},
	{"listen", "{on: \"0.0.0.0:80\"}", "listen SUCCESS 0.0.0.0:80"},
	{"accept", nullptr, "accept4 SUCCESS 1.2.3.4:5->0.0.0.0:80"},
	{"spawn", "{path: /bin/ls, args: [-l]}", "execve SUCCESS <NA>"},
	{"exec", "{path: /bin/ls}", "execve SUCCESS <NA>"},
	{"execveat", "{path: /bin/ls}", "execve SUCCESS <NA>"},
	{"end", "", nullptr}, // the event has no end
	{"setns", "{fd: 3}", "setns SUCCESS /etc"},
	{"unshare", "", "unshare SUCCESS <NA>"},
	{"setuid", "{user: alice}", "setuid SUCCESS <NA>"},
	{"ptrace", "{request: PTRACE_ATTACH, target: 1}", "ptrace SUCCESS <NA>"},
	{"init_module", "{result: EPERM}", "init_module EPERM <NA>"},
	{"finit_module", "{fd: 3}", "finit_module SUCCESS "},
	{"bpf", "{command: BPF_PROG_LOAD}", "bpf SUCCESS "},
};

} // namespace

TEST(Calls, are_what_libsinsp_reads)
{
	for (const Example &example : kExamples) {
		std::string event = std::string(example.call) + ": " + (example.arguments ? example.arguments : "");
		std::string before;
		if (std::string(example.call) == "accept") {
			before = "  - {process: sh, listen: {on: \"0.0.0.0:80\"}, as: server}\n";
			event = "accept: {fd: server, from: \"1.2.3.4:5\"}";
		}
		const trace::Trace trace = built(
			"processes:\n  - {name: sh, descriptors: [{fd: 3, type: directory, name: /etc}]}\nevents:\n" +
			before + "  - {process: sh, " + event + "}\n");
		const auto lines = shown(trace, "%evt.type %evt.res %fd.name", "evt.dir = <");
		if (!example.shown) continue;
		ASSERT_FALSE(lines.empty()) << example.call;
		EXPECT_EQ(lines.back(), example.shown) << example.call;
	}
}

// A call that was built is found again in its events.
TEST(Calls, are_described_as_they_were_written)
{
	for (const Example &example : kExamples) {
		const bool accepts = std::string(example.call) == "accept";
		std::string event = std::string(example.call) + ": " + (example.arguments ? example.arguments : "");
		if (accepts) event = "accept: {fd: server, from: \"1.2.3.4:5\"}";
		const trace::Trace trace = built(
			std::string(
				"processes:\n  - {name: sh, user: alice, descriptors: [{fd: 3, type: directory, name: "
				"/etc}]}\nevents:\n") +
			(accepts ? "  - {process: sh, listen: {on: \"0.0.0.0:80\"}, as: server}\n" : "") +
			"  - {process: sh, at: 3s, took: 7ns, cpu: 1, " + event + "}\n");
		const std::string yaml = described(trace.file());
		EXPECT_THAT(yaml, HasSubstr(std::string(", ") + example.call + ": {"));
		EXPECT_THAT(yaml, testing::AnyOf(HasSubstr(", took: 7ns, cpu: 1"), HasSubstr(", cpu: 1, end: {}")));
		EXPECT_THAT(yaml, testing::Not(HasSubstr("enter: "))) << example.call;
		EXPECT_THAT(yaml, testing::Not(HasSubstr("exit: "))) << example.call;
		EXPECT_TRUE(same_events(built(yaml).file(), trace.file())) << yaml;
	}
}

TEST(Calls, with_arguments_that_are_rarely_given_are_described_too)
{
	for (const char *call : {
		     "open: {name: /x, flags: O_WRONLY|O_CREAT|O_NONBLOCK|O_F_CREATED, mode: 0600, dev: 5, ino: 7, "
		     "result: 9}",
		     "creat: {name: /x, mode: 0600, dev: 5, ino: 7, result: 9}",
		     "read: {fd: 3, data: abc, size: 4096, result: 100}",
		     "read: {fd: 3, result: EAGAIN, size: 10}",
		     "write: {fd: 3, data: {hex: \"00ff\"}}",
		     "close: {fd: 99, result: EBADF}",
		     "mkdir: {name: /x, mode: 0700, result: EEXIST}",
		     "chdir: {path: /nowhere, result: ENOENT}",
		     "connect: {to: \"10.0.0.5:53\", type: udp, fd: 12, result: ECONNREFUSED}",
		     "connect: {to: /run/app.sock}",
		     "connect: {to: \"[fd00::7]:443\"}",
		     "spawn: {path: /bin/ls, name: other, argv0: ls, args: [-l, \"a b\"], env: [A=b], user: root, pid: "
		     "77}",
		     "spawn: {path: /bin/ls, result: ENOENT}",
		     "exec: {path: memfd:x, from_memfd: true, env: []}",
	     }) {
		const trace::Trace trace = built(std::string("processes:\n  - {name: sh, user: alice}\nevents:\n") +
						 "  - {process: sh, " + call + "}\n");
		const std::string yaml = described(trace.file());
		EXPECT_THAT(yaml, testing::Not(testing::AnyOf(HasSubstr("enter: "), HasSubstr("exit: ")))) << call;
		EXPECT_TRUE(same_events(built(yaml).file(), trace.file())) << yaml;
	}
}

// What a call cannot say stays a pair of events, and the calls around it are what they are.
TEST(Calls, are_left_alone_where_their_events_say_more)
{
	const trace::Trace trace = built(R"(events:
  - {process: 1, at: 1s, open: {name: /a}}
  - {process: 1, at: 2s, enter: unlink}
  - {process: 1, at: 3s, exit: unlink, cpu: 1, params: {path: /b}}
  - {process: 999, at: 4s, enter: mkdir, version: 2, params: {mode: 0755}}
  - {process: 999, at: 5s, exit: mkdir, version: 2, params: {path: /c}}
)");
	const std::string yaml = described(trace.file());
	EXPECT_THAT(yaml, HasSubstr("open: {name: /a, result: 3}}\n"));
	EXPECT_THAT(yaml, HasSubstr("exit: unlink"));
	EXPECT_THAT(yaml, HasSubstr("enter: mkdir")); // nobody has told of that process before
	EXPECT_TRUE(same_events(built(yaml).file(), trace.file())) << yaml;
}

TEST(Calls, are_all_tried)
{
	std::vector<std::string> tried, known;
	for (const Example &example : kExamples)
		tried.emplace_back(example.call);
	for (const Call &call : calls())
		known.emplace_back(call.name);
	EXPECT_THAT(tried, testing::UnorderedElementsAreArray(known));
}

} // namespace falco::trace_tool
