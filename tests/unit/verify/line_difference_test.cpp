// SPDX-License-Identifier: Apache-2.0
#include "host/verify/line_difference.hpp"

#include <gtest/gtest.h>
#include <string>

using falco::host::line_difference;

TEST(LineDifference, is_empty_when_there_is_none)
{
	EXPECT_EQ(line_difference("", ""), "");
	EXPECT_EQ(line_difference("a\nb\n", "a\nb\n"), "");
}

TEST(LineDifference, shows_lines_that_went_before_those_that_came)
{
	EXPECT_EQ(line_difference("a\nb\nc\n", "a\nx\ny\nc\n"), "-b\n+x\n+y\n");
	EXPECT_EQ(line_difference("a\nb\nc\nd\n", "x\ny\n"), "-a\n-b\n-c\n-d\n+x\n+y\n");
	EXPECT_EQ(line_difference("", "a\n"), "+a\n");
	EXPECT_EQ(line_difference("a\n", ""), "-a\n");
}

TEST(LineDifference, keeps_as_much_as_it_can)
{
	EXPECT_EQ(line_difference("1\nb\n2\nd\n3\n", "4\nb\nd\n5\n"), "-1\n+4\n-2\n-3\n+5\n");
	EXPECT_EQ(line_difference("b\n", "a\nb\nc\n"), "+a\n+c\n");
	EXPECT_EQ(line_difference("x\na\nb\n", "a\nb\nx\n"), "-x\n+x\n");
}

TEST(LineDifference, of_long_texts_that_differ_at_both_ends_is_short)
{
	std::string middle;
	for (int i = 0; i < 3000; i++)
		middle += "line " + std::to_string(i / 3) + "\n";
	EXPECT_EQ(line_difference("a\n" + middle, middle + "b\n"), "-a\n+b\n");
}
