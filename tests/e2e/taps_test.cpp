// SPDX-License-Identifier: Apache-2.0
//
// The host with taps that write down how they are called.
#include "tests/e2e/background.hpp"
#include "tests/e2e/fixture.hpp"

#include <csignal>
#include <fstream>

using namespace falco::test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class Taps : public FalcoTest {
protected:
	Taps() { dir_.write("rules.yaml", "one 4 seen %name\n"); }

	void configure(const std::string &source_config, const std::string &taps,
		       const std::string &source = "source-fake")
	{
		dir_.write("falco.yaml",
			   "log_syslog: false\nlog_stderr: true\nstdout_output: {enabled: true}\nsource: " + kFakes +
				   source + ".so\nmatcher: " + kFakes + "matcher-fake.so\nplugins:\n  - {library: " +
				   kFakes + source + ".so, config: {" + source_config + "}}\n" + taps);
	}
	std::string tap(const std::string &name, const std::string &config = "", const std::string &keys = "",
			const std::string &library = "tap-fake") const
	{
		return "  - {library: " + kFakes + library + ".so, name: " + name +
		       ", config: {path: " + dir_.file(name) + (config.empty() ? "" : ", " + config) + "}" +
		       (keys.empty() ? "" : ", " + keys) + "}\n";
	}
	// The calls without the flushes, whose number depends on the clock.
	std::vector<std::string> calls(const std::string &name) const
	{
		std::vector<std::string> kept;
		for (const auto &line : lines_of(dir_.read(name))) {
			if (line != "flush") {
				kept.push_back(line);
			}
		}
		return kept;
	}
};

TEST_F(Taps, see_every_event_of_every_capture)
{
	configure("captures: 2, events: 3", tap("first") + tap("second"));
	const Finished falco = run({});
	EXPECT_EQ(falco.status, 0) << falco.err;
	for (const char *name : {"first", "second"}) {
		EXPECT_THAT(calls(name),
			    ElementsAre("bind", "event 1 open", "event 2 close", "event 3 open", "unbind", "bind",
					"event 1 open", "event 2 close", "event 3 open", "unbind"));
		EXPECT_THAT(dir_.read(name), HasSubstr("event 3 open\nflush\nunbind\n"));
	}
	EXPECT_THAT(falco.out, HasSubstr("Events detected: 6\n"));
}

// Without a tap the source may keep back what no rule needs.
TEST_F(Taps, make_the_host_ask_for_every_event)
{
	configure("events: 1", tap("first"));
	EXPECT_THAT(run({}).err, HasSubstr("every event"));
	configure("events: 1", "");
	EXPECT_THAT(run({}).err, Not(HasSubstr("every event")));
}

TEST_F(Taps, are_flushed_while_nothing_happens)
{
	configure("events: 1, endless: true", tap("first"), "source-fake-live");
	Background falco({"-c", config_, "-r", rules_, "-M", "3"});
	EXPECT_EQ(falco.wait(), 0) << falco.log();
	EXPECT_THAT(dir_.read("first"), HasSubstr("event 1 open\nflush\nflush\n"));
	EXPECT_THAT(falco.output(), HasSubstr("Events detected: 1\n"));
}

TEST_F(Taps, that_fail_are_left_out_until_the_capture_is_over)
{
	configure("captures: 2, events: 3", tap("first", "fail_at: 2") + tap("second"));
	const Finished falco = run({});
	EXPECT_EQ(falco.status, 1); // nobody is to believe that all was seen
	EXPECT_THAT(calls("first"), ElementsAre("bind", "event 1 open", "event 2 close", "unbind", "bind",
						"event 1 open", "event 2 close", "unbind"));
	EXPECT_THAT(dir_.read("first"), Not(HasSubstr("event 2 close\nflush")));
	EXPECT_EQ(calls("second").size(), 10u);
	EXPECT_THAT(falco.out, HasSubstr("Events detected: 6\n"));
	EXPECT_THAT(falco.err,
		    HasSubstr("tap 'first': event 2: the fake tap broke; it is left out until the end of this "
			      "capture, monitoring goes on"));
}

TEST_F(Taps, that_cannot_bind_are_not_called)
{
	configure("events: 3", tap("first", "fail_bind: true"));
	const Finished falco = run({});
	EXPECT_EQ(falco.status, 1);
	EXPECT_THAT(lines_of(dir_.read("first")), ElementsAre("bind"));
	EXPECT_THAT(falco.out, HasSubstr("Events detected: 3\n"));
	EXPECT_THAT(falco.err, HasSubstr("tap 'first': the fake tap cannot bind"));
}

TEST_F(Taps, that_cannot_flush_at_the_end_have_failed)
{
	configure("events: 1", tap("first", "fail_flush: true"));
	const Finished falco = run({});
	EXPECT_EQ(falco.status, 1);
	EXPECT_THAT(falco.err, HasSubstr("tap 'first': the fake tap cannot flush"));
	EXPECT_THAT(calls("first"), ElementsAre("bind", "event 1 open", "unbind"));
}

TEST_F(Taps, that_fail_do_not_fail_a_live_run)
{
	configure("events: 2, endless: true", tap("first", "fail_at: 1"), "source-fake-live");
	Background falco({"-c", config_, "-r", rules_});
	ASSERT_TRUE(falco.wait_for_output("seen close")) << falco.log();
	falco.signal(SIGTERM);
	EXPECT_EQ(falco.wait(), 0);
	EXPECT_THAT(falco.log(), HasSubstr("the fake tap broke"));
}

TEST_F(Taps, must_be_of_the_source_s_family)
{
	configure("events: 1", tap("first", "", "", "tap-other"));
	const Finished falco = run({});
	EXPECT_EQ(falco.status, 1);
	EXPECT_THAT(falco.err, HasSubstr("source 'fake' and tap 'first' do not fit together"));
}

TEST_F(Taps, are_required_unless_the_configuration_says_otherwise)
{
	configure("events: 1", tap("first", "refuse: true"));
	const Finished needed = run({});
	EXPECT_EQ(needed.status, 1);
	EXPECT_THAT(needed.err, HasSubstr("falco.yaml:8:5: tap 'first': the fake tap refuses"));
	EXPECT_THAT(needed.out, Not(HasSubstr("seen")));
	configure("events: 1", tap("first", "refuse: true", "required: false"));
	const Finished spared = run({});
	EXPECT_EQ(spared.status, 0) << spared.err;
	EXPECT_THAT(spared.err,
		    HasSubstr("tap 'first' is left out, since it is not required: tap 'first': the fake tap "
			      "refuses"));
}

class TimeLimit : public Taps {};

TEST_F(TimeLimit, ends_a_live_run_as_a_signal_would)
{
	configure("events: 2, endless: true", "", "source-fake-live");
	Background falco({"-c", config_, "-r", rules_, "-M", "1"});
	EXPECT_EQ(falco.wait(), 0) << falco.log();
	EXPECT_THAT(falco.output(), HasSubstr("Events detected: 2\n"));
}

TEST_F(TimeLimit, is_nothing_to_a_run_that_ends_before)
{
	configure("events: 2", "");
	const Finished falco = run({"-M", "1000"});
	EXPECT_EQ(falco.status, 0);
	EXPECT_THAT(falco.out, HasSubstr("Events detected: 2\n"));
}

TEST_F(TimeLimit, is_a_number_of_seconds)
{
	for (const char *wrong : {"0", "-1", "1.5", "soon", "1000000000", ""}) {
		const Finished falco = run_falco({"-M", wrong});
		EXPECT_EQ(falco.status, 1) << wrong;
		EXPECT_THAT(falco.err, HasSubstr("expected a whole number of seconds from 1 to 999999999")) << wrong;
	}
}
