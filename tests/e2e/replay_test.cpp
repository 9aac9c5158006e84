// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/fixture.hpp"
#include "tests/support/unpacked.hpp"

#include <fcntl.h>
#include <filesystem>
#include <unistd.h>
#include <zlib.h>

#include "tests/e2e/background.hpp"

using namespace falco::test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::SizeIs;

namespace {

std::string packed(const std::string &path)
{
	std::string data(std::filesystem::file_size(path), '\0');
	const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
	const ssize_t got = read(fd, data.data(), data.size());
	close(fd);
	data.resize(got < 0 ? 0 : static_cast<size_t>(got));
	return data;
}

} // namespace

using Replay = FalcoTest;

TEST_F(Replay, prints_alerts_and_statistics)
{
	const Finished falco = replay(kTraces + "mixed.scap");
	EXPECT_EQ(falco.status, 0);
	const auto lines = lines_of(falco.out);
	ASSERT_THAT(lines, SizeIs(10));
	EXPECT_THAT(lines[0], MatchesRegex("[0-9]{2}:[0-9]{2}:[0-9]{2}\\.447251297: Warning File opened for writing "
					   "\\(user=root command=bash /job/act-mixed.sh file=/bin/newtool\\)"));
	EXPECT_EQ(std::vector<std::string>(lines.begin() + 3, lines.end()),
		  (std::vector<std::string>{"Events detected: 3", "Rule counts by severity:", "   Error: 0",
					    "   Warning: 3", "   Informational: 0",
					    "Triggered rules by rule name:", "   write_etc: 3"}));
}

TEST_F(Replay, prints_json_lines_alone_on_standard_output)
{
	const Finished falco = replay(kTraces + "mixed.scap", {"-o", "json_output=true"});
	EXPECT_EQ(falco.status, 0);
	const auto lines = lines_of(falco.out);
	ASSERT_THAT(lines, SizeIs(3));
	EXPECT_THAT(
		lines[0],
		MatchesRegex(
			"\\{\"output\":\"[0-9:.]+: Warning File opened .*\",\"priority\":\"Warning\",\"rule\":\"write_"
			"etc\",\"time\":\"2026-[0-9-]+T[0-9:]+\\.447251297Z\"\\}"));
	EXPECT_THAT(falco.err, HasSubstr("Events detected: 3\n"));
}

TEST_F(Replay, adds_the_json_keys_that_are_switched_on)
{
	const Finished falco = replay(kTraces + "mixed.scap",
				      {"-o", "json_output=true", "-o", "json_include_output_fields_property=true", "-o",
				       "json_include_tags_property=true", "-o", "json_include_hostname_property=true"});
	const auto alert = nlohmann::json::parse(lines_of(falco.out).at(0));
	EXPECT_EQ(alert["output_fields"]["fd.name"], "/bin/newtool");
	EXPECT_EQ(alert["tags"], nlohmann::json::parse(R"(["files"])"));
	EXPECT_TRUE(alert["hostname"].is_string());
	EXPECT_FALSE(alert.contains("source"));
}

TEST_F(Replay, reads_standard_input_plain_and_packed)
{
	const std::string plain = dir_.write("plain.scap", unpacked(kTraces + "mixed.scap"));
	for (const auto &file : {plain, kTraces + "mixed.scap"}) {
		const int input = open(file.c_str(), O_RDONLY | O_CLOEXEC);
		Background falco({"-c", config_, "-r", rules_, "-e", "-"}, input);
		close(input);
		EXPECT_EQ(falco.wait(), 0) << falco.log();
		EXPECT_THAT(alerts_in(falco.output()), SizeIs(3)) << file;
	}
}

TEST_F(Replay, reads_several_files_and_folders_in_order_each_as_a_capture_of_its_own)
{
	std::filesystem::create_directory(dir_.file("traces"));
	std::filesystem::copy(kTraces + "mixed.scap", dir_.file("traces/b.scap"));
	std::filesystem::copy(kTraces + "acts.scap", dir_.file("traces/a.scap"));
	dir_.write("traces/notes.txt", "not a trace");
	dir_.write("rules.yaml",
		   "- rule: first\n  desc: d\n  condition: evt.num = 7\n  output: \"%evt.num %evt.type\"\n"
		   "  priority: INFO\n" +
			   std::string(kRules));
	const Finished falco = run({"-e", kTraces + "mixed.scap", "-A", "-e", dir_.file("traces")});
	EXPECT_EQ(falco.status, 0) << falco.err;
	EXPECT_THAT(falco.out, HasSubstr("   first: 3\n   write_etc: 6\n"));
}

TEST_F(Replay, delivers_what_it_found_before_the_damage)
{
	const std::string data = unpacked(kTraces + "mixed.scap");
	const std::string cut = dir_.write("cut.scap", data.substr(0, data.size() / 2));
	const Finished falco = replay(cut);
	EXPECT_EQ(falco.status, 1);
	EXPECT_THAT(alerts_in(falco.out), SizeIs(3));
	EXPECT_THAT(falco.out, HasSubstr("Events detected: 3\n"));
	EXPECT_THAT(falco.err, testing::ContainsRegex("Runtime error: " + cut +
						      ": damaged or truncated at byte [0-9]+, after "
						      "[0-9]+ events: .*Exiting\\."));
}

TEST_F(Replay, reports_a_packed_file_that_ends_early)
{
	const std::string data = packed(kTraces + "mixed.scap");
	const std::string cut = dir_.write("cut.scap", data.substr(0, data.size() / 2));
	const Finished falco = replay(cut);
	EXPECT_EQ(falco.status, 1);
	EXPECT_THAT(alerts_in(falco.out), SizeIs(3));
	EXPECT_THAT(falco.err, HasSubstr(cut + ": damaged or truncated at byte "));
}

TEST_F(Replay, reports_an_event_that_does_not_fit_its_block)
{
	std::string data = unpacked(kTraces + "acts.scap");
	for (size_t at = data.size() / 2; at < data.size() / 2 + 200; at++) {
		data[at] = '\xff';
	}
	const Finished falco = replay(dir_.write("bad.scap", data));
	EXPECT_EQ(falco.status, 1);
	EXPECT_THAT(falco.err, HasSubstr("bad.scap: damaged or truncated at byte "));
}

TEST_F(Replay, goes_on_with_the_next_file_after_a_damaged_one)
{
	const std::string data = unpacked(kTraces + "mixed.scap");
	const std::string cut = dir_.write("cut.scap", data.substr(0, data.size() / 2));
	const Finished falco = run({"-e", cut, "-e", kTraces + "mixed.scap"});
	EXPECT_EQ(falco.status, 1);
	EXPECT_THAT(alerts_in(falco.out), SizeIs(6));
	EXPECT_THAT(falco.err, HasSubstr("cut.scap: damaged"));
}

TEST_F(Replay, says_in_one_line_what_is_wrong_with_a_file)
{
	EXPECT_THAT(replay(dir_.write("empty.scap", "")).err, HasSubstr("empty.scap: the file is empty. Exiting."));
	EXPECT_THAT(replay(dir_.write("text.scap", "hello, world\n")).err,
		    HasSubstr("text.scap: not a .scap file. Exiting."));
	EXPECT_THAT(replay(dir_.write("short.scap", "\x0a")).err, HasSubstr("short.scap: not a .scap file. Exiting."));
	EXPECT_THAT(replay(dir_.file("none.scap")).err, HasSubstr("cannot read trace file " + dir_.file("none.scap") +
								  ": No such file or directory. Exiting."));
	std::filesystem::create_directory(dir_.file("folder"));
	EXPECT_THAT(replay(dir_.file("folder")).err, HasSubstr("holds no .scap or .scap.gz file"));
	EXPECT_EQ(replay(dir_.file("empty.scap")).status, 1);
	EXPECT_EQ(replay(dir_.file("none.scap")).status, 1);
}

TEST_F(Replay, gives_one_alert_an_event_or_one_for_each_rule)
{
	dir_.write("rules.yaml", std::string(kRules) +
					 "- rule: again\n  desc: d\n  condition: opened and for_writing and "
					 "fd.directory in (/bin, /etc)\n  output: again\n  priority: Debug\n");
	EXPECT_THAT(replay(kTraces + "mixed.scap").out, testing::Not(HasSubstr("again")));
	const Finished all = replay(kTraces + "mixed.scap", {"-o", "rule_matching=all"});
	EXPECT_THAT(all.out,
		    HasSubstr("Events detected: 6\nRule counts by severity:\n   Error: 0\n   Warning: 3\n   "
			      "Informational: 0\n   Debug: 3\nTriggered rules by rule name:\n   write_etc: 3\n   "
			      "again: 3\n"));
}

TEST_F(Replay, matches_ignored_events_only_when_asked)
{
	const auto matches = [this](const std::string &condition, std::vector<std::string> options) {
		dir_.write("rules.yaml", "- rule: r\n  desc: d\n  condition: " + condition +
						 "\n  output: \"%evt.type\"\n" + "  priority: INFO\n");
		const Finished falco = replay(kTraces + "acts.scap", options);
		EXPECT_EQ(falco.status, 0) << falco.err;
		std::set<std::string> types;
		for (const auto &line : alerts_in(falco.out)) {
			types.insert(line.substr(line.rfind(' ') + 1));
		}
		return types;
	};
	const auto by_default = matches("evt.dir = <", {});
	EXPECT_EQ(by_default.count("read"), 0u);
	EXPECT_EQ(by_default.count("futex"), 0u);
	EXPECT_EQ(by_default.count("clock_getres"), 0u); // has no event type of its own
	EXPECT_EQ(by_default.count("openat"), 1u);
	const auto named = matches("evt.dir = < and evt.type in (read, openat)", {});
	EXPECT_THAT(named, ElementsAre("openat", "read"));
	const auto everything = matches("evt.dir = <", {"-A"});
	EXPECT_EQ(everything.count("read"), 1u);
	EXPECT_GT(everything.size(), by_default.size());
}
