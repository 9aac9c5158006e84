// SPDX-License-Identifier: Apache-2.0
// What `falco trace describe` says of a trace is enough: the trace that is built from it raises the same alerts.
#include "plugins/tool-trace/build.hpp"
#include "plugins/tool-trace/cut.hpp"
#include "plugins/tool-trace/describe.hpp"
#include "tests/rules/alerts.hpp"
#include "tests/rules/rule_case.hpp"
#include "tests/support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <tuple>

namespace falco::test {

namespace {

// Describes the trace and builds it anew.
void build_again(const std::string &from, const std::string &to)
{
	trace::TraceFile file;
	trace::read_trace_file(from, file);
	std::string yaml;
	trace_tool::describe_trace(file, [&](std::string_view text) { yaml += text; });
	trace_tool::build_trace(yaml::parse(yaml, "described.yaml").root).save(to);
}

std::uint64_t cut(const std::string &from, const std::string &filter, const std::string &to)
{
	return trace_tool::cut_trace(
		{from, filter, to, {}}, [](std::string_view) {}, [](std::uint64_t, std::uint64_t) {});
}

std::vector<std::string> texts(const std::vector<Alert> &alerts)
{
	std::vector<std::string> list;
	for (const Alert &alert : alerts)
		list.push_back(alert.time + " " + alert.rule + " " + alert.priority + " " + alert.output);
	return list;
}

} // namespace

TEST(DescribedTraces, of_single_calls_raise_the_same_alerts)
{
	const TempDir dir;
	build_again(recording("acts.scap"), dir.file("again.scap"));
	const auto alerts = texts(alerts_of(shipped_rules(), recording("acts.scap")));
	EXPECT_THAT(alerts, testing::SizeIs(testing::Gt(5u)));
	EXPECT_EQ(texts(alerts_of(shipped_rules(), dir.file("again.scap"))), alerts);
}

TEST(DescribedTraces, of_a_part_of_a_recording_raise_the_same_alerts)
{
	const TempDir dir;
	EXPECT_GT(cut(recording("mixed.scap"), "proc.name in (cat, grep, sed, tee)", dir.file("part.scap")), 1000u);
	build_again(dir.file("part.scap"), dir.file("again.scap"));
	const auto alerts = texts(alerts_of(shipped_rules(), dir.file("part.scap")));
	EXPECT_THAT(alerts, testing::SizeIs(testing::Gt(3u)));
	EXPECT_EQ(texts(alerts_of(shipped_rules(), dir.file("again.scap"))), alerts);
}

TEST(DescribedTraces, of_every_shipped_rule_raise_the_same_alerts)
{
	const TempDir dir;
	int raw = 0;
	for (const char *folder : {"first", "again"})
		std::filesystem::create_directory(dir.file(folder));
	for (const auto &part : {reading_cases(), writing_cases(), changing_cases(), process_cases(), network_cases(),
				 privilege_cases()}) {
		for (const RuleCase &rule_case : part) {
			Trace trace;
			rule_case.fires(trace);
			std::string yaml;
			trace_tool::describe_trace(trace.file(), [&](std::string_view text) { yaml += text; });
			raw += yaml.find("enter: ") != std::string::npos;
			trace.save(dir.file("first/" + rule_case.rule + ".scap"));
			build_again(dir.file("first/" + rule_case.rule + ".scap"),
				    dir.file("again/" + rule_case.rule + ".scap"));
		}
	}
	EXPECT_LT(raw, 15); // most of them in calls alone
	const auto alerts = texts(alerts_of(shipped_rules(), dir.file("first")));
	EXPECT_THAT(alerts, testing::SizeIs(testing::Gt(20u)));
	EXPECT_EQ(texts(alerts_of(shipped_rules(), dir.file("again"))), alerts);
}

// A cut keeps the state: the alerts that its events raise are those that they raised in the whole.
TEST(CutTraces, raise_the_alerts_of_their_events)
{
	const TempDir dir;
	cut(recording("mixed.scap"), "proc.name = cat", dir.file("part.scap"));
	const auto part = texts(alerts_of(shipped_rules(), dir.file("part.scap")));
	EXPECT_THAT(part, testing::Not(testing::IsEmpty()));
	EXPECT_THAT(texts(alerts_of(shipped_rules(), recording("mixed.scap"))), testing::IsSupersetOf(part));
}

TEST(CutTraces, can_be_cut_again)
{
	const TempDir dir;
	cut(recording("mixed.scap"), "proc.name in (cat, grep)", dir.file("part.scap"));
	const std::uint64_t events = cut(dir.file("part.scap"), "proc.name = cat", dir.file("smaller.scap"));
	EXPECT_EQ(events, cut(recording("mixed.scap"), "proc.name = cat", dir.file("direct.scap")));
	EXPECT_EQ(texts(alerts_of(shipped_rules(), dir.file("smaller.scap"))),
		  texts(alerts_of(shipped_rules(), dir.file("direct.scap"))));
	EXPECT_LT(std::filesystem::file_size(dir.file("smaller.scap")),
		  std::filesystem::file_size(dir.file("part.scap")));
}

} // namespace falco::test
