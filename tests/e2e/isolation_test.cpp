// SPDX-License-Identifier: Apache-2.0
//
// isolation: process. The same outputs that end falco otherwise cost a restart of their own process, and no alert.
#include "tests/e2e/background.hpp"
#include "tests/e2e/metrics_file.hpp"
#include "tests/e2e/rogue_fixture.hpp"

#include <csignal>
#include <filesystem>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace falco::test;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

class Isolation : public RogueTest {
protected:
	// The number of the last process that tells of itself, in the log of a falco. -1: there is none, or the line is
	// not complete.
	static pid_t process_in(const std::string &log)
	{
		const std::string text = "rogue: process ";
		const size_t at = log.rfind(text);
		if (at == std::string::npos || log.find('\n', at) == std::string::npos) return -1;
		return std::stoi(log.substr(at + text.size()));
	}

	// Opened while the process runs, so that it means no other one.
	static int watch(pid_t pid) { return static_cast<int>(syscall(SYS_pidfd_open, pid, 0)); }

	static bool has_ended(int pidfd)
	{
		pollfd one{pidfd, POLLIN, 0};
		constexpr int kLong = 20000; // ms
		return poll(&one, 1, kLong) == 1;
	}
};

const std::string kProcess = "isolation: process";

TEST_F(Isolation, a_good_output_works_as_in_falco_itself)
{
	const Finished falco = run_rogue("", kProcess);
	EXPECT_EQ(falco.status, 0) << falco.err;
	EXPECT_EQ(delivered(), kAll);
	EXPECT_THAT(falco.err, HasSubstr("rogue: the rogue was made"));
	EXPECT_THAT(falco.out, HasSubstr("Events detected: 10\n"));
}

TEST_F(Isolation, a_crash_costs_a_restart_and_no_alert)
{
	// Each process writes two and crashes at the third.
	const Finished falco = run_rogue("habit: crash, at: 3", kProcess);
	EXPECT_EQ(falco.status, 0) << falco.err;
	EXPECT_EQ(delivered(), kAll);
	EXPECT_THAT(falco.err,
		    HasSubstr("rogue: its process printed: falco: crashed inside output/rogue write (signal 11)"));
	EXPECT_THAT(falco.err, HasSubstr("its process was lost in write"));
	EXPECT_THAT(falco.err, HasSubstr("signal 11"));
}

TEST_F(Isolation, other_ends_of_the_process_are_no_worse)
{
	for (const auto &[habit, told] : {std::pair("throw", "signal 6"), std::pair("exit", "exit status 7"),
					  std::pair("recurse", "crashed inside output/rogue write (signal 11)"),
					  std::pair("babble", "sent what is no message")}) {
		std::filesystem::remove(alerts_);
		std::filesystem::remove(dir_.file("mark"));
		const Finished falco = run_rogue("habit: " + std::string(habit) + ", at: 3, " + once_, kProcess);
		EXPECT_EQ(falco.status, 0) << falco.err;
		EXPECT_EQ(delivered(), kAll) << habit;
		EXPECT_THAT(falco.err, HasSubstr(told));
	}
}

TEST_F(Isolation, what_was_written_and_not_flushed_is_written_again)
{
	const Finished falco =
		run_rogue("habit: crash, at: 7, " + once_, kProcess, "", kFakes + "output-rogue-flush.so");
	EXPECT_EQ(falco.status, 0) << falco.err;
	EXPECT_EQ(delivered(), kAll);
}

// Three processes, one after the other, end at the first alert, which an earlier one had taken.
TEST_F(Isolation, an_alert_that_ends_process_after_process_is_dropped_and_counted)
{
	for (const std::string &spool : {std::string(), ", spool: {dir: " + dir_.file("spool") + "}"}) {
		std::filesystem::remove(alerts_);
		std::filesystem::remove(dir_.file("mark"));
		const Finished falco = run_rogue("habit: poisoned, at: 1, " + once_, kProcess + spool, "",
						 kFakes + "output-rogue-flush.so");
		EXPECT_EQ(falco.status, 1); // a replay that lost an alert
		EXPECT_EQ(delivered(), "n2 n3 n4 n5 n6 n7 n8 n9 n10") << spool;
		EXPECT_THAT(falco.err, HasSubstr("output 'rogue' dropped 1 alert: process after process ended when"));
		EXPECT_THAT(falco.err, HasSubstr("output 'rogue' lost 1 alerts, see the log"));
		EXPECT_THAT(falco.out, HasSubstr("rogue: accepted 10, delivered 9, dropped 0 (queue full), lost 0, "));
		EXPECT_THAT(falco.out, HasSubstr("dropped 1 (its process ended at them)"));
		EXPECT_THAT(falco.out, Not(HasSubstr("waiting")));
		EXPECT_THAT(falco.err, Not(HasSubstr("stay in the spool")));
	}
}

TEST_F(Isolation, a_call_that_never_ends_is_ended)
{
	const Finished falco = run_rogue("habit: block, at: 3, " + once_, "isolation: {mode: process, timeout: 500ms}");
	EXPECT_EQ(falco.status, 0) << falco.err;
	EXPECT_EQ(delivered(), kAll);
	EXPECT_THAT(falco.err, AllOf(HasSubstr("did not answer in time"), HasSubstr("inside output/rogue write")));
}

// Its process is given all that the spool has at once, and the plugin one after the other, for it has no write_batch.
TEST_F(Isolation, a_call_that_does_not_end_is_named_as_the_plugin_names_it)
{
	const std::string spool = "spool: {dir: " + dir_.file("spool") + "}", timeout = "output_timeout: 100\n";
	const Finished first = run_rogue("habit: block", spool, timeout);
	EXPECT_THAT(first.err, HasSubstr("10 of its alerts stay in the spool"));
	source_ = "events: 0, endless: true";
	configure("habit: block, at: 3", kProcess + ", " + spool, timeout);
	Background falco({"-c", config_, "-r", rules_});
	EXPECT_TRUE(falco.wait_for_log("output 'rogue' has been in write() for")) << falco.log();
	EXPECT_EQ(delivered(), "n1 n2");
	falco.signal(SIGTERM);
	EXPECT_EQ(falco.wait(), 1);
	EXPECT_THAT(falco.log(), HasSubstr("output 'rogue' does not come back from write(): left behind"));
	EXPECT_THAT(falco.log(), Not(HasSubstr("write_batch")));
}

TEST_F(Isolation, a_leak_ends_at_the_limit_of_memory)
{
	const Finished falco = run_rogue("habit: leak, at: 3, " + once_, "isolation: {limits: {memory_mb: 512}}");
	EXPECT_EQ(falco.status, 0) << falco.err;
	EXPECT_EQ(delivered(), kAll);
	EXPECT_THAT(falco.err, HasSubstr("its process was lost in write"));
}

TEST_F(Isolation, what_the_plugin_prints_goes_to_the_log)
{
	const Finished falco = run_rogue("habit: print, at: 3", kProcess, "stdout_output: {enabled: true}\n");
	EXPECT_EQ(falco.status, 0) << falco.err;
	EXPECT_THAT(falco.out, Not(HasSubstr("printed by the rogue")));
	EXPECT_THAT(falco.err, HasSubstr("rogue: its process printed: printed by the rogue\n"));
}

TEST_F(Isolation, a_refusal_at_the_start_is_told_as_ever)
{
	const Finished falco = run_rogue("habit: refuse", kProcess);
	EXPECT_EQ(falco.status, 1);
	EXPECT_THAT(falco.err, HasSubstr("the rogue refuses"));
	const Finished wrong = run_rogue("at: nine", kProcess);
	EXPECT_EQ(wrong.status, 1);
	EXPECT_THAT(wrong.err, ContainsRegex("falco.yaml:[0-9]+:[0-9]+: .*at: must be a"));
}

TEST_F(Isolation, only_an_output_can_have_it)
{
	dir_.write("falco.yaml", "plugins:\n  - {library: " + kFakes + "tap-fake.so, isolation: process}\n");
	const Finished falco = run({});
	EXPECT_EQ(falco.status, 1);
	EXPECT_THAT(falco.err, HasSubstr("plugins[0].isolation: only outputs have this; remove the key"));
}

TEST_F(Isolation, falcos_standard_output_is_its_own)
{
	dir_.write("falco.yaml", "stdout_output:\n  enabled: true\n  isolation: {mode: process}\n");
	Finished falco = run({});
	EXPECT_EQ(falco.status, 1);
	EXPECT_THAT(falco.err,
		    AllOf(HasSubstr("falco.yaml:3:"), HasSubstr("stdout_output.isolation: must be none: a")));

	dir_.write("falco.yaml", "plugins:\n  - {library: output-stdout, isolation: process}\n");
	falco = run({});
	EXPECT_EQ(falco.status, 1);
	EXPECT_THAT(falco.err, HasSubstr("plugins[0].isolation: must be none: a process of its own"));
}

// It is never taken, so no process has it to write again.
TEST_F(Isolation, an_alert_that_ends_each_process_at_its_first_write_is_lost_and_counted)
{
	for (const std::string &spool : {std::string(), ", spool: {dir: " + dir_.file("spool") + "}"}) {
		std::filesystem::remove(alerts_);
		const Finished falco = run_rogue("habit: poisonous, at: 3", kProcess + spool);
		EXPECT_EQ(falco.status, 1); // a replay that lost an alert
		EXPECT_EQ(delivered(), "n1 n2 n4 n5 n6 n7 n8 n9 n10") << spool;
		EXPECT_THAT(falco.err, HasSubstr("output 'rogue' lost 1 alert: 10 processes in a row ended at it: "));
		EXPECT_THAT(falco.out, HasSubstr("rogue: accepted 10, delivered 9, dropped 0 (queue full), lost 1"));
	}
}

TEST_F(Isolation, limits_are_the_process_s)
{
	const Finished falco =
		run_rogue("habit: who", "isolation: {limits: {open_files: 77, memory_mb: 400, processes: 1000}}");
	EXPECT_EQ(falco.status, 0) << falco.err;
	EXPECT_THAT(falco.err,
		    AllOf(HasSubstr("rogue: open files 77\n"), HasSubstr("rogue: memory 400\n"),
			  HasSubstr("rogue: NoNewPrivs:\\t1\n"), HasSubstr("rogue: CapEff:\\t0000000000000000\n"),
			  HasSubstr("rogue: CapPrm:\\t0000000000000000\n")));
}

TEST_F(Isolation, no_file_grows_beyond_the_limit)
{
	const Finished falco = run_rogue("habit: fill, at: 3", "isolation: {limits: {file_size_mb: 1}}");
	EXPECT_EQ(falco.status, 0) << falco.err;
	EXPECT_EQ(delivered(), kAll);
	EXPECT_EQ(std::filesystem::file_size(alerts_ + ".filled"), 1u << 20);
}

// The new process is made after falco has given up what it would need to make it.
TEST_F(Isolation, another_user_runs_it_also_after_a_restart)
{
	if (geteuid() != 0) GTEST_SKIP() << "needs root to become somebody else";
	// What that user may read and write.
	chmod(dir_.path().c_str(), 0755);
	const std::string library = dir_.file("output-rogue.so");
	std::filesystem::copy_file(kFakes + "output-rogue.so", library);
	std::filesystem::create_directory(dir_.file("out"));
	chmod(dir_.file("out").c_str(), 0777);
	alerts_ = dir_.file("out/alerts");
	const Finished who = run_rogue("habit: who", "isolation: {user: nobody}", "", library);
	EXPECT_EQ(who.status, 0) << who.err;
	EXPECT_THAT(who.err, HasSubstr("rogue: Uid:\\t65534\\t65534\\t65534\\t65534\n"));
	EXPECT_THAT(who.err, HasSubstr("rogue: CapEff:\\t0000000000000000\n"));

	std::filesystem::remove(alerts_);
	const Finished falco = run_rogue("habit: crash, at: 3", "isolation: {user: nobody}", "", library);
	EXPECT_EQ(falco.status, 0) << falco.err;
	EXPECT_EQ(delivered(), kAll);
	EXPECT_THAT(falco.err, HasSubstr("its process was lost in write"));
	struct stat status {};
	ASSERT_EQ(stat(alerts_.c_str(), &status), 0);
	EXPECT_EQ(status.st_uid, 65534u);

	const Finished nobody_known = run_rogue("", "isolation: {user: no-such-user}", "", library);
	EXPECT_EQ(nobody_known.status, 1);
	EXPECT_THAT(nobody_known.err, HasSubstr("there is no user 'no-such-user'"));
}

// Of root's own the kernel does not.
TEST_F(Isolation, limits_how_many_processes_another_user_may_have)
{
	if (geteuid() != 0) GTEST_SKIP() << "needs root to become somebody else";
	chmod(dir_.path().c_str(), 0755);
	const std::string library = dir_.file("output-rogue.so");
	std::filesystem::copy_file(kFakes + "output-rogue.so", library);
	alerts_ = "/dev/null";
	const Finished free = run_rogue("habit: fork", "isolation: {user: nobody}", "", library);
	EXPECT_THAT(free.err, HasSubstr("rogue: another process\n"));
	const Finished bound =
		run_rogue("habit: fork", "isolation: {user: nobody, limits: {processes: 1}}", "", library);
	EXPECT_EQ(bound.status, 0) << bound.err;
	EXPECT_THAT(bound.err, HasSubstr("rogue: no other process\n"));
}

// It has given up by then what it would need.
TEST_F(Isolation, another_user_does_not_come_with_a_reload)
{
	if (geteuid() != 0) GTEST_SKIP() << "needs root to become somebody else";
	hold_source();
	configure("", "");
	Background falco({"-c", config_, "-r", rules_});
	ASSERT_TRUE(falco.wait_for_log("Reading events from")) << falco.log();
	configure("", "isolation: {user: nobody}");
	falco.signal(SIGHUP);
	EXPECT_TRUE(falco.wait_for_log("cannot become user 'nobody'")) << falco.log();
	open_gate();
	EXPECT_EQ(falco.wait(), 0) << falco.log();
	EXPECT_THAT(delivered(), HasSubstr("n1 n2 n3 n4 n5")); // then falco's own alert of the failed reload
	EXPECT_THAT(delivered(), HasSubstr("n6 n7 n8 n9 n10"));
}

TEST_F(Isolation, survives_the_killing_of_its_process)
{
	hold_source();
	configure("habit: who", kProcess);
	const MetricsFile metrics(dir_);
	std::vector<std::string> arguments = metrics.options();
	arguments.insert(arguments.end(), {"-c", config_, "-r", rules_});
	Background falco(arguments);
	ASSERT_TRUE(falco.wait_for_log("rogue: process ")) << falco.log();
	const pid_t child = process_in(falco.log());
	ASSERT_GT(child, 1) << falco.log();
	const int watched = watch(child);
	ASSERT_GE(watched, 0);
	metrics.wait_for("output.rogue.delivered", 5); // so that it is idle, and nothing need come again
	EXPECT_EQ(delivered(), "n1 n2 n3 n4 n5");
	kill(child, SIGKILL);
	EXPECT_TRUE(has_ended(watched));
	close(watched);
	open_gate();
	EXPECT_EQ(falco.wait(), 0) << falco.log();
	EXPECT_EQ(delivered(), kAll);
	EXPECT_NE(process_in(falco.log()), child) << falco.log();
	EXPECT_THAT(falco.output(), Not(HasSubstr("dropped 1"))); // it is no alert's fault
}

TEST_F(Isolation, ends_with_a_falco_that_is_killed)
{
	hold_source();
	configure("habit: who", kProcess);
	Background falco({"-c", config_, "-r", rules_});
	ASSERT_TRUE(falco.wait_for_log("rogue: process ")) << falco.log();
	const pid_t child = process_in(falco.log());
	ASSERT_GT(child, 1) << falco.log();
	const int watched = watch(child);
	ASSERT_GE(watched, 0);
	falco.signal(SIGKILL);
	EXPECT_TRUE(has_ended(watched));
	close(watched);
}

TEST_F(Isolation, comes_with_a_reload_too)
{
	hold_source();
	configure("", "");
	Background falco({"-c", config_, "-r", rules_});
	ASSERT_TRUE(falco.wait_for_log("Reading events from")) << falco.log();
	configure("habit: who", kProcess);
	falco.signal(SIGHUP);
	ASSERT_TRUE(falco.wait_for_log("Reloaded ")) << falco.log();
	open_gate();
	EXPECT_EQ(falco.wait(), 0) << falco.log();
	EXPECT_EQ(delivered(), kAll);
	EXPECT_GT(process_in(falco.log()), 1) << falco.log();
	EXPECT_NE(process_in(falco.log()), falco.pid());
}
