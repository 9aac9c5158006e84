// SPDX-License-Identifier: Apache-2.0
//
// What falco does when a live source says that its kernel side lost events.
#include "tests/e2e/background.hpp"
#include "tests/e2e/fixture.hpp"

#include <csignal>

using namespace falco::test;
using testing::HasSubstr;
using testing::Not;

class EventDrops : public FalcoTest {
protected:
	// `metrics`: what the source counts, look by look; `more`: further keys.
	void configure(const std::string &metrics, const std::string &more,
		       const std::string &source = "source-fake-live")
	{
		dir_.write("falco.yaml", "log_syslog: false\nlog_stderr: true\nstdout_output: {enabled: true}\n"
					 "json_output: true\njson_include_output_fields_property: true\n"
					 "json_include_source_property: true\nsource: " +
						 kFakes + source + ".so\nmatcher: " + kFakes +
						 "matcher-fake.so\nplugins:\n  - {library: " + kFakes + source +
						 ".so, name: here, config: {events: 3, endless: true, metrics: " +
						 metrics + "}}\n" + more);
		dir_.write("rules.yaml", "quiet 4 seen %name\n");
	}
};

TEST_F(EventDrops, are_an_alert_and_a_line_of_the_log)
{
	configure("[{events: 100, drops: 90, drops.buffer: 80}]", "");
	Background falco({"-c", config_, "-r", rules_});
	ASSERT_TRUE(falco.wait_for_output("Falco internal")) << falco.log();
	falco.signal(SIGTERM);
	EXPECT_EQ(falco.wait(), 0) << falco.log();
	EXPECT_THAT(falco.log(),
		    HasSubstr("Falco internal: syscall event drop. 90 system calls dropped in last second."));
	const auto alert = nlohmann::json::parse(lines_of(falco.output()).at(3));
	EXPECT_EQ(alert["rule"], "Falco internal: syscall event drop");
	EXPECT_EQ(alert["source"], "internal");
	EXPECT_EQ(alert["priority"], "Debug");
	EXPECT_EQ(alert["output_fields"],
		  (nlohmann::json{{"driver", "here"}, {"n_drops", 90}, {"n_drops_buffer", 80}, {"n_evts", 100}}));
	EXPECT_THAT(falco.log(), HasSubstr("Events detected: 3\n"));
	EXPECT_THAT(falco.log(), HasSubstr("Internal alerts: 1\n"));
	EXPECT_THAT(falco.log(), HasSubstr("Events captured: 100\nEvents dropped: 90\n   buffer: 80\n"));
	EXPECT_THAT(falco.log(), HasSubstr("Too many events dropped: in 1 second, acted on in 1\n"));
}

TEST_F(EventDrops, end_falco_when_told_to)
{
	configure("[{events: 100, drops: 90}]", "syscall_event_drops: {actions: exit}\n");
	Background falco({"-c", config_, "-r", rules_});
	EXPECT_EQ(falco.wait(), 1) << falco.log();
	EXPECT_THAT(falco.log(), HasSubstr("Runtime error: 90 of 100 system calls were dropped"));
	EXPECT_THAT(falco.output(), HasSubstr("seen close"));
	EXPECT_THAT(falco.output(), Not(HasSubstr("Falco internal")));
}

TEST_F(EventDrops, are_acted_on_as_the_last_reload_says)
{
	std::string metrics = "[{events: 0, drops: 0}";
	for (int second = 1; second < 60; second++) {
		const std::string count = std::to_string(100 * second);
		metrics += ", {events: " + count + ", drops: " + count + "}";
	}
	metrics += "]";
	configure(metrics, "syscall_event_drops: {actions: ignore}\n");
	Background falco({"-c", config_, "-r", rules_});
	ASSERT_TRUE(falco.wait_for_output("seen close")) << falco.log();
	configure(metrics, "syscall_event_drops: {actions: alert}\n");
	falco.signal(SIGHUP);
	EXPECT_TRUE(falco.wait_for_output("100 system calls dropped in last second")) << falco.log();
	configure(metrics, "syscall_event_drops: {actions: exit, rate: 1000, max_burst: 1000}\n");
	falco.signal(SIGHUP);
	EXPECT_EQ(falco.wait(), 1) << falco.log();
	EXPECT_THAT(falco.log(), Not(HasSubstr("dropped in last second")));
}

TEST_F(EventDrops, can_be_simulated_in_a_replay)
{
	configure("[]", "syscall_event_drops: {simulate_drops: true}\n", "source-fake");
	const Finished falco = run({"-o", "plugins[0].config.endless=false"});
	EXPECT_EQ(falco.status, 0) << falco.err;
	EXPECT_THAT(falco.out, HasSubstr("1 system calls dropped in last second"));
}

TEST_F(EventDrops, say_nothing_in_a_replay)
{
	configure("[{events: 100, drops: 90}]", "", "source-fake");
	const Finished falco = run({"-o", "plugins[0].config.endless=false"});
	EXPECT_EQ(falco.status, 0) << falco.err;
	EXPECT_THAT(falco.out, Not(HasSubstr("Falco internal")));
	EXPECT_THAT(falco.err, Not(HasSubstr("Events dropped")));
}
