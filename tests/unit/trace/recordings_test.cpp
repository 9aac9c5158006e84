// SPDX-License-Identifier: Apache-2.0
//
// Real recordings, described and built again, and cut: what libsinsp shows of each event stays the same.
#include "plugins/tool-trace/cut.hpp"
#include "plugins/tool-trace/info.hpp"
#include "tests/unit/trace/built.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <sstream>

using testing::SizeIs;

namespace falco::trace_tool {
namespace {

const std::string kTraces = FALCO_SOURCE_DIR "/tests/traces/";

void ignore(std::uint64_t, std::uint64_t) {}

std::vector<std::string> events_of(const std::string &file, const std::string &filter = "",
				   const std::string &format = "")
{
	ShowRequest request;
	request.file = file;
	request.filter = filter;
	request.format = format;
	std::vector<std::string> lines;
	show_trace(
		request, [&](std::string_view line) { lines.emplace_back(line); }, ignore);
	return lines;
}

std::uint64_t cut(const std::string &from, const std::string &filter, const std::string &to)
{
	return cut_trace(
		{from, filter, to, {}}, [](std::string_view) {}, ignore);
}

void build_again(const std::string &from, const std::string &to)
{
	trace::TraceFile file;
	trace::read_trace_file(from, file);
	built(described(file)).save(to);
}

} // namespace

TEST(Recordings, are_described_in_full)
{
	const test::TempDir dir;
	build_again(kTraces + "acts.scap", dir.file("again.scap"));
	EXPECT_THAT(events_of(kTraces + "acts.scap"), SizeIs(1674));
	EXPECT_EQ(events_of(dir.file("again.scap")), events_of(kTraces + "acts.scap"));
}

// Calls in their comfortable form among them, and not a byte of the events differs.
TEST(Recordings, are_described_with_their_calls)
{
	trace::TraceFile file;
	trace::read_trace_file(kTraces + "mixed.scap", file);
	const std::string yaml = described(file);
	std::map<std::string, int> calls;
	std::istringstream lines(yaml);
	for (std::string line; std::getline(lines, line);)
		for (const char *call : {"openat", "close", "read", "write", "fchmod", "mkdir"})
			if (line.find(std::string(", ") + call + ": {") != std::string::npos) ++calls[call];
	EXPECT_THAT(calls, testing::SizeIs(6));
	EXPECT_GT(calls["close"], 3000);
	EXPECT_GT(calls["openat"], 3000);
	EXPECT_THAT(yaml, testing::HasSubstr(", openat: {name: /etc/shadow, "));
	EXPECT_TRUE(same_events(built(yaml).file(), file));
}

TEST(Recordings, are_cut_with_the_state_that_their_events_need)
{
	const test::TempDir dir;
	const char *const format =
		"%evt.time %proc.cmdline %proc.pname %proc.cwd %evt.type %fd.name %user.name %evt.args";
	EXPECT_EQ(cut(kTraces + "mixed.scap", "proc.name = cat", dir.file("part.scap")), 1424u);
	EXPECT_EQ(events_of(dir.file("part.scap"), "", format),
		  events_of(kTraces + "mixed.scap", "proc.name = cat", format));
	build_again(dir.file("part.scap"), dir.file("again.scap"));
	EXPECT_EQ(events_of(dir.file("again.scap")), events_of(dir.file("part.scap")));

	EXPECT_EQ(cut(dir.file("part.scap"), "evt.type = openat", dir.file("smaller.scap")),
		  events_of(dir.file("part.scap"), "evt.type = openat").size());
	EXPECT_EQ(events_of(dir.file("smaller.scap"), "", format),
		  events_of(dir.file("part.scap"), "evt.type = openat", format));
}

TEST(Recordings, keep_the_machine_that_they_come_from)
{
	const test::TempDir dir;
	cut(kTraces + "mixed.scap", "proc.name = cat", dir.file("part.scap"));
	const auto whole = trace_info(kTraces + "mixed.scap", ignore), part = trace_info(dir.file("part.scap"), ignore);
	EXPECT_NE(whole["host"]["cpus"], 0);
	EXPECT_EQ(part["host"], whole["host"]);
	EXPECT_EQ(part["events"], 1424);
	EXPECT_GT(part["hidden_events"], 1000);
}

} // namespace falco::trace_tool
