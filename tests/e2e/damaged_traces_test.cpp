// SPDX-License-Identifier: Apache-2.0
//
// What falco trace tells of traces that are damaged.
#include "tests/e2e/trace_tool_fixture.hpp"
#include "tests/support/trace.hpp"
#include "tests/support/unpacked.hpp"

#include <filesystem>

using namespace falco::test;
using testing::AllOf;
using testing::HasSubstr;
using testing::SizeIs;

namespace {

class DamagedTraces : public TraceTool {};

// Where the blocks of a trace begin: each with its type and its size.
std::vector<std::size_t> blocks_of(const std::string &trace)
{
	std::vector<std::size_t> blocks;
	for (std::uint32_t at = 0, size = 12; at < trace.size(); at += size) {
		blocks.push_back(at);
		trace.copy(reinterpret_cast<char *>(&size), sizeof size, at + 4);
		if (size == 0) throw std::runtime_error("a block without a size");
	}
	return blocks;
}

// Makes nonsense of the parameters of the event in this block, which is not the last one.
void damage_event(std::string &trace, const std::vector<std::size_t> &blocks, std::size_t block)
{
	const std::size_t parameters = blocks[block] + 36, end = blocks[block + 1] - 4;
	trace.replace(parameters, end - parameters, end - parameters, '\xff');
}

} // namespace

TEST_F(DamagedTraces, tells_of_a_damage_and_of_what_is_before_it)
{
	ASSERT_EQ(shell("head -c 50000 " + kTraces + "mixed.scap >" + dir_.file("cut-off.scap")).status, 0);
	const Finished info = trace({"info", dir_.file("cut-off.scap")});
	EXPECT_EQ(info.status, 1);
	EXPECT_THAT(info.out, AllOf(HasSubstr("events      4764\n"), HasSubstr("damage      1 block\n  byte ")));
	const Finished show = trace({"show", dir_.file("cut-off.scap")});
	EXPECT_EQ(show.status, 1);
	EXPECT_THAT(lines_of(show.out), SizeIs(4764));
	EXPECT_THAT(show.err, HasSubstr("cut-off.scap: damaged or truncated at byte "));
	for (const char *command : {"describe", "cut"}) {
		std::vector<std::string> arguments{command, dir_.file("cut-off.scap")};
		if (std::string(command) == "cut")
			arguments.insert(arguments.end(),
					 {"--filter", "proc.name = cat", "-o", dir_.file("part.scap")});
		const Finished falco = trace(arguments);
		EXPECT_EQ(falco.status, 1) << command;
		EXPECT_THAT(falco.err, HasSubstr("damaged or truncated")) << command;
	}
	EXPECT_FALSE(std::filesystem::exists(dir_.file("part.scap")));
}

TEST_F(DamagedTraces, tells_of_every_damaged_block)
{
	built();
	std::string bytes = dir_.read("built.scap");
	const std::vector<std::size_t> blocks = blocks_of(bytes); // the last seven are events
	damage_event(bytes, blocks, blocks.size() - 6);
	damage_event(bytes, blocks, blocks.size() - 3);
	bytes.resize(bytes.size() - 7);
	const auto at = [&](std::size_t from_the_end) { return blocks[blocks.size() - from_the_end]; };
	const Finished text = trace({"info", dir_.write("damaged.scap", bytes)});
	EXPECT_EQ(text.status, 1);
	const auto line = [](std::size_t byte, int events, const std::string &why) {
		return "  byte " + std::to_string(byte) + " of the (unpacked) data, after " + std::to_string(events) +
		       " events: " + why + "\n";
	};
	EXPECT_THAT(text.out,
		    HasSubstr("damage      3 blocks\n" + line(at(6), 1, "an event of type 223 does not fit its block") +
			      line(at(3), 3, "an event of type 293 does not fit its block") +
			      line(at(1), 4, "its length is 96 bytes, and the file ends before")));
	EXPECT_THAT(text.out, HasSubstr("events      4\n"));
	EXPECT_THAT(trace({"show", dir_.file("damaged.scap")}).err,
		    HasSubstr("damaged.scap: damaged or truncated at byte " + std::to_string(at(6)) +
			      " of the (unpacked) data, after 1 events: an event of type 223 does not fit"));
	const Finished json = trace({"info", dir_.file("damaged.scap"), "--json"});
	EXPECT_EQ(json.status, 1);
	const auto info = nlohmann::json::parse(json.out);
	EXPECT_EQ(info["events"], 4);
	EXPECT_EQ(info["damaged_blocks"], 3);
	ASSERT_THAT(info["damage"], SizeIs(3));
	EXPECT_EQ(info["damage"][1], (nlohmann::json{{"byte", at(3)},
						     {"after_events", 3},
						     {"reason", "an event of type 293 does not fit its block"}}));
}

// A block of a type that nobody knows has a length all the same; behind a wrong length nothing can be found.
TEST_F(DamagedTraces, goes_on_behind_a_damage_as_far_as_lengths_tell_where)
{
	built();
	std::string bytes = dir_.read("built.scap");
	const std::vector<std::size_t> blocks = blocks_of(bytes);
	bytes[blocks[blocks.size() - 6]] = '\x77';      // its type
	bytes[blocks[blocks.size() - 3] + 4] += '\x08'; // its length
	const auto info = nlohmann::json::parse(trace({"info", dir_.write("damaged.scap", bytes), "--json"}).out);
	EXPECT_EQ(info["events"], 4); // the one with the wrong length is whole itself
	ASSERT_THAT(info["damage"], SizeIs(2));
	EXPECT_EQ(info["damage"][0]["byte"], blocks[blocks.size() - 6]);
	EXPECT_EQ(info["damage"][1]["byte"], blocks[blocks.size() - 3]);
	EXPECT_THAT(info["damage"][1]["reason"].get<std::string>(),
		    testing::MatchesRegex("its length is [0-9]+ bytes where it begins and [0-9]+ where it should end"));
}

TEST_F(DamagedTraces, lists_the_first_damages_of_many)
{
	falco::test::Trace many;
	for (int i = 0; i < 30; ++i)
		many.write(1, 1, "words");
	many.save(dir_.file("many.scap"));
	std::string bytes = unpacked(dir_.file("many.scap"));
	const std::vector<std::size_t> blocks = blocks_of(bytes);
	for (std::size_t i = 1; i <= 25; ++i)
		damage_event(bytes, blocks, blocks.size() - 2 * i);
	dir_.write("many.scap", bytes);
	EXPECT_THAT(trace({"info", dir_.file("many.scap")}).out,
		    AllOf(HasSubstr("damage      25 blocks\n"), HasSubstr("\n  and 5 more\n")));
	const auto info = nlohmann::json::parse(trace({"info", dir_.file("many.scap"), "--json"}).out);
	EXPECT_EQ(info["damaged_blocks"], 25);
	EXPECT_THAT(info["damage"], SizeIs(20));
}
