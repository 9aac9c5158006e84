// SPDX-License-Identifier: Apache-2.0
//
// falco plugin list and info.
#include "host/app/plugin_commands.hpp"
#include "host/app/text_table.hpp"
#include "tests/unit/plugins/support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

namespace falco::host {
namespace {

using nlohmann::json;

void copy_plugin(const TempDir &dir, const std::string &name)
{
	dir.write(name + ".so", read_text(test_plugin_dir() + "/" + name + ".so"));
}

std::string printed(const std::function<int()> &command, int expected = 0)
{
	int status = -1;
	const std::string text = printed_by([&] { status = command(); });
	EXPECT_EQ(status, expected);
	return text;
}

TEST(PluginList, shows_good_ones_in_a_table_and_why_others_are_refused)
{
	const TempDir dir;
	copy_plugin(dir, "output-fake");
	copy_plugin(dir, "table-no-ops");
	dir.write("readme.txt", "not a plugin");
	const std::string text = printed([&] { return plugin_list(dir.path(), false); });
	EXPECT_EQ(text, "Plugins in " + dir.path() +
				"\n\n"
				"LIBRARY      KIND    VERSION  ABI  DESCRIPTION\n"
				"output-fake  output  1.0.0    1.0  keeps alerts for tests\n"
				"\nRefused:\n  plugin " +
				dir.path() +
				"/table-no-ops.so is of kind output and so must set its table of output functions and "
				"no other\n");
}

TEST(PluginList, prints_json)
{
	const TempDir dir;
	copy_plugin(dir, "source-fake");
	dir.write("text.so", "x");
	const json list = json::parse(printed([&] { return plugin_list(dir.path(), true); }));
	ASSERT_EQ(list.size(), 2u);
	EXPECT_EQ(list[0], json({{"library", "source-fake"},
				 {"file", dir.path() + "/source-fake.so"},
				 {"name", "fake"},
				 {"kind", "source"},
				 {"version", "1.0.0"},
				 {"abi", "1.0"},
				 {"description", "makes events up for tests"}}));
	EXPECT_THAT(list[1]["refused"].get<std::string>(), HasSubstr("no ELF file"));
}

TEST(PluginList, says_when_there_is_no_folder_or_nothing_in_it)
{
	const TempDir dir;
	EXPECT_EQ(printed([&] { return plugin_list(dir.path(), false); }), "Plugins in " + dir.path() + "\nnone\n");
	testing::internal::CaptureStderr();
	EXPECT_EQ(plugin_list(dir.path() + "/none", false), 1);
	EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("there is no plugin folder"));
}

TEST(PluginInfo, describes_the_configuration_for_people)
{
	const std::string text = printed([] { return plugin_info("output-fake", test_plugin_dir(), false); });
	for (const char *line :
	     {"name                fake\n", "kind                output\n", "contact             tests@example.org\n",
	      "optional functions  flush, reopen, metrics\n", "\nConfiguration:\nKEY ",
	      "path      a string        \"/dev/null\"  the file\n"})
		EXPECT_THAT(text, HasSubstr(line));
	EXPECT_THAT(text, HasSubstr("at least 0"));
	EXPECT_THAT(text, Not(HasSubstr("family")));
}

TEST(PluginInfo, shows_family_and_flags)
{
	const std::string text = printed([] { return plugin_info("source-fake-live", test_plugin_dir(), false); });
	EXPECT_THAT(text, HasSubstr("family              fake/1\n"));
	EXPECT_THAT(text, HasSubstr("flags               live\n"));
	EXPECT_THAT(text, HasSubstr("a list, each a string"));
}

TEST(PluginInfo, prints_json)
{
	const json info = json::parse(printed([] { return plugin_info("matcher-fake", test_plugin_dir(), true); }));
	EXPECT_EQ(info["kind"], "matcher");
	EXPECT_EQ(info["family"], "fake/1");
	EXPECT_THAT(info["optional_functions"],
		    ElementsAre("metrics", "interests", "validate", "describe", "fields", "explain", "events",
				"rules_schema", "observe", "observed"));
	EXPECT_EQ(info["config_schema"]["properties"]["every"]["default"], 1);
	EXPECT_TRUE(info["contact"].is_null());
}

TEST(PluginInfo, shows_a_tools_commands)
{
	const std::string text = printed([] { return plugin_info("tool-fake", test_plugin_dir(), false); });
	EXPECT_THAT(text, HasSubstr("kind                tool\n"));
	EXPECT_THAT(text, HasSubstr("\nCommands:\nCOMMAND  DESCRIPTION\necho     Prints its arguments\n"));
	const json info = json::parse(printed([] { return plugin_info("tool-fake", test_plugin_dir(), true); }));
	EXPECT_EQ(info["commands"][0]["arguments"][1]["name"], "count");
}

TEST(PluginInfo, says_when_there_is_no_configuration)
{
	const std::string file = test_plugin_dir() + "/table-good.so";
	EXPECT_THAT(printed([&] { return plugin_info(file, "", false); }), HasSubstr("It takes no configuration.\n"));
}

TEST(PluginInfo, refuses_what_loading_refuses)
{
	EXPECT_THAT(error_of([] { plugin_info("table-no-ops", test_plugin_dir(), false); }),
		    HasSubstr("must set its table of output functions"));
}

TEST(TextTable, aligns_columns_and_keeps_lines_whole)
{
	EXPECT_EQ(text_table({{"a", "b"}, {"longer", "x\ny"}, {"", "", "c"}}),
		  "a       b\nlonger  x?y\n             c\n");
	EXPECT_EQ(text_table({}), "");
}

} // namespace
} // namespace falco::host
