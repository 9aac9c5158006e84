// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/background.hpp"
#include "tests/e2e/fixture.hpp"
#include "tests/e2e/syslog_socket.hpp"

#include <fcntl.h>
#include <set>
#include <unistd.h>

using namespace falco::test;
using nlohmann::json;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::SizeIs;

class OutputPlugins : public FalcoTest {
protected:
	// The first alert as JSON with these further options.
	json json_alert(const std::vector<std::string> &options) const
	{
		std::vector<std::string> arguments = {"-o", "json_output=true"};
		for (const std::string &option : options)
			arguments.insert(arguments.end(), {"-o", option});
		const Finished falco = replay(kTraces + "mixed.scap", arguments);
		EXPECT_EQ(falco.status, 0) << falco.err;
		return json::parse(lines_of(falco.out).at(0));
	}
};

namespace {

std::set<std::string> members_of(const json &object)
{
	std::set<std::string> names;
	for (const auto &member : object.items())
		names.insert(member.key());
	return names;
}

// A pipe in which each write stays apart for the reader, and which has room for one.
class PacketPipe {
public:
	PacketPipe()
	{
		if (pipe2(ends_, O_CLOEXEC | O_DIRECT) != 0 || fcntl(ends_[1], F_SETPIPE_SZ, kRoom) != kRoom)
			throw std::runtime_error("no pipe of packets");
	}
	~PacketPipe()
	{
		close(ends_[0]);
		if (ends_[1] >= 0) close(ends_[1]);
	}
	PacketPipe(const PacketPipe &) = delete;
	PacketPipe &operator=(const PacketPipe &) = delete;

	int writing_end() const { return ends_[1]; }

	// All writes, once only others have the writing end.
	std::vector<std::string> read_all()
	{
		close(ends_[1]);
		ends_[1] = -1;
		std::vector<std::string> packets;
		char buffer[kRoom];
		for (ssize_t size; (size = read(ends_[0], buffer, sizeof buffer)) > 0;)
			packets.emplace_back(buffer, static_cast<size_t>(size));
		return packets;
	}

private:
	static constexpr int kRoom = 4096;
	int ends_[2];
};

} // namespace

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
	const auto as_json = syslog.received();
	ASSERT_THAT(as_json, SizeIs(3));
	EXPECT_THAT(as_json[0], HasSubstr("falco: {\"output\":\"File opened for writing "));
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

TEST_F(OutputPlugins, have_the_json_keys_that_are_switched_on_and_no_others)
{
	const std::set<std::string> usual = {"output", "priority", "rule", "time"};
	EXPECT_EQ(members_of(json_alert({})), usual);
	for (const std::string member : {"message", "output", "output_fields", "tags", "source", "hostname"}) {
		const std::string option = "json_include_" + member + "_property=";
		std::set<std::string> with = usual, without = usual;
		with.insert(member);
		without.erase(member);
		EXPECT_EQ(members_of(json_alert({option + "true"})), with);
		EXPECT_EQ(members_of(json_alert({option + "false"})), without);
	}
	EXPECT_EQ(json_alert({"json_include_source_property=true"})["source"], "syscall");
	const json alert = json_alert({"json_include_message_property=true"});
	const std::string message = alert["message"];
	EXPECT_THAT(message, testing::StartsWith("File opened "));
	EXPECT_THAT(alert["output"].get<std::string>(), testing::EndsWith(": Warning " + message));
}

TEST_F(OutputPlugins, have_times_of_the_day_or_with_the_date)
{
	const std::string with_date = "2026-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{9}\\+0000: Warning File opened .*",
			  of_day = "[0-9:]{8}\\.[0-9]{9}: Warning File opened .*";
	for (const auto &[value, expected] : {std::pair("true", with_date), std::pair("false", of_day)}) {
		const std::string option = std::string("time_format_iso_8601=") + value;
		const Finished falco = replay(kTraces + "mixed.scap", {"-o", option});
		EXPECT_THAT(lines_of(falco.out).at(0), MatchesRegex(expected));
		EXPECT_THAT(json_alert({option})["output"].get<std::string>(), MatchesRegex(expected));
	}
}

// Standard output takes no more than one write until all alerts are there: what is written after that shows whether
// they were collected. The file, which is standard error, tells when they are.
TEST_F(OutputPlugins, write_each_alert_at_once_or_what_has_come_together)
{
	dir_.write("rules.yaml", "- rule: r\n  desc: d\n  condition: evt.type = execve and evt.dir = <\n"
				 "  output: \"started %evt.num\"\n  priority: INFO\n");
	const auto alerts = alerts_in(replay(kTraces + "mixed.scap").out);
	ASSERT_GT(alerts.size(), 20u);
	const auto writes = [&](const std::vector<std::string> &options) {
		std::vector<std::string> arguments = {"-c", config_, "-r", rules_, "-e", kTraces + "mixed.scap"};
		for (const char *option : {"buffered_outputs=true", "output_timeout=60000", "file_output.enabled=true",
					   "file_output.filename=/dev/stderr"})
			arguments.insert(arguments.end(), {"-o", option});
		arguments.insert(arguments.end(), options.begin(), options.end());
		PacketPipe out;
		Background falco(arguments, -1, out.writing_end());
		EXPECT_TRUE(falco.wait_for_log(alerts.back())) << falco.log();
		auto packets = out.read_all();
		EXPECT_EQ(falco.wait(), 0) << falco.log();
		return packets;
	};
	size_t writes_of_alerts = 0;
	std::string unbuffered, buffered;
	for (const std::string &write : writes({"-U"})) {
		unbuffered += write;
		writes_of_alerts += alerts_in(write).empty() ? 0 : 1; // the last one is of the statistics
	}
	EXPECT_EQ(alerts_in(unbuffered), alerts);
	EXPECT_EQ(writes_of_alerts, alerts.size());
	const auto collected = writes({});
	for (const std::string &write : collected)
		buffered += write;
	EXPECT_EQ(buffered, unbuffered);
	EXPECT_LT(collected.size(), alerts.size());
}
