// SPDX-License-Identifier: Apache-2.0
#include "common/yaml_cut.hpp"

#include <gtest/gtest.h>

namespace falco::yaml {
namespace {

// A list of maps with so many values in all, itself not counted.
std::string maps(size_t values)
{
	std::string text;
	for (size_t i = 0; i < values / 5; ++i)
		text += "  - {a: {b: c}}\n";
	return text;
}

Node cut(const std::string &text)
{
	return parse_cut(text, "t", nullptr).root;
}

std::string failure(const std::string &text)
{
	try {
		check_whole(cut(text));
	} catch (const Error &error) {
		return error.what();
	}
	return "";
}

} // namespace

TEST(Cut, leaves_out_the_longest_list_and_reads_the_rest)
{
	const std::string text = "first: [1, 2]\nmany:\n" + maps(1200000) + "last: {x: [y]}\n";
	EXPECT_THROW(parse(text, "t"), Error);
	const Node root = cut(text);
	ASSERT_EQ(root.entries.size(), 3u);
	EXPECT_EQ(root.find("first")->items.size(), 2u);
	EXPECT_TRUE(root.find("many")->cut);
	EXPECT_TRUE(root.find("many")->items.empty());
	EXPECT_EQ(root.find("last")->find("x")->items[0].text, "y");
	EXPECT_EQ(find_cut(root), root.find("many"));
	EXPECT_EQ(failure(text), "t:3:3: more than a million values: this is too long for one file");
}

TEST(Cut, makes_room_for_what_comes_after)
{
	const Node root =
		cut("a:\n" + maps(600000) + "b:\n" + maps(600000) + "c:\n" + maps(300000) + "d:\n" + maps(300000));
	EXPECT_EQ(root.find("a")->items.size(), 120000u);
	EXPECT_TRUE(root.find("b")->cut);
	EXPECT_EQ(root.find("c")->items.size(), 60000u);
	EXPECT_TRUE(root.find("d")->cut);
}

TEST(Cut, is_nothing_of_what_has_room)
{
	const std::string text = "a:\n" + maps(500000) + "b: {c: d}\n";
	EXPECT_EQ(failure(text), "");
	EXPECT_EQ(cut(text).find("a")->items.size(), parse(text, "t").root.find("a")->items.size());
}

TEST(Cut, forgets_the_anchors_of_what_is_left_out)
{
	const std::string before = "kept: &kept [x]\nmany: &many\n  - &gone y\n" + maps(1200000);
	EXPECT_EQ(cut(before + "  - *gone\nlast: *kept\n").find("last")->items.size(), 1u);
	EXPECT_TRUE(cut(before + "last: *many\n").find("last")->cut);
	EXPECT_THROW(cut(before + "last: *gone\n"), Error);
}

// Nothing here is long, there is only much of it.
TEST(Cut, does_not_help_when_nothing_is_long)
{
	std::string text;
	for (int i = 0; i < 900; ++i)
		text += "- [" + [] {
			std::string items;
			for (int j = 0; j < 600; ++j)
				items += "{a: b}, ";
			return items;
		}() + "]\n";
	EXPECT_THROW(cut(text), Error);
}

TEST(Cut, bounds_depth_where_it_leaves_out)
{
	const std::string text = "many:\n" + maps(1000000) + "  - " + std::string(500, '[');
	EXPECT_EQ(failure(text).substr(0, 9), "t:200002:");
	EXPECT_NE(failure(text).find("nested too deeply"), std::string::npos);
}

} // namespace falco::yaml
