// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/background.hpp"
#include "tests/e2e/fixture.hpp"

#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace falco::test;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class Daemon : public FalcoTest {
protected:
	// A daemon that reads events of the fake family without end, so that it lives until it is told to stop. `keys`:
	// of its output.
	Finished start_endless(const std::string &keys = "")
	{
		dir_.write("falco.yaml", "log_syslog: false\nfile_output: {enabled: true, filename: alerts" + keys +
						 "}\nsource: " + kFakes + "source-fake-live.so\nmatcher: " + kFakes +
						 "matcher-fake.so\n"
						 "plugins:\n  - {library: " +
						 kFakes + "source-fake-live.so, config: {endless: true, events: 3}}\n");
		dir_.write("rules.yaml", "quiet 4 seen %name\n");
		RunOptions here;
		here.directory = dir_.path();
		return run_falco({"-c", "falco.yaml", "-r", "rules.yaml", "-d", "-p", "falco.pid"}, here);
	}

	// Processes whose parent this is.
	static std::vector<pid_t> children_of(pid_t pid)
	{
		const std::string number = std::to_string(pid);
		std::ifstream list("/proc/" + number + "/task/" + number + "/children");
		return {std::istream_iterator<pid_t>(list), std::istream_iterator<pid_t>()};
	}

	// Opens a process for waiting; its id cannot be used again while it is open.
	static int open_process(pid_t pid) { return static_cast<int>(syscall(SYS_pidfd_open, pid, 0)); }
	static bool wait_for_end(int process)
	{
		pollfd wait = {process, POLLIN, 0};
		return poll(&wait, 1, 10000) == 1;
	}

	// Until so many alerts are in the file; fails when nothing is written for ten seconds.
	void wait_for_alerts(size_t count) const
	{
		const int changes = inotify_init1(IN_CLOEXEC);
		ASSERT_GE(inotify_add_watch(changes, dir_.path().c_str(), IN_CLOSE_WRITE), 0);
		while (!std::filesystem::exists(dir_.file("alerts")) || lines_of(dir_.read("alerts")).size() < count) {
			pollfd wait = {changes, POLLIN, 0};
			ASSERT_EQ(poll(&wait, 1, 10000), 1);
			char seen[4096];
			ASSERT_GT(read(changes, seen, sizeof seen), 0);
		}
		close(changes);
	}
};

TEST_F(Daemon, runs_in_the_background_until_it_is_told_to_stop)
{
	const Finished parent = start_endless();
	ASSERT_EQ(parent.status, 0) << parent.err;
	EXPECT_EQ(parent.out, "");
	const pid_t pid = static_cast<pid_t>(std::stol(dir_.read("falco.pid")));
	const int process = open_process(pid);
	ASSERT_GE(process, 0);
	EXPECT_EQ(getsid(pid), pid);
	EXPECT_EQ(std::filesystem::read_symlink("/proc/" + std::to_string(pid) + "/cwd"), "/");
	for (const char *fd : {"0", "1", "2"}) {
		EXPECT_EQ(std::filesystem::read_symlink("/proc/" + std::to_string(pid) + "/fd/" + fd), "/dev/null");
	}
	wait_for_alerts(3);
	kill(pid, SIGTERM);
	EXPECT_TRUE(wait_for_end(process));
	close(process);
	EXPECT_FALSE(std::filesystem::exists(dir_.file("falco.pid")));
	EXPECT_THAT(lines_of(dir_.read("alerts")), SizeIs(3)); // a relative path means where it was started
}

// Its output's process is made after the fork, writes to the file that was meant where the daemon was
// started, and goes with the daemon.
TEST_F(Daemon, has_an_output_with_a_process_of_its_own)
{
	const Finished parent = start_endless(", isolation: process");
	ASSERT_EQ(parent.status, 0) << parent.err;
	const pid_t pid = static_cast<pid_t>(std::stol(dir_.read("falco.pid")));
	const int daemon = open_process(pid);
	wait_for_alerts(3);
	const std::vector<pid_t> helpers = children_of(pid);
	ASSERT_THAT(helpers, Not(IsEmpty()));
	std::vector<int> processes;
	for (const pid_t helper : helpers) {
		processes.push_back(open_process(helper));
		for (const pid_t child : children_of(helper))
			processes.push_back(open_process(child));
		EXPECT_EQ(std::filesystem::read_symlink("/proc/" + std::to_string(helper) + "/fd/0"), "/dev/null");
	}
	kill(pid, SIGTERM);
	EXPECT_TRUE(wait_for_end(daemon));
	close(daemon);
	for (const int process : processes) {
		EXPECT_TRUE(wait_for_end(process));
		close(process);
	}
	EXPECT_THAT(lines_of(dir_.read("alerts")), SizeIs(3));
	EXPECT_FALSE(std::filesystem::exists(dir_.file("falco.pid")));
}

// The rules are a FIFO: when the test has opened it, falco is about to read rules.
TEST_F(Daemon, takes_a_SIGHUP_that_comes_before_it_is_ready)
{
	dir_.write("falco.yaml",
		   "log_syslog: false\nwatch_config_files: false\nfile_output: {enabled: true, filename: " +
			   dir_.file("alerts") + "}\nsource: " + kFakes + "source-fake-live.so\nmatcher: " + kFakes +
			   "matcher-fake.so\nplugins:\n  - {library: " + kFakes +
			   "source-fake-live.so, config: {endless: true, events: 3}}\n");
	std::filesystem::remove(rules_);
	ASSERT_EQ(mkfifo(rules_.c_str(), 0600), 0);
	Background parent({"-c", config_, "-r", rules_, "-d", "-p", dir_.file("falco.pid")});
	const auto feed = [&](int fd) {
		const std::string rules = "quiet 4 seen %name\n";
		EXPECT_EQ(write(fd, rules.data(), rules.size()), static_cast<ssize_t>(rules.size()));
		close(fd);
	};
	const int first = open(rules_.c_str(), O_WRONLY | O_CLOEXEC);
	const pid_t pid = static_cast<pid_t>(std::stol(dir_.read("falco.pid")));
	const int process = open_process(pid);
	kill(pid, SIGHUP);
	feed(first);
	EXPECT_EQ(parent.wait(), 0) << parent.log();      // ready
	feed(open(rules_.c_str(), O_WRONLY | O_CLOEXEC)); // read again: the reload
	wait_for_alerts(3);
	kill(pid, SIGTERM);
	EXPECT_TRUE(wait_for_end(process));
	close(process);
	EXPECT_THAT(lines_of(dir_.read("alerts")), SizeIs(3));
}

TEST_F(Daemon, hands_its_start_up_errors_to_whoever_started_it)
{
	const Finished missing = run({"-d", "-p", dir_.file("pid"), "-e", dir_.file("none.scap")});
	EXPECT_EQ(missing.status, 1);
	EXPECT_THAT(missing.err, HasSubstr("Runtime error: "));
	EXPECT_THAT(missing.err, HasSubstr("none.scap: No such file or directory"));
	EXPECT_FALSE(std::filesystem::exists(dir_.file("pid")));

	const Finished pid_file = run({"-d", "-p", "/proc/no/pid", "-e", kTraces + "acts.scap"});
	EXPECT_EQ(pid_file.status, 1);
	EXPECT_THAT(pid_file.err, HasSubstr("cannot write pid file /proc/no/pid: "));

	const Finished input = run({"-d", "-e", "-"});
	EXPECT_EQ(input.status, 1);
	EXPECT_THAT(input.err, HasSubstr("-e - does not go with -d"));
}
