// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/outputs/plugin_under_test.hpp"

#include "host/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace falco::host::test {

namespace {

using testing::EndsWith;
using testing::HasSubstr;

class OutputProgram : public testing::Test {
protected:
	OutputProgram() { std::signal(SIGPIPE, SIG_IGN); } // as in the host

	// A program that goes on running, in sh.
	std::unique_ptr<Output> keep(const std::string &script)
	{
		return plugin.create({{"program", {"/bin/sh", "-c", script}}, {"keep_alive", true}});
	}
	// The same one for each alert.
	std::unique_ptr<Output> run(const std::string &script) { return plugin.create({{"program", script}}); }

	PluginUnderTest plugin{"program"};
	TempDir dir;
};

// Until the alerts are delivered; false after long.
bool flush(Output &output)
{
	for (int i = 0; i < 60; ++i)
		if (output.flush().ok()) return true;
	return false;
}

// Children of this process, zombies included.
int children()
{
	int count = 0;
	std::ifstream list("/proc/self/task/" + std::to_string(getpid()) + "/children");
	for (std::string pid; list >> pid;)
		++count;
	return count;
}

bool wait_for_file(const std::string &path)
{
	const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
	while (access(path.c_str(), F_OK) != 0) {
		if (std::chrono::steady_clock::now() > deadline) return false;
		std::this_thread::yield();
	}
	return true;
}

} // namespace

TEST_F(OutputProgram, runs_a_command_of_the_shell_for_each_alert)
{
	const auto output = run("cat >>" + dir.file("out") + "; echo end >>" + dir.file("out"));
	EXPECT_TRUE(write(*output, "one", 1).ok());
	EXPECT_EQ(read_file(dir.file("out")), "one\nend\n"); // it has ended, too
	EXPECT_TRUE(write(*output, "two", 2).ok());
	EXPECT_EQ(read_file(dir.file("out")), "one\nend\ntwo\nend\n");
	EXPECT_EQ(children(), 0);
}

TEST_F(OutputProgram, hands_a_list_to_the_program_as_it_is)
{
	const std::string odd = dir.file("a $(touch x) ' file");
	const auto output = plugin.create({{"program", {"/usr/bin/tee", odd}}});
	EXPECT_TRUE(write(*output, "text").ok());
	EXPECT_EQ(read_file(odd), "text\n");
}

TEST_F(OutputProgram, an_exit_status_other_than_0_is_tried_again)
{
	const auto output = run("cat >/dev/null; test -e " + dir.file("ready") + " || exit 3");
	const Status status = write(*output, "text");
	EXPECT_EQ(status.code, FALCO_ERR_RETRY);
	EXPECT_EQ(status.message, "/bin/sh: exit status 3");
	std::ofstream(dir.file("ready"));
	EXPECT_TRUE(write(*output, "text").ok());
}

TEST_F(OutputProgram, a_program_that_a_signal_ends_is_tried_again)
{
	const auto output = run("kill -TERM $$");
	EXPECT_EQ(write(*output, "text").message, "/bin/sh: killed by signal 15");
}

TEST_F(OutputProgram, a_program_may_end_well_without_reading)
{
	const auto output = run("exit 0");
	EXPECT_TRUE(write(*output, std::string(1 << 20, 'x')).ok()); // more than a pipe holds
}

TEST_F(OutputProgram, a_program_that_takes_too_long_is_killed_with_what_it_started)
{
	ASSERT_EQ(mkfifo(dir.file("fifo").c_str(), 0600), 0);
	// Holds the fifo open for writing until it is killed.
	const auto output = plugin.create(
		{{"program", "sh -c 'exec 3>" + dir.file("fifo") + "; trap \"\" TERM; cat /dev/zero >/dev/null'"},
		 {"timeout_ms", 300}});
	const int reader = open(dir.file("fifo").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	const Status status = write(*output, "text");
	EXPECT_EQ(status.code, FALCO_ERR_RETRY);
	EXPECT_EQ(status.message, "/bin/sh took longer than 300 ms and was killed");
	fcntl(reader, F_SETFL, 0);
	char byte;
	EXPECT_EQ(read(reader, &byte, 1), 0); // nobody has it open any more
	close(reader);
	EXPECT_EQ(children(), 0);
}

TEST_F(OutputProgram, kept_running_one_program_gets_all_alerts)
{
	{
		const auto output = keep("echo started >>" + dir.file("out") + "; exec cat >>" + dir.file("out"));
		EXPECT_EQ(children(), 0); // not before there is an alert
		for (uint64_t i = 1; i <= 3; ++i)
			EXPECT_TRUE(write(*output, "line", i).ok());
		EXPECT_TRUE(flush(*output));
		EXPECT_EQ(children(), 1);
	}
	EXPECT_EQ(children(), 0);
	EXPECT_EQ(read_file(dir.file("out")), "started\nline\nline\nline\n");
}

TEST_F(OutputProgram, an_alert_is_delivered_when_the_program_has_read_it)
{
	ASSERT_EQ(mkfifo(dir.file("go").c_str(), 0600), 0);
	const auto output = keep("read x <" + dir.file("go") + "; exec cat >>" + dir.file("out"));
	EXPECT_TRUE(write(*output, "line", 1).ok());
	const Status status = output->flush();
	EXPECT_EQ(status.code, FALCO_ERR_RETRY);
	EXPECT_EQ(status.message, "/bin/sh does not read: 1 alerts wait in its pipe");
	std::ofstream(dir.file("go")) << "go\n";
	EXPECT_TRUE(flush(*output));
	EXPECT_TRUE(output->reopen().ok()); // ends it, so the file is written
	EXPECT_EQ(read_file(dir.file("out")), "line\n");
}

TEST_F(OutputProgram, what_a_program_had_not_read_when_it_died_goes_to_the_next)
{
	ASSERT_EQ(mkfifo(dir.file("die").c_str(), 0600), 0);
	// The first one reads one byte after the other, so that it takes one line and no more.
	const auto output = keep("if test -e " + dir.file("first") + "; then exec cat >>" + dir.file("out") +
				 "; fi; read line; echo \"$line\" >" + dir.file("first") + "; read x <" +
				 dir.file("die") + "; exit 7");
	EXPECT_TRUE(write(*output, "one", 1).ok());
	EXPECT_TRUE(flush(*output));
	EXPECT_TRUE(write(*output, "two", 2).ok());
	EXPECT_TRUE(write(*output, "three", 3).ok());
	ASSERT_TRUE(wait_for_file(dir.file("first")));
	std::ofstream(dir.file("die")) << "\n";
	EXPECT_TRUE(flush(*output));
	EXPECT_TRUE(write(*output, "four", 4).ok());
	EXPECT_TRUE(flush(*output));
	EXPECT_TRUE(output->reopen().ok());
	EXPECT_EQ(read_file(dir.file("first")), "one\n");
	EXPECT_EQ(read_file(dir.file("out")), "two\nthree\nfour\n");
	EXPECT_EQ(children(), 0);
}

TEST_F(OutputProgram, a_program_that_always_dies_is_tried_again_and_leaves_no_zombies)
{
	const auto output = keep("exit 5");
	for (uint64_t i = 1; i <= 20; ++i) {
		const Status written = write(*output, "line", i); // fails when the program dies earlier
		const Status flushed = output->flush();
		const Status &failed = written.ok() ? flushed : written;
		EXPECT_EQ(failed.code, FALCO_ERR_RETRY);
		EXPECT_THAT(failed.message, HasSubstr("exit status 5"));
	}
	EXPECT_LE(children(), 1);
}

TEST_F(OutputProgram, a_program_that_does_not_read_neither_blocks_nor_loses)
{
	ASSERT_EQ(mkfifo(dir.file("go").c_str(), 0600), 0);
	const auto output = keep("read x <" + dir.file("go") + "; exec cat >" + dir.file("out"));
	const std::string large(300000, 'x'); // more than a pipe holds
	EXPECT_EQ(write(*output, large, 1).code, FALCO_ERR_RETRY);
	std::ofstream(dir.file("go")) << "go\n";
	Status status;
	do {
		status = write(*output, large, 1);
	} while (status.code == FALCO_ERR_RETRY);
	EXPECT_TRUE(write(*output, "next", 2).ok());
	EXPECT_TRUE(flush(*output));
	EXPECT_TRUE(output->reopen().ok());
	EXPECT_TRUE(read_file(dir.file("out")) == large + "\nnext\n");
}

TEST_F(OutputProgram, starts_programs_with_the_usual_signals_and_no_descriptor_of_falco)
{
	const int leaked = open("/dev/null", O_RDONLY); // NOLINT(android-cloexec-open): that is what is tested
	sigset_t blocked;
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &blocked, nullptr); // as in the host
	const auto output = run("grep -E '^Sig(Blk|Ign)' /proc/self/status >" + dir.file("signals") +
				"; ls /proc/self/fd >" + dir.file("fds") + "; cat >/dev/null");
	EXPECT_TRUE(write(*output, "text").ok());
	pthread_sigmask(SIG_UNBLOCK, &blocked, nullptr);
	close(leaked);
	// The two real-time signals that the C library keeps for itself (32, 33) do not matter.
	EXPECT_THAT(read_file(dir.file("signals")),
		    testing::MatchesRegex("SigBlk:\t0000000000000000\nSigIgn:\t0000000[0-9a-f][08]0000000\n"));
	EXPECT_EQ(read_file(dir.file("fds")), "0\n1\n2\n3\n"); // 3 is ls reading the folder
}

TEST_F(OutputProgram, refuses_a_program_that_is_not_there)
{
	for (const auto &[program, message] :
	     {std::pair(nlohmann::json{"/no/such/program"}, "program: /no/such/program: No such file or directory"),
	      std::pair(nlohmann::json{"cat"}, "program: the first entry must be an absolute path, not 'cat'")}) {
		try {
			plugin.create({{"program", program}});
			ADD_FAILURE() << program;
		} catch (const Error &e) {
			EXPECT_THAT(e.what(), EndsWith(message));
		}
	}
}

} // namespace falco::host::test
