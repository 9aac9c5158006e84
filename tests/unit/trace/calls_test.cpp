// SPDX-License-Identifier: Apache-2.0
//
// Each call in its comfortable form, as libsinsp reads it.
#include "plugins/tool-trace/calls.hpp"
#include "tests/unit/trace/built.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

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
