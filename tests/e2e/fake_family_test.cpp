// SPDX-License-Identifier: Apache-2.0
//
// The host with plugins that make events up: what happens when plugins fail, and without libsinsp.
#include "tests/e2e/background.hpp"
#include "tests/e2e/fixture.hpp"

#include <csignal>

using namespace falco::test;
using testing::HasSubstr;
using testing::SizeIs;

class FakeFamily : public FalcoTest {
protected:
	FakeFamily() { dir_.write("rules.yaml", "one 4 seen %name\n"); }

	// `source`: the source's library and configuration; `more`: further lines of the plugins list and other keys.
	Finished run_fake(const std::string &source_config, const std::string &more,
			  const std::string &source = "source-fake", std::vector<std::string> arguments = {})
	{
		dir_.write("falco.yaml", "log_syslog: false\nlog_stderr: true\nsource: " + kFakes + source +
						 ".so\nmatcher: " + kFakes +
						 "matcher-fake.so\nplugins:\n  - {library: " + kFakes + source +
						 ".so, config: {" + source_config + "}}\n" + more);
		return run(std::move(arguments));
	}
	std::string fake_output(const std::string &config, const std::string &keys = "") const
	{
		return "  - {library: " + kFakes + "output-fake.so, name: fake, config: {path: " + dir_.file("alerts") +
		       (config.empty() ? "" : ", " + config) + "}" + (keys.empty() ? "" : ", " + keys) + "}\n";
	}
};

TEST_F(FakeFamily, runs_without_libsinsp)
{
	const Finished falco = run_fake("events: 100", fake_output(""));
	EXPECT_EQ(falco.status, 0) << falco.err;
	EXPECT_THAT(lines_of(dir_.read("alerts")), SizeIs(100));
	EXPECT_THAT(falco.out, HasSubstr("Events detected: 100\n"));
}

TEST_F(FakeFamily, must_be_the_same_for_source_and_matcher)
{
	const Finished other = run_fake("events: 1", fake_output(""), "source-other");
	EXPECT_EQ(other.status, 1);
	EXPECT_THAT(other.err, HasSubstr("other/1"));
	EXPECT_THAT(other.err, HasSubstr("fake/1"));
	const Finished copy = run_fake("events: 1", fake_output(""), "source-fake-anchored");
	EXPECT_EQ(copy.status, 1);
	EXPECT_THAT(copy.err, HasSubstr("their own copy"));
}

TEST_F(FakeFamily, loses_nothing_to_an_output_that_is_busy_for_a_while)
{
	const Finished falco =
		run_fake("events: 50", fake_output("busy: 3", "queue: {capacity: 1}, retry: {first_ms: 1, max_ms: 2}"));
	EXPECT_EQ(falco.status, 0) << falco.err;
	EXPECT_THAT(lines_of(dir_.read("alerts")), SizeIs(50));
}

TEST_F(FakeFamily, ends_with_1_when_a_replay_lost_an_alert)
{
	const Finished falco = run_fake(
		"events: 5", fake_output("busy: 1000000", "queue: {capacity: 1}, retry: {first_ms: 1, max_ms: 2, "
							  "give_up_after: 20ms}"));
	EXPECT_EQ(falco.status, 1);
	EXPECT_THAT(falco.out, HasSubstr("Events detected: 5\n"));
	EXPECT_THAT(falco.out, HasSubstr("lost 5"));
	EXPECT_THAT(falco.err, HasSubstr("output 'fake' lost 5 alerts"));
}

TEST_F(FakeFamily, ends_when_a_required_output_fails_and_the_others_get_what_was_found)
{
	const Finished falco = run_fake("events: 10", fake_output("fatal_at: 3") + "stdout_output: {enabled: true}\n");
	EXPECT_EQ(falco.status, 1);
	EXPECT_THAT(falco.err, HasSubstr("the fake destination is gone"));
	EXPECT_THAT(lines_of(dir_.read("alerts")), SizeIs(2));
	EXPECT_GE(alerts_in(falco.out).size(), 2u);
}

TEST_F(FakeFamily, goes_on_without_an_output_that_is_not_required)
{
	const Finished falco = run_fake("events: 10", fake_output("fatal_at: 3", "required: false") +
							      "stdout_output: {enabled: true}\n");
	EXPECT_THAT(alerts_in(falco.out), SizeIs(10));
	EXPECT_EQ(falco.status, 1); // alerts were lost, and a replay says so
	// Two were written, but may not have been flushed before the failure: then they count as lost, too.
	EXPECT_THAT(falco.err, testing::ContainsRegex("output 'fake' lost (8|9|10) alerts"));
}

TEST_F(FakeFamily, delivers_what_was_found_before_the_source_failed)
{
	const Finished falco = run_fake("events: 10, fail_at: 8", fake_output(""));
	EXPECT_EQ(falco.status, 1);
	EXPECT_THAT(lines_of(dir_.read("alerts")), SizeIs(7));
	EXPECT_THAT(falco.out, HasSubstr("Events detected: 7\n"));
	EXPECT_THAT(falco.err, HasSubstr("Runtime error: "));
}

TEST_F(FakeFamily, names_the_plugin_that_crashes)
{
	const Finished falco = run_fake("events: 10", fake_output("crash_at: 1"));
	EXPECT_EQ(falco.status, 128 + SIGSEGV);
	EXPECT_THAT(falco.err, HasSubstr("falco: crashed inside output/fake write"));
}

TEST_F(FakeFamily, reads_every_capture_and_counts_them_together)
{
	const Finished falco = run_fake("captures: 3, events: 4", fake_output(""));
	EXPECT_EQ(falco.status, 0) << falco.err;
	EXPECT_THAT(falco.out, HasSubstr("Events detected: 12\n"));
}
