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

TEST_F(BadPlugins, what_one_prints_stands_among_the_alerts)
{
	const Finished falco = run_rogue("habit: print, at: 3", "", kStdout);
	EXPECT_EQ(falco.status, 0) << falco.err;
	EXPECT_THAT(falco.out, HasSubstr("printed by the rogue\n"));
	EXPECT_EQ(delivered(), kAll);
}
