// SPDX-License-Identifier: Apache-2.0
#include "host/pipeline/format.hpp"

#include "tests/unit/pipeline/time_zone.hpp"

#include <gtest/gtest.h>

namespace falco::host {

using test::TimeZone;

// 2016-06-06T23:47:44.080226697Z
constexpr uint64_t kTime = 1465256864080226697;

std::string clock_of(uint64_t time)
{
	std::string out;
	append_clock(out, time);
	return out;
}

std::string iso(uint64_t time)
{
	std::string out;
	append_iso_8601(out, time);
	return out;
}

std::string json(std::string_view text)
{
	std::string out;
	append_json_string(out, text);
	return out;
}

TEST(Format, clock_shows_local_time)
{
	{
		const TimeZone zone("PST8PDT,M3.2.0,M11.1.0");
		EXPECT_EQ(clock_of(kTime), "16:47:44.080226697");
	}
	{
		const TimeZone zone("UTC0");
		EXPECT_EQ(clock_of(kTime), "23:47:44.080226697");
	}
	{
		const TimeZone zone("IST-5:30");
		EXPECT_EQ(clock_of(kTime), "05:17:44.080226697");
	}
}

TEST(Format, clock_has_nine_decimals)
{
	const TimeZone zone("UTC0");
	EXPECT_EQ(clock_of(0), "00:00:00.000000000");
	EXPECT_EQ(clock_of(1000000005), "00:00:01.000000005");
}

TEST(Format, iso_8601_is_utc_in_every_zone)
{
	const TimeZone zone("PST8PDT,M3.2.0,M11.1.0");
	EXPECT_EQ(iso(kTime), "2016-06-06T23:47:44.080226697");
	EXPECT_EQ(iso(UINT64_MAX), "2554-07-21T23:34:33.709551615");
}

TEST(Format, json_strings_hold_no_control_characters_and_no_invalid_utf8)
{
	EXPECT_EQ(json("a\"b\\c/d"), R"("a\"b\\c/d")");
	EXPECT_EQ(json("\n\t\x1b"), R"("\n\t\u001b")");
	EXPECT_EQ(json("\x7f\xc2\x9b\xc2\xa0"), "\"\\u007f\\u009b\xc2\xa0\"");
	EXPECT_EQ(json("a\xff"
		       "b"),
		  "\"a\xef\xbf\xbd"
		  "b\"");
	EXPECT_EQ(json("a\xc2"), "\"a\xef\xbf\xbd\"");
	EXPECT_EQ(json(std::string_view("\0", 1)), R"("\u0000")");
}

TEST(Format, line_style_follows_format_and_channel)
{
	EXPECT_EQ(line_style(Format::text, false), LineStyle::text);
	EXPECT_EQ(line_style(Format::text, true), LineStyle::bare_text);
	EXPECT_EQ(line_style(Format::json, false), LineStyle::json);
	EXPECT_EQ(line_style(Format::json, true), LineStyle::bare_json);
}

} // namespace falco::host
