// SPDX-License-Identifier: Apache-2.0
#include "host/config/readers.hpp"

#include "host/config/messages.hpp"
#include "host/config/paths.hpp"

#include <falco/plugin.h>
#include <gtest/gtest.h>

namespace falco::host::config {
namespace {

yaml::Node value(const std::string &text)
{
	return *yaml::parse("k: " + text, "f").root.find("k");
}

template <typename Read>
std::string failure(Read read, const std::string &text)
{
	try {
		read(value(text));
	} catch (const yaml::Error &error) {
		return error.what();
	}
	return "";
}

TEST(ReadBool, takes_the_usual_words_in_any_case)
{
	for (const char *text : {"true", "True", "YES", "on", "'true'"})
		EXPECT_TRUE(read_bool(value(text), "k")) << text;
	for (const char *text : {"false", "FALSE", "no", "Off"})
		EXPECT_FALSE(read_bool(value(text), "k")) << text;
}

TEST(ReadBool, refuses_all_else)
{
	const auto read = [](const yaml::Node &node) { read_bool(node, "k"); };
	EXPECT_EQ(failure(read, "maybe"), "f:1:4: k: expected true or false, found 'maybe'");
	EXPECT_EQ(failure(read, "1"), "f:1:4: k: expected true or false, found '1'");
	EXPECT_EQ(failure(read, ""), "f:1:1: k: expected true or false, found nothing");
	EXPECT_EQ(failure(read, "[true]"), "f:1:4: k: expected true or false, found a list");
	EXPECT_EQ(failure(read, "{}"), "f:1:4: k: expected true or false, found a map");
}

TEST(ReadText, wants_text_that_is_not_empty)
{
	const auto read = [](const yaml::Node &node) { read_text(node, "k", "a path"); };
	EXPECT_EQ(read_text(value("a b"), "k", "a path"), "a b");
	EXPECT_EQ(read_text(value("5"), "k", "a path"), "5");
	EXPECT_EQ(failure(read, "''"), "f:1:4: k: expected a path, found ''");
	EXPECT_EQ(failure(read, "~"), "f:1:4: k: expected a path, found nothing");
}

TEST(ReadInteger, stays_within_its_bounds)
{
	const auto read = [](const yaml::Node &node) { read_integer(node, "k", 1, 100, "alerts"); };
	EXPECT_EQ(read_integer(value("1"), "k", 1, 100), 1);
	EXPECT_EQ(read_integer(value("100"), "k", 1, 100), 100);
	for (const char *text : {"0", "101", "-5", "1.5", "1e2", "ten", "99999999999999999999"}) {
		EXPECT_EQ(failure(read, text),
			  std::string("f:1:4: k: expected a whole number of alerts from 1 to 100, found '") + text +
				  "'");
	}
	EXPECT_EQ(failure(read, "'5'"), "f:1:4: k: expected a whole number of alerts from 1 to 100, found '5'");
}

TEST(ReadDuration, knows_its_units)
{
	const auto milliseconds = [](const char *text) { return read_duration(value(text), "k").count(); };
	EXPECT_EQ(milliseconds("60"), 60000);
	EXPECT_EQ(milliseconds("0"), 0);
	EXPECT_EQ(milliseconds("500ms"), 500);
	EXPECT_EQ(milliseconds("60s"), 60000);
	EXPECT_EQ(milliseconds("2m"), 120000);
	EXPECT_EQ(milliseconds("168h"), 604800000);

	const auto read = [](const yaml::Node &node) { read_duration(node, "k"); };
	for (const char *text :
	     {"169h", "-1s", "5d", "1.5s", "s", "1 s", "9223372036854775807h", "99999999999999999999"}) {
		EXPECT_EQ(failure(read, text),
			  std::string("f:1:4: k: expected a time such as 60s, 500ms, 2m or 1h, a week at "
				      "most, found '") +
				  text + "'");
	}
}

TEST(ReadPriority, takes_the_beginning_of_a_name)
{
	const std::pair<const char *, int> cases[] = {{"Emergency", 0}, {"a", 1},    {"CRIT", 2},
						      {"err", 3},       {"e", 0},    {"warn", 4},
						      {"notice", 5},    {"INFO", 6}, {"debug", 7}};
	for (const auto &[text, priority] : cases)
		EXPECT_EQ(read_priority(value(text), "k"), priority) << text;

	const auto read = [](const yaml::Node &node) { read_priority(node, "k"); };
	EXPECT_EQ(failure(read, "bad"), "f:1:4: k: expected emergency, alert, critical, error, warning, notice, "
					"informational or debug, found 'bad'");
	EXPECT_NE(failure(read, "''"), "");
	EXPECT_NE(failure(read, "warnings"), "");
	EXPECT_NE(failure(read, "[debug]"), "");
}

TEST(ReadLogLevel, maps_names_onto_levels)
{
	const std::pair<const char *, int> cases[] = {
		{"emergency", FALCO_LOG_CRITICAL}, {"ALERT", FALCO_LOG_CRITICAL},     {"critical", FALCO_LOG_CRITICAL},
		{"Error", FALCO_LOG_ERROR},        {"warning", FALCO_LOG_WARN},       {"notice", FALCO_LOG_INFO},
		{"info", FALCO_LOG_INFO},          {"informational", FALCO_LOG_INFO}, {"debug", FALCO_LOG_DEBUG},
		{"trace", FALCO_LOG_TRACE}};
	for (const auto &[text, level] : cases)
		EXPECT_EQ(read_log_level(value(text), "k"), level) << text;
	const auto read = [](const yaml::Node &node) { read_log_level(node, "k"); };
	EXPECT_EQ(failure(read, "warn"),
		  "f:1:4: k: expected emergency, alert, critical, error, warning, notice, info or "
		  "debug, found 'warn'");
}

TEST(ReadSha256, wants_64_digits)
{
	const std::string sum(64, 'A');
	EXPECT_EQ(read_sha256(value(sum), "k"), std::string(64, 'a'));
	const auto read = [](const yaml::Node &node) { read_sha256(node, "k"); };
	EXPECT_EQ(failure(read, "abc"),
		  "f:1:4: k: expected 64 hexadecimal digits, as sha256sum prints them, found 'abc'");
	EXPECT_NE(failure(read, std::string(63, 'a') + "g"), "");
}

TEST(DescribeValue, cuts_long_text_between_characters)
{
	std::string text = "x";
	for (int i = 0; i < 40; ++i)
		text += "\xc3\xa9";
	const std::string shown = describe_value(value(text));
	EXPECT_EQ(shown, "'" + text.substr(0, 59) + "...'");
}

TEST(AbsolutePath, is_below_the_folder_unless_absolute)
{
	EXPECT_EQ(absolute_path("a/b", "/w"), "/w/a/b");
	EXPECT_EQ(absolute_path("./a", "/w"), "/w/a");
	EXPECT_EQ(absolute_path(".//./a", "/"), "/a");
	EXPECT_EQ(absolute_path("../a", "/w"), "/w/../a");
	EXPECT_EQ(absolute_path("/a", "/w"), "/a");
	EXPECT_EQ(absolute_path("./", "/w"), "/w");
	EXPECT_EQ(absolute_path(".hidden", "/w"), "/w/.hidden");
	EXPECT_EQ(absolute_path("", "/w"), "");
}

TEST(LibraryBase, is_the_name_without_folder_and_suffix)
{
	EXPECT_EQ(library_base("output-file"), "output-file");
	EXPECT_EQ(library_base("/a/b.c/output-file.so"), "output-file");
	EXPECT_EQ(library_base(".so"), ".so");
	EXPECT_EQ(library_base("/a/"), "");
}

} // namespace
} // namespace falco::host::config
