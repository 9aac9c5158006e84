// SPDX-License-Identifier: Apache-2.0
#include "host/pipeline/escape.hpp"

#include <gtest/gtest.h>

namespace falco::host {

using namespace std::string_literals;

TEST(Escape, leaves_plain_text_and_utf8_alone)
{
	EXPECT_EQ(escaped("cat /etc/shadow"), "cat /etc/shadow");
	EXPECT_EQ(escaped("gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x90\xa6"),
		  "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x90\xa6");
	EXPECT_EQ(escaped(""), "");
}

TEST(Escape, leaves_a_backslash_alone)
{
	EXPECT_EQ(escaped("C:\\new \\x41"), "C:\\new \\x41");
}

TEST(Escape, names_line_breaks_and_tabs)
{
	EXPECT_EQ(escaped("a\nb\rc\td"), "a\\nb\\rc\\td");
}

TEST(Escape, writes_other_control_characters_as_bytes)
{
	EXPECT_EQ(escaped("\0\x1b[31m\x7f"s), "\\x00\\x1b[31m\\x7f");
	EXPECT_EQ(escaped("\xc2\x9b"
			  "2J\xc2\x85"),
		  "\\xc2\\x9b2J\\xc2\\x85");
	EXPECT_EQ(escaped("\xc2\xa0"), "\xc2\xa0");
}

TEST(Escape, writes_bytes_that_are_no_utf8)
{
	EXPECT_EQ(escaped("a\xff"
			  "b"),
		  "a\\xffb");
	EXPECT_EQ(escaped("\xc3"), "\\xc3"); // cut short
	EXPECT_EQ(escaped("\xe2\x82"), "\\xe2\\x82");
	EXPECT_EQ(escaped("\xc0\xaf"), "\\xc0\\xaf"); // longer than need be
	EXPECT_EQ(escaped("\xe0\x80\xaf"), "\\xe0\\x80\\xaf");
	EXPECT_EQ(escaped("\xf0\x80\x80\xaf"), "\\xf0\\x80\\x80\\xaf");
	EXPECT_EQ(escaped("\xed\xa0\x80"), "\\xed\\xa0\\x80");          // a surrogate
	EXPECT_EQ(escaped("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80"); // beyond U+10FFFF
	EXPECT_EQ(escaped("\xf5\x80\x80\x80"), "\\xf5\\x80\\x80\\x80");
	EXPECT_EQ(escaped("\xe2\x82z"), "\\xe2\\x82z");
}

TEST(Escape, result_is_clean_whatever_the_bytes)
{
	for (unsigned first = 0; first < 256; ++first) {
		for (unsigned second = 0; second < 256; ++second) {
			const std::string text{static_cast<char>(first), static_cast<char>(second)};
			ASSERT_TRUE(is_clean(escaped(text))) << first << " " << second;
			ASSERT_EQ(is_clean(text), escaped(text) == text) << first << " " << second;
		}
	}
}

TEST(Escape, limit_cuts_neither_characters_nor_escapes)
{
	const auto cut = [](std::string_view text, size_t limit) {
		std::string out;
		const size_t appended = append_escaped(out, text, limit);
		EXPECT_EQ(appended, out.size());
		return out;
	};
	EXPECT_EQ(cut("abcdef", 3), "abc");
	EXPECT_EQ(cut("abc", 3), "abc");
	EXPECT_EQ(cut("ab\xc3\xbc", 3), "ab");
	EXPECT_EQ(cut("ab\xc3\xbc", 4), "ab\xc3\xbc");
	EXPECT_EQ(cut("ab\x1b"
		      "c",
		      5),
		  "ab");
	EXPECT_EQ(cut("ab\nc", 4), "ab\\n");
	EXPECT_EQ(cut("abc", 0), "");
}

} // namespace falco::host
