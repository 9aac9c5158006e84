// SPDX-License-Identifier: Apache-2.0
//
// Outputs that do what no plugin may do, inside the falco that users run: what happens then is written in docs/ABI.md.
#include "tests/e2e/background.hpp"
#include "tests/e2e/rogue_fixture.hpp"

#include <csignal>
#include <sys/resource.h>

using namespace falco::test;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

using BadPlugins = RogueTest;

const std::string kStdout = "stdout_output: {enabled: true}\n";

TEST_F(BadPlugins, an_exception_that_leaves_one_ends_falco_in_its_name)
{
	const Finished falco = run_rogue("habit: throw, at: 3");
	EXPECT_EQ(falco.status, 128 + SIGABRT);
	EXPECT_THAT(falco.err, HasSubstr("falco: crashed inside output/rogue write (signal 6)"));
}

TEST_F(BadPlugins, a_crash_ends_falco_in_its_name)
{
	const Finished falco = run_rogue("habit: crash, at: 3");
	EXPECT_EQ(falco.status, 128 + SIGSEGV);
	EXPECT_THAT(falco.err, HasSubstr("falco: crashed inside output/rogue write (signal 11)"));
	EXPECT_EQ(delivered(), "n1 n2");
}

TEST_F(BadPlugins, one_that_overflows_its_stack_ends_falco_in_its_name)
{
	const Finished falco = run_rogue("habit: recurse, at: 3");
	EXPECT_EQ(falco.status, 128 + SIGSEGV);
	EXPECT_THAT(falco.err, HasSubstr("falco: crashed inside output/rogue write (signal 11)"));
	EXPECT_EQ(delivered(), "n1 n2");
}

TEST_F(BadPlugins, a_status_that_does_not_exist_puts_the_output_out_of_service_and_no_other)
{
	for (const auto &[habit, status] : {std::pair("status", "-77"), std::pair("positive_status", "12345")}) {
		const Finished falco =
			run_rogue("habit: " + std::string(habit) + ", at: 3", "required: false", kStdout);
		EXPECT_EQ(falco.status, 1);
		EXPECT_THAT(falco.err, HasSubstr("returned the status " + std::string(status) +
						 ", which it may not: the plugin is faulty"));
		EXPECT_THAT(falco.err, HasSubstr("output 'rogue' lost 8 alerts"));
		EXPECT_THAT(alerts_in(falco.out), SizeIs(10));
	}
}

TEST_F(BadPlugins, one_that_calls_exit_ends_falco_without_a_word)
{
	const Finished falco = run_rogue("habit: exit, at: 3");
	EXPECT_EQ(falco.status, 7);
	EXPECT_EQ(delivered(), "n1 n2");
	EXPECT_THAT(falco.err, Not(HasSubstr("crashed")));
}

#ifndef __SANITIZE_ADDRESS__ // which has use for any amount of memory
TEST_F(BadPlugins, one_that_leaks_has_falco_grow_until_there_is_no_more)
{
	rlimit before{};
	getrlimit(RLIMIT_AS, &before);
	const rlimit small{rlim_t{2} << 30, before.rlim_max};
	setrlimit(RLIMIT_AS, &small); // falco has it from this process
	const Finished falco = run_rogue("habit: leak, at: 3", "", "output_timeout: 60000\n");
	setrlimit(RLIMIT_AS, &before);
	EXPECT_EQ(falco.status, 128 + SIGABRT);
	EXPECT_THAT(falco.err, HasSubstr("falco: crashed inside output/rogue write (signal 6)"));
	EXPECT_EQ(delivered(), "n1 n2");
}
#endif

TEST_F(BadPlugins, one_that_blocks_is_named_and_holds_no_other)
{
	hold_source();
	configure("habit: block, at: 3", "", kStdout + "output_timeout: 300\n");
	Background falco({"-c", config_, "-r", rules_});
	EXPECT_TRUE(falco.wait_for_log("output 'rogue' has been in write() for")) << falco.log();
	open_gate();
	EXPECT_EQ(falco.wait(), 1);
	EXPECT_THAT(falco.log(), HasSubstr("output 'rogue' does not come back from write(): left behind"));
	EXPECT_THAT(falco.log(), HasSubstr("output 'rogue' lost 8 alerts"));
	EXPECT_THAT(alerts_in(falco.output()), SizeIs(10));
	EXPECT_EQ(delivered(), "n1 n2");
}

TEST_F(BadPlugins, one_that_blocks_in_create_is_named_and_does_not_keep_falco_from_ending)
{
	configure("habit: block_in_create", "required: false", "output_timeout: 100\n");
	Background falco({"-c", config_, "-r", rules_});
	EXPECT_TRUE(falco.wait_for_log("output 'rogue' has been in create() for")) << falco.log();
	falco.signal(SIGTERM);
	EXPECT_EQ(falco.wait(), 1) << falco.log();
	EXPECT_THAT(falco.log(), HasSubstr("output 'rogue' does not come back from create(): left behind"));
	EXPECT_THAT(falco.log(), HasSubstr("Runtime error: output 'rogue' does not come back from create(). Exiting."));
}

TEST_F(BadPlugins, one_that_blocks_in_create_at_a_reload_is_left_behind_at_the_end)
{
	hold_source();
	for (const bool by_signal : {true, false}) {
		configure("", "", "output_timeout: 100\n");
		Background falco({"-c", config_, "-r", rules_, "-o", "watch_config_files=false"});
		ASSERT_TRUE(falco.wait_for_log("Reading events from")) << falco.log();
		configure("habit: block_in_create", "", "output_timeout: 100\n");
		falco.signal(SIGHUP);
		EXPECT_TRUE(falco.wait_for_log("output 'rogue' has been in create() for")) << falco.log();
		by_signal ? falco.signal(SIGTERM) : open_gate();
		EXPECT_EQ(falco.wait(), 1) << falco.log();
		EXPECT_THAT(falco.log(), HasSubstr("output 'rogue' does not come back from create(): left behind"));
		EXPECT_THAT(falco.log(), HasSubstr("Reload failed, everything stays as it was: output 'rogue' does not "
						   "come back from create()"));
		EXPECT_THAT(falco.output(), HasSubstr("Events detected: "));
	}
}

TEST_F(BadPlugins, one_that_blocks_in_destroy_is_left_behind)
{
	const Finished falco = run_rogue("habit: block_in_destroy", "", kStdout + "output_timeout: 100\n");
	EXPECT_EQ(falco.status, 1);
	EXPECT_THAT(falco.err, HasSubstr("output 'rogue' does not come back from destroy(): left behind"));
	EXPECT_THAT(falco.err, HasSubstr("Runtime error: an output did not come back from its plugin, see the log"));
	EXPECT_THAT(falco.out, HasSubstr("Events detected: 10\n"));
	EXPECT_THAT(alerts_in(falco.out), SizeIs(10));
	EXPECT_EQ(delivered(), kAll);
}

TEST_F(BadPlugins, one_that_was_made_in_vain_and_blocks_in_destroy_is_left_behind)
{
	const std::string refusing =
		"  - {library: " + kFakes + "output-rogue.so, name: refusing, config: {habit: refuse}}\n";
	const Finished falco = run_rogue("habit: block_in_destroy", "", refusing + "output_timeout: 100\n");
	EXPECT_EQ(falco.status, 1);
	EXPECT_THAT(falco.err, HasSubstr("output 'rogue' does not come back from destroy(): left behind"));
	EXPECT_THAT(falco.err, HasSubstr("Error with refusing output: the rogue refuses"));
}

TEST_F(BadPlugins, one_that_a_reload_replaces_and_that_blocks_in_destroy_is_left_behind)
{
	hold_source();
	configure("habit: block_in_destroy", "", kStdout + "output_timeout: 100\n");
	Background falco({"-c", config_, "-r", rules_, "-o", "watch_config_files=false"});
	ASSERT_TRUE(falco.wait_for_log("Reading events from")) << falco.log();
	configure("", "", kStdout + "output_timeout: 100\n");
	falco.signal(SIGHUP);
	EXPECT_TRUE(falco.wait_for_log("output 'rogue' does not come back from destroy(): left behind")) << falco.log();
	open_gate();
	EXPECT_EQ(falco.wait(), 1) << falco.log();
	EXPECT_THAT(alerts_in(falco.output()), SizeIs(10));
}

TEST_F(BadPlugins, what_one_prints_stands_among_the_alerts)
{
	const Finished falco = run_rogue("habit: print, at: 3", "", kStdout);
	EXPECT_EQ(falco.status, 0) << falco.err;
	EXPECT_THAT(falco.out, HasSubstr("printed by the rogue\n"));
	EXPECT_EQ(delivered(), kAll);
}
