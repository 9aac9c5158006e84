// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/fixture.hpp"
#include "tests/e2e/syslog_socket.hpp"

using namespace falco::test;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::SizeIs;

using OutputPlugins = FalcoTest;

TEST_F(OutputPlugins, write_the_same_line_to_a_file)
{
	const std::string file = dir_.file("alerts");
	const Finished falco = replay(kTraces + "mixed.scap",
				      {"-o", "file_output.enabled=true", "-o", "file_output.filename=" + file});
	EXPECT_EQ(falco.status, 0);
	EXPECT_EQ(lines_of(dir_.read("alerts")), alerts_in(falco.out));
	replay(kTraces + "mixed.scap", {"-o", "file_output.enabled=true", "-o", "file_output.filename=" + file});
	EXPECT_THAT(lines_of(dir_.read("alerts")), SizeIs(6)); // appended, not truncated
}

TEST_F(OutputPlugins, report_a_file_that_cannot_be_written_when_falco_starts)
{
	const Finished falco = replay(kTraces + "mixed.scap",
				      {"-o", "file_output.enabled=true", "-o", "file_output.filename=/proc/no/alerts"});
	EXPECT_EQ(falco.status, 1);
	EXPECT_THAT(falco.err, HasSubstr("Error with file output: /proc/no/alerts: No such file or directory"));
	EXPECT_THAT(alerts_in(falco.out), testing::IsEmpty());
}

TEST_F(OutputPlugins, send_syslog_messages_without_time_and_priority)
{
	const SyslogSocket syslog(dir_.file("log"));
	const Finished text = replay(kTraces + "mixed.scap", {"-o", "syslog_output.enabled=true", "-o",
							      "syslog_output.socket=" + dir_.file("log")});
	EXPECT_EQ(text.status, 0) << text.err;
	const auto messages = syslog.received();
	ASSERT_THAT(messages, SizeIs(3));
	// 12 is facility user (1) times 8 plus level warning (4)
	EXPECT_THAT(messages[0],
		    MatchesRegex("<12>[A-Z][a-z]{2} [ 0-9]{2} [0-9:]{8} falco: File opened for writing .*newtool\\)"));

	replay(kTraces + "mixed.scap", {"-o", "json_output=true", "-o", "syslog_output.enabled=true", "-o",
					"syslog_output.socket=" + dir_.file("log")});
	const auto json = syslog.received();
	ASSERT_THAT(json, SizeIs(3));
	EXPECT_THAT(json[0], HasSubstr("falco: {\"output\":\"File opened for writing "));
}

TEST_F(OutputPlugins, may_have_several_instances_with_filters_and_formats_of_their_own)
{
	dir_.write("rules.yaml", std::string(kRules) +
					 "- rule: wget\n  desc: d\n  condition: evt.type=execve and evt.dir=< and "
					 "proc.name=wget\n  output: wget\n  priority: Notice\n");
	dir_.write(
		"falco.yaml",
		"log_syslog: false\nlog_stderr: true\nplugins:\n"
		"  - library: output-file\n    name: severe\n    filter: {priority: warning}\n    config: {filename: " +
			dir_.file("severe") +
			"}\n"
			"  - library: output-file\n    name: tagged\n    format: json\n    filter: {tags: [files]}\n   "
			" "
			"config: {filename: " +
			dir_.file("tagged") + "}\n  - library: output-file\n    name: all\n    config: {filename: " +
			dir_.file("all") + "}\n");
	const Finished falco = replay(kTraces + "mixed.scap");
	EXPECT_EQ(falco.status, 0) << falco.err;
	EXPECT_THAT(lines_of(dir_.read("severe")), SizeIs(3));
	EXPECT_THAT(lines_of(dir_.read("tagged")), SizeIs(3));
	EXPECT_THAT(dir_.read("tagged"), testing::StartsWith("{\"output\":"));
	EXPECT_THAT(lines_of(dir_.read("all")).size(), testing::Gt(3u));
}

TEST_F(OutputPlugins, print_one_line_an_alert_with_na_for_what_has_no_value)
{
	dir_.write("rules.yaml", "- rule: r\n  desc: d\n  condition: evt.type=execve and evt.dir=<\n"
				 "  output: \"file=%fd.name %proc.name\\nsecond\"\n  priority: INFO\n");
	const Finished falco = replay(kTraces + "acts.scap");
	EXPECT_EQ(falco.status, 0) << falco.err;
	const auto alerts = alerts_in(falco.out);
	ASSERT_FALSE(alerts.empty());
	EXPECT_THAT(alerts[0], HasSubstr("Informational file=<NA> "));
	EXPECT_THAT(alerts[0], HasSubstr("\\nsecond"));
}
