// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/config/config_fixture.hpp"

#include <gmock/gmock.h>

namespace falco::host {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ConfigFiles : public ConfigTest {
protected:
	std::string path(const std::string &name) const { return folder_ + '/' + name; }
};

TEST_F(ConfigFiles, add_to_lists_and_replace_other_values)
{
	write("more.yaml", "rules_files: [/b]\njson_output: true\noutput_timeout: 5\n");
	const Config config =
		load(std::string(kOutput) + "rules_files: [/a]\noutput_timeout: 3\nconfig_files: [more.yaml]\n");
	EXPECT_THAT(config.rules_files, ElementsAre("/a", "/b"));
	EXPECT_TRUE(config.json_output);
	EXPECT_EQ(config.output_timeout.count(), 5);
	EXPECT_THAT(config.more_files, ElementsAre(path("more.yaml")));
	EXPECT_TRUE(config.warnings.empty());
}

TEST_F(ConfigFiles, may_replace_lists_or_only_add_keys)
{
	write("more.yaml", "rules_files: [/b]\njson_output: true\noutput_timeout: 5\n");
	const std::string text = std::string(kOutput) + "rules_files: [/a]\noutput_timeout: 3\n";
	const Config replaced = load(text + "config_files: [{path: more.yaml, strategy: override}]\n");
	EXPECT_THAT(replaced.rules_files, ElementsAre("/b"));
	EXPECT_EQ(replaced.output_timeout.count(), 5);
	const Config added = load(text + "config_files: [{path: more.yaml, strategy: add-only}]\n");
	EXPECT_THAT(added.rules_files, ElementsAre("/a"));
	EXPECT_EQ(added.output_timeout.count(), 3);
	EXPECT_TRUE(added.json_output);
}

TEST_F(ConfigFiles, of_a_folder_come_in_order)
{
	std::filesystem::create_directory(path("config.d"));
	write("config.d/b.yaml", "output_timeout: 2\n");
	write("config.d/a.yml", "output_timeout: 1\n");
	write("config.d/c.txt", "output_timeout: 3\n");
	EXPECT_EQ(load(std::string(kOutput) + "config_files: [config.d]\n").output_timeout.count(), 2);
}

TEST_F(ConfigFiles, are_overruled_by_the_command_line)
{
	write("more.yaml", "output_timeout: 5\n");
	request_.overrides = {"output_timeout=7"};
	EXPECT_EQ(load(std::string(kOutput) + "config_files: [more.yaml]\n").output_timeout.count(), 7);
}

TEST_F(ConfigFiles, are_checked_where_they_stand)
{
	write("more.yaml", "json_output: maybe\n");
	EXPECT_THAT(failure("config_files: [more.yaml]\n"),
		    HasSubstr("more.yaml:1:14: json_output: expected true or false"));
	write("more.yaml", "config_files: []\n");
	EXPECT_THAT(failure("config_files: [more.yaml]\n"),
		    HasSubstr("more.yaml:1:1: config_files: only the main file"));
	EXPECT_THAT(failure("config_files: [none.yaml]\n"), HasSubstr("none.yaml: cannot be opened"));
	EXPECT_THAT(failure("config_files: x\n"), HasSubstr("falco.yaml:1:15: config_files: expected a list"));
	EXPECT_THAT(failure("config_files: [{file: x}]\n"), HasSubstr("the key 'path' is missing"));
	EXPECT_THAT(failure("config_files: [{path: x, strategy: merge}]\n"),
		    HasSubstr("config_files[0].strategy: expected append, override or add-only, found 'merge'"));
}

TEST_F(ConfigFiles, may_be_empty)
{
	write("more.yaml", "# nothing\n");
	EXPECT_EQ(load(std::string(kOutput) + "config_files: [more.yaml]\n").more_files.size(), 1u);
}

class Variables : public ConfigTest {
protected:
	void SetUp() override
	{
		ConfigTest::SetUp();
		setenv("FALCO_TEST_SWITCH", "true", 1);
		setenv("FALCO_TEST_FOLDER", "/rules", 1);
		unsetenv("FALCO_TEST_UNSET");
	}
};

TEST_F(Variables, stand_for_their_values)
{
	const Config config = load(std::string(kOutput) +
				   "json_output: ${FALCO_TEST_SWITCH}\nrules_files: ['${FALCO_TEST_FOLDER}/a', "
				   "'/x/$${FALCO_TEST_FOLDER}', '/${x', '/$x']\n");
	EXPECT_TRUE(config.json_output);
	EXPECT_THAT(config.rules_files, ElementsAre("/rules/a", "/x/${FALCO_TEST_FOLDER}", "/${x", "/$x"));
}

TEST_F(Variables, must_be_set)
{
	EXPECT_EQ(failure("plugin_dir: ${FALCO_TEST_UNSET}\n"),
		  "falco.yaml:1:13: the environment variable 'FALCO_TEST_UNSET' is not set; write $${FALCO_TEST_UNSET} "
		  "if "
		  "that text is meant");
}

TEST_F(Variables, make_no_keys_and_no_structure)
{
	setenv("FALCO_TEST_TRICK", "a, b]\nlog_stderr: true", 1);
	const Config config = load(std::string(kOutput) + "rules_files: ['/x${FALCO_TEST_TRICK}']\n");
	EXPECT_THAT(config.rules_files, ElementsAre("/xa, b]\nlog_stderr: true"));
	EXPECT_FALSE(config.log_stderr);
}

class StaticFields : public ConfigTest {};

TEST_F(StaticFields, are_texts)
{
	const Config config = load(std::string(kOutput) + "static_fields: {site: berlin, rack: 5}\n");
	EXPECT_EQ(config.static_fields.at("site"), "berlin");
	EXPECT_EQ(config.static_fields.at("rack"), "5");
	EXPECT_THAT(failure("static_fields: {a: [b]}\n"),
		    HasSubstr("1:20: static_fields.a: expected text, found a list"));
}

} // namespace
} // namespace falco::host
