// SPDX-License-Identifier: Apache-2.0
//
// What falco trace writes and shows is what sysdig reads and shows: the older one that Debian has, as far as it knows
// the events.
#include "tests/e2e/trace_tool_fixture.hpp"

#include <filesystem>
#include <map>
#include <set>

using namespace falco::test;
using testing::StartsWith;

namespace {

constexpr const char *kManyCalls = R"yaml(containers:
  - {name: web, image: "nginx:1.25"}
processes:
  - {id: server, path: /usr/sbin/nginx, args: [-g, daemon off;], user: daemon, container: web, cwd: /srv,
     files: {3: /var/log/nginx/access.log}}
  - {id: shell, path: /bin/bash, user: alice}
events:
  - {process: shell, spawn: {id: thief, path: /bin/cat, args: [/etc/gshadow, "-n"]}}
  - {process: thief, open: {name: /etc/gshadow}}
  - {process: thief, read: {fd: 3, data: "root:x"}}
  - {process: server, write: {fd: 3, data: "GET /"}}
  - {process: thief, connect: {to: "10.0.0.7:443"}}
  - {process: shell, mkdir: {name: /tmp/d}}
  - {process: shell, unlink: {name: /tmp/x}}
  - {process: shell, rename: {from: /tmp/a, to: /tmp/b}}
  - {process: shell, chmod: {name: /bin/sh, mode: 04755}}
  - {process: server, listen: {on: "0.0.0.0:80"}, as: port}
  - {process: server, accept: {fd: port, from: "203.0.113.7:4242"}}
  - {process: shell, open: {name: /root/.ssh/id_rsa, result: EACCES}}
  - {process: thief, dup2: {from: 3, to: 9}}
  - {process: shell, setuid: {user: root}}
  - {process: shell, ptrace: {request: PTRACE_ATTACH, target: server}}
  - {process: shell, openat: {name: /tmp/z, flags: O_WRONLY|O_CREAT}}
  - {process: thief, end: {}}
)yaml";

using Lines = std::map<std::string, std::string>; // by their first word

Lines by_first_word(const std::string &text)
{
	Lines lines;
	for (const std::string &line : lines_of(text)) {
		const size_t space = line.find(' ');
		lines[line.substr(0, space)] = line.substr(space + 1);
	}
	return lines;
}

class Sysdig : public TraceTool {
protected:
	void SetUp() override
	{
		if (!std::filesystem::exists(kSysdig))
			GTEST_SKIP() << "sysdig is not installed; scripts/setup.sh installs it where Debian has it";
	}

	// Both begin with the time, by which the events are told apart: the older one has no numbers for those that it
	// does not know.
	static Lines sysdig(const std::string &file, const std::string &format)
	{
		const Finished done = run_program(kSysdig, {"-r", file, "-p", "*%evt.time " + format}, utc());
		EXPECT_EQ(done.status, 0) << done.err;
		return by_first_word(done.out);
	}
	static Lines falco(const std::string &file, const std::string &format)
	{
		const Finished done = run_falco({"trace", "show", file, "--format", "%evt.time " + format}, utc());
		EXPECT_EQ(done.status, 0) << done.err;
		return by_first_word(done.out);
	}

	static constexpr const char *kSysdig = "/usr/bin/sysdig";

private:
	static RunOptions utc()
	{
		RunOptions options;
		options.environment = {"TZ=UTC"};
		return options;
	}
};

std::string without_end(std::string line)
{
	line.erase(line.find_last_not_of(' ') + 1);
	return line;
}

} // namespace

TEST_F(Sysdig, reads_traces_that_were_built)
{
	ASSERT_EQ(trace({"build", dir_.write("calls.yaml", kManyCalls), "-o", dir_.file("calls.scap")}).err, "");
	// By name and by what the state says at each event, the same.
	const std::string state =
		"%evt.cpu %evt.dir %evt.type %proc.name [%proc.cmdline] %proc.pname %proc.cwd %fd.name "
		"%fd.type %user.uid %container.id %evt.res";
	const Lines theirs = sysdig(dir_.file("calls.scap"), state), ours = falco(dir_.file("calls.scap"), state);
	EXPECT_EQ(theirs.size(), 38u);
	for (const auto &[time, line] : theirs)
		EXPECT_EQ(ours.at(time), line);
	// Events of kinds that came later.
	const Lines types = falco(dir_.file("calls.scap"), "%evt.type");
	std::multiset<std::string> unknown;
	for (const auto &[time, type] : types)
		if (theirs.count(time) == 0) unknown.insert(type);
	EXPECT_EQ(unknown, (std::multiset<std::string>{"accept4", "accept4", "dup2", "dup2"}));
}

TEST_F(Sysdig, shows_the_arguments_of_events_as_trace_show_does)
{
	ASSERT_EQ(trace({"build", dir_.write("calls.yaml", kManyCalls), "-o", dir_.file("calls.scap")}).err, "");
	const std::string line = "%evt.type %evt.cpu %proc.name (%thread.tid) %evt.dir %evt.type %evt.info";
	const Lines theirs = sysdig(dir_.file("calls.scap"), line), ours = falco(dir_.file("calls.scap"), line);
	ASSERT_FALSE(theirs.empty());
	for (const auto &[time, shown] : theirs) {
		// They write what is absent otherwise, and fewer control groups.
		if (shown.find("clone ") == 0 || shown.find("execve ") == 0) continue;
		EXPECT_THAT(ours.at(time), StartsWith(without_end(shown))); // newer arguments follow
	}
}

// A recording that has no call without a name in that sysdig's table: it crashes at those.
TEST_F(Sysdig, shows_a_recording_as_trace_show_does)
{
	const std::string part = dir_.file("part.scap");
	ASSERT_EQ(trace({"cut", kTraces + "mixed.scap", "--filter", "proc.name = cat and evt.type != rseq", "-o", part})
			  .status,
		  0);
	const std::string line = "%evt.type %evt.cpu %proc.name (%thread.tid) %evt.dir %evt.type %evt.info";
	const Lines theirs = sysdig(part, line), ours = falco(part, line);
	EXPECT_GT(theirs.size(), 1000u);
	const std::set<std::string> otherwise = {"clone", "execve", // as above
						 "mmap",            // an address, in another base
						 "write", "close"}; // of a descriptor that an unknown dup2 made
	size_t compared = 0;
	for (const auto &[time, shown] : theirs) {
		if (otherwise.count(shown.substr(0, shown.find(' '))) > 0) continue;
		EXPECT_THAT(ours.at(time), StartsWith(without_end(shown)));
		++compared;
	}
	EXPECT_GT(compared, 700u);
}
