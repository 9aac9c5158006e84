// SPDX-License-Identifier: Apache-2.0
#include "host/app/rules_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace falco::host;
using falco::Palette;
using nlohmann::json;
using testing::HasSubstr;

namespace {

Finding error_in(const std::string &file)
{
	Finding finding;
	finding.level = FALCO_LOG_ERROR;
	finding.code = "bad-condition";
	finding.file = file;
	finding.item = "macro m";
	finding.message = "unknown field";
	finding.line = 2;
	finding.column = 14;
	finding.category = "LOAD_ERR_COMPILE_CONDITION";
	finding.category_text = "Error compiling condition";
	finding.source_line = "  condition: proc.nam = x";
	finding.offset = 24;
	return finding;
}

Finding warning()
{
	Finding finding;
	finding.level = FALCO_LOG_WARN;
	finding.code = "selects-nothing";
	finding.message = "no rule";
	return finding;
}

} // namespace

TEST(RulesReport, shows_each_finding_with_its_line_and_then_each_file)
{
	EXPECT_EQ(report_text({"/r/a.yaml", "/r/b.yaml"}, {error_in("/r/b.yaml"), warning()}, "/r", Palette(false)),
		  "b.yaml:2:14: error: macro m: unknown field [bad-condition]\n"
		  "      condition: proc.nam = x\n"
		  "                 ^\n"
		  "warning: no rule [selects-nothing]\n"
		  "a.yaml: Ok, 1 warning\n"
		  "b.yaml: Invalid, 1 error\n");
}

TEST(RulesReport, colours_what_matters_first)
{
	EXPECT_EQ(report_text({"/r/a.yaml", "/r/b.yaml"}, {error_in("/r/b.yaml"), warning()}, "/r", Palette(true)),
		  "\033[1mb.yaml:2:14\033[0m: \033[31merror:\033[0m macro m: unknown field "
		  "\033[2m[bad-condition]\033[0m\n"
		  "      condition: proc.nam = x\n"
		  "\033[31m                 ^\033[0m\n"
		  "\033[33mwarning:\033[0m no rule \033[2m[selects-nothing]\033[0m\n"
		  "a.yaml: \033[32mOk\033[0m, 1 warning\n"
		  "b.yaml: \033[31mInvalid\033[0m, 1 error\n");
}

TEST(RulesReport, leaves_paths_elsewhere_as_they_are)
{
	EXPECT_THAT(report_text({"/r/r/a.yaml", "/rr/b.yaml", "/x/r/c"}, {}, "/r", Palette(false)),
		    "r/a.yaml: Ok\n/rr/b.yaml: Ok\n/x/r/c: Ok\n");
}

TEST(RulesReport, is_json_too)
{
	const json results =
		report_json({"/r/a.yaml", "/r/b.yaml"}, {error_in("/r/b.yaml"), warning()}).at("falco_load_results");
	ASSERT_EQ(results.size(), 2u);
	EXPECT_EQ(results[0]["name"], "/r/a.yaml");
	EXPECT_TRUE(results[0]["successful"].get<bool>());
	EXPECT_EQ(results[0]["errors"], json::array());
	EXPECT_EQ(results[0]["warnings"][0]["message"], "no rule");
	EXPECT_FALSE(results[1]["successful"].get<bool>());
	const json &error = results[1]["errors"][0];
	EXPECT_EQ(error["code"], "LOAD_ERR_COMPILE_CONDITION");
	EXPECT_EQ(error["codedesc"], "Error compiling condition");
	EXPECT_EQ(error["check"], "bad-condition");
	EXPECT_EQ(error["context"]["snippet"], "  condition: proc.nam = x\n             ^\n");
	const json &place = error["context"]["locations"].back();
	EXPECT_EQ(place["item_type"], "macro");
	EXPECT_EQ(place["item_name"], "m");
	EXPECT_EQ(place["position"], json({{"name", "/r/b.yaml"}, {"line", 1}, {"column", 13}, {"offset", 24}}));
}

TEST(Place, is_under_its_character)
{
	EXPECT_EQ(show_place("abc", 2), "abc\n ^\n");
	EXPECT_EQ(show_place("abc", 4), "abc\n   ^\n");
	EXPECT_EQ(show_place("abc", 9), "abc\n   ^\n");
	EXPECT_EQ(show_place("", 1), "\n^\n");
	EXPECT_EQ(show_place("\ta\tb", 4), "\ta\tb\n\t \t^\n");
	EXPECT_EQ(show_place("\xc3\xa4 x", 4), "\xc3\xa4 x\n  ^\n");
}

TEST(Place, in_a_long_line_is_shown_with_what_stands_around)
{
	const std::string line = std::string(500, 'a') + "X" + std::string(500, 'b');
	const std::string shown = show_place(line, 501);
	EXPECT_LT(shown.size(), 300u);
	const size_t end = shown.find('\n');
	EXPECT_EQ(shown.substr(0, 3), "...");
	EXPECT_EQ(shown[shown.find('^') - end - 1], 'X');
}
