// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/background.hpp"
#include "tests/e2e/fixture.hpp"

#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <pty.h>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

using namespace falco::test;
using testing::HasSubstr;
using testing::SizeIs;

using Signals = FalcoTest;

// The recording comes through a pipe that stays open, so falco waits for more inside a read.
TEST_F(Signals, end_a_run_that_waits_for_input_with_everything_delivered)
{
	std::ifstream file(kTraces + "mixed.scap", std::ios::binary);
	std::stringstream data;
	data << file.rdbuf();
	for (const int number : {SIGINT, SIGTERM}) {
		int ends[2];
		ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
		fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);
		Background falco({"-c", config_, "-r", rules_, "-e", "-"}, ends[0]);
		close(ends[0]);
		const std::string bytes = data.str();
		ASSERT_EQ(write(ends[1], bytes.data(), bytes.size() - 10), static_cast<ssize_t>(bytes.size() - 10));
		ASSERT_TRUE(falco.wait_for_output("/etc/sedH2gmIQ")) << falco.log();
		falco.signal(number);
		EXPECT_EQ(falco.wait(), 0) << falco.log();
		EXPECT_THAT(alerts_in(falco.output()), SizeIs(3));
		EXPECT_THAT(falco.output(), HasSubstr("Events detected: 3\n"));
		close(ends[1]);
	}
}

TEST_F(Signals, end_a_live_run)
{
	dir_.write("falco.yaml", "log_syslog: false\nlog_stderr: true\nstdout_output: {enabled: true}\nsource: " +
					 kFakes + "source-fake-live.so\nmatcher: " + kFakes +
					 "matcher-fake.so\nplugins:\n  - {library: " + kFakes +
					 "source-fake-live.so, config: {endless: true, events: 2}}\n");
	dir_.write("rules.yaml", "quiet 4 seen %name\n");
	Background falco({"-c", config_, "-r", rules_});
	ASSERT_TRUE(falco.wait_for_output("seen close")) << falco.log();
	falco.signal(SIGTERM);
	EXPECT_EQ(falco.wait(), 0) << falco.log();
	EXPECT_THAT(falco.output(), HasSubstr("Events detected: 2\n"));
}

// The capture is over and falco waits for an output that does not work. It would wait for an hour.
TEST_F(Signals, shorten_the_waiting_for_outputs_at_the_end)
{
	dir_.write("falco.yaml",
		   "log_syslog: false\nlog_stderr: true\noutput_timeout: 100\nsource: " + kFakes +
			   "source-fake.so\nmatcher: " + kFakes + "matcher-fake.so\nplugins:\n  - {library: " + kFakes +
			   "source-fake.so, config: {events: 3}}\n  - {library: " + kFakes +
			   "output-fake.so, name: dead, config: {busy: 1000000}, retry: {give_up_after: 1h}}\n");
	dir_.write("rules.yaml", "quiet 4 seen %name\n");
	Background falco({"-c", config_, "-r", rules_});
	ASSERT_TRUE(falco.wait_for_log("fake: stop")) << falco.log();
	ASSERT_TRUE(falco.wait_for_log("the fake destination is busy")) << falco.log();
	falco.signal(SIGTERM);
	EXPECT_EQ(falco.wait(), 0) << falco.log();
	EXPECT_THAT(falco.log(), HasSubstr("output 'dead' lost 3 alerts: falco ends"));
	EXPECT_THAT(falco.output(), HasSubstr("Events detected: 3\n"));
}

// The kernel's SIGHUP is no request for a reload.
TEST_F(Signals, end_a_run_whose_terminal_goes_away)
{
	dir_.write("falco.yaml", "log_syslog: false\nfile_output: {enabled: true, filename: " + dir_.file("alerts") +
					 "}\nsource: " + kFakes + "source-fake-live.so\nmatcher: " + kFakes +
					 "matcher-fake.so\nplugins:\n  - {library: " + kFakes +
					 "source-fake-live.so, config: {endless: true, events: 1}}\n");
	dir_.write("rules.yaml", "quiet 4 seen %name\n");
	int terminal = -1;
	const pid_t pid = forkpty(&terminal, nullptr, nullptr, nullptr);
	if (pid == 0) {
		execl(FALCO_BINARY_DIR "/falco", "falco", "-c", config_.c_str(), "-r", rules_.c_str(), nullptr);
		_exit(127);
	}
	ASSERT_GT(pid, 0);
	// Its first alert: it captures.
	while (!std::filesystem::exists(dir_.file("alerts")) || dir_.read("alerts").empty())
		ASSERT_EQ(waitpid(pid, nullptr, WNOHANG), 0);
	close(terminal);
	int status = -1;
	EXPECT_EQ(waitpid(pid, &status, 0), pid);
	EXPECT_TRUE(WIFEXITED(status));
	EXPECT_EQ(WEXITSTATUS(status), 0);
}
