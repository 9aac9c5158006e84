// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/config/config_fixture.hpp"

#include <falco/plugin.h>

#include <unistd.h>

namespace falco::host {
namespace {

using std::chrono::milliseconds;
using Texts = std::vector<std::string>;

class LoadConfig : public ConfigTest {};

bool has_installed_config()
{
	return access("/etc/falco/falco.yaml", F_OK) == 0 || access("/etc/falco.yaml", F_OK) == 0;
}

TEST_F(LoadConfig, has_the_founding_defaults)
{
	const Config config = load(kOutput);
	EXPECT_EQ(config.path, folder_ + "/falco.yaml");
	EXPECT_EQ(config.rules_files, Texts{"/etc/falco_rules.yaml"});
	EXPECT_FALSE(config.json_output);
	EXPECT_TRUE(config.json_keys.output);
	EXPECT_FALSE(config.json_keys.message || config.json_keys.output_fields || config.json_keys.tags ||
		     config.json_keys.source || config.json_keys.hostname);
	EXPECT_FALSE(config.time_format_iso_8601);
	EXPECT_FALSE(config.buffered_outputs);
	EXPECT_FALSE(config.log_stderr);
	EXPECT_TRUE(config.log_syslog);
	EXPECT_EQ(config.log_level, FALCO_LOG_INFO);
	EXPECT_EQ(config.output_timeout, milliseconds(2000));
	EXPECT_EQ(config.plugin_dir, "/default/plugins");
	ASSERT_EQ(config.sources.size(), 2u);
	EXPECT_EQ(config.sources[0].library, "source-ebpf");
	EXPECT_EQ(config.sources[0].name, "ebpf");
	EXPECT_EQ(config.sources[1].library, "source-kmod");
	EXPECT_EQ(config.matcher.library, "matcher-sinsp");
	EXPECT_EQ(config.matcher.name, "sinsp");
	EXPECT_EQ(config.matcher.config.kind, yaml::Kind::null);
	EXPECT_EQ(config.warnings, Texts{});
}

TEST_F(LoadConfig, reads_every_setting)
{
	const Config config = load(std::string(kOutput) + R"(
json_output: Yes
json_include_message_property: true
json_include_output_property: off
json_include_output_fields_property: true
json_include_tags_property: true
json_include_source_property: true
json_include_hostname_property: true
time_format_iso_8601: true
buffered_outputs: true
log_stderr: on
log_syslog: FALSE
log_level: debug
output_timeout: 500
plugin_dir: plugins
)");
	EXPECT_TRUE(config.json_output);
	EXPECT_FALSE(config.json_keys.output);
	EXPECT_TRUE(config.json_keys.message && config.json_keys.output_fields && config.json_keys.tags &&
		    config.json_keys.source && config.json_keys.hostname);
	EXPECT_TRUE(config.time_format_iso_8601 && config.buffered_outputs && config.log_stderr);
	EXPECT_FALSE(config.log_syslog);
	EXPECT_EQ(config.log_level, FALCO_LOG_DEBUG);
	EXPECT_EQ(config.output_timeout, milliseconds(500));
	EXPECT_EQ(config.plugin_dir, folder_ + "/plugins");
	EXPECT_EQ(config.warnings, Texts{});
}

TEST_F(LoadConfig, takes_rules_in_both_spellings)
{
	const auto rules = [&](const std::string &text) { return load(kOutput + text).rules_files; };
	EXPECT_EQ(rules("rules_file: /a.yaml\n"), Texts{"/a.yaml"});
	EXPECT_EQ(rules("rules_file: ./a.yaml\n"), Texts{folder_ + "/a.yaml"});
	EXPECT_EQ(rules("rules_file: [a.yaml, /b]\n"), (Texts{folder_ + "/a.yaml", "/b"}));
	EXPECT_EQ(rules("rules_files: [/a, /b]\n"), (Texts{"/a", "/b"}));
	EXPECT_EQ(rules("rules_files: /a\n"), Texts{"/a"});
}

TEST_F(LoadConfig, lets_the_command_line_name_the_rules)
{
	request_.overrides = {"rules_file=/c"};
	EXPECT_EQ(load(std::string(kOutput) + "rules_files: [/a]\n").rules_files, Texts{"/c"});
	request_.overrides = {"rules_files[]=/c"};
	EXPECT_EQ(load(std::string(kOutput) + "rules_files: [/a]\n").rules_files, (Texts{"/a", "/c"}));
	EXPECT_EQ(load(std::string(kOutput) + "rules_file: /a\n").rules_files, Texts{"/c"});
	request_.rules = {"/d", "e"};
	EXPECT_EQ(load(std::string(kOutput) + "rules_file: /a\n").rules_files, (Texts{"/d", folder_ + "/e"}));
	request_.rules = {""};
	EXPECT_EQ(failure(kOutput), "option -r: the path is empty");
}

TEST_F(LoadConfig, finds_the_file_in_the_working_directory)
{
	EXPECT_EQ(load(std::string(kOutput) + "log_level: error\n").log_level, FALCO_LOG_ERROR);
}

TEST_F(LoadConfig, takes_the_file_of_option_c)
{
	write("falco.yaml", "log_level: error\n");
	write("other.yaml", std::string(kOutput) + "log_level: debug\n");
	request_.file = "other.yaml";
	EXPECT_EQ(load_config(request_).log_level, FALCO_LOG_DEBUG);
	request_.file = folder_ + "/other.yaml";
	EXPECT_EQ(load_config(request_).path, folder_ + "/other.yaml");
}

TEST_F(LoadConfig, says_why_the_file_cannot_be_read)
{
	request_.file = "no.yaml";
	EXPECT_EQ(failure(""), "no.yaml: cannot be opened: No such file or directory");
	request_.file = folder_;
	EXPECT_EQ(failure(""), folder_ + ": cannot be read: Is a directory");
	request_.file = "";
	EXPECT_EQ(failure(""), ": cannot be opened: No such file or directory");
}

TEST_F(LoadConfig, does_not_pass_over_a_file_that_cannot_be_read)
{
	std::filesystem::create_symlink("nowhere", folder_ + "/falco.yaml");
	try {
		load_config(request_);
		FAIL() << "loaded";
	} catch (const yaml::Error &error) {
		EXPECT_EQ(shorten(error.what()), "falco.yaml: cannot be opened: No such file or directory");
	}
}

TEST_F(LoadConfig, has_built_in_defaults)
{
	if (has_installed_config()) GTEST_SKIP() << "falco is installed on this machine";
	const Config config = load_config(request_);
	EXPECT_EQ(config.path, "");
	EXPECT_TRUE(config.log_stderr);
	ASSERT_EQ(config.outputs.size(), 1u);
	EXPECT_EQ(config.outputs[0].library, "output-stdout");
	EXPECT_EQ(config.warnings,
		  Texts{"no configuration file found, using built-in defaults: alerts go to standard output"});
}

TEST_F(LoadConfig, applies_options_to_the_built_in_defaults)
{
	if (has_installed_config()) GTEST_SKIP() << "falco is installed on this machine";
	request_.overrides = {"json_output=true", "stdout_output.enabled=false"};
	request_.need_output = false;
	const Config config = load_config(request_);
	EXPECT_TRUE(config.json_output);
	EXPECT_TRUE(config.outputs.empty());
}

TEST_F(LoadConfig, needs_no_output_to_describe_rules)
{
	request_.need_output = false;
	EXPECT_TRUE(load("").outputs.empty());
	EXPECT_TRUE(load("json_output: true\n").json_output);
}

TEST_F(LoadConfig, lets_later_options_win)
{
	request_.overrides = {"json_output=true", "json_output=false", "log_level=error"};
	const Config config = load(std::string(kOutput) + "json_output: true\nlog_level: debug\n");
	EXPECT_FALSE(config.json_output);
	EXPECT_EQ(config.log_level, FALCO_LOG_ERROR);
}

TEST_F(LoadConfig, hands_the_matcher_its_keys)
{
	request_.match_all_events = true;
	const Config config = load(std::string(kOutput) + "rule_matching: all\nignored_events: strict\n");
	EXPECT_EQ(yaml::to_json(config.matcher.config).dump(),
		  R"({"ignored_events":"strict","match_all_events":true,"rule_matching":"all"})");
	EXPECT_EQ(shorten(config.matcher.config.find("rule_matching")->place.str()), "falco.yaml:2:16");
	EXPECT_EQ(config.matcher.config.find("match_all_events")->place.str(), "option -A");
}

TEST_F(LoadConfig, leaves_the_matcher_its_own_values)
{
	const char *text = "rule_matching: all\nplugins:\n  - library: matcher-sinsp\n"
			   "    config: {rule_matching: first, match_all_events: false}\n";
	EXPECT_EQ(yaml::to_json(load(std::string(kOutput) + text).matcher.config).dump(),
		  R"({"match_all_events":false,"rule_matching":"first"})");
	// What was typed for this run overrules the file.
	request_.match_all_events = true;
	EXPECT_EQ(yaml::to_json(load(std::string(kOutput) + text).matcher.config).dump(),
		  R"({"match_all_events":true,"rule_matching":"first"})");
}

TEST_F(LoadConfig, hands_the_matcher_what_is_said_about_rules)
{
	const Config config = load(std::string(kOutput) + "priority: warn\nrules: [{disable: {tag: x}}]\n"
							  "append_output: [{extra_output: y}]\n");
	EXPECT_EQ(yaml::to_json(config.matcher.config).dump(),
		  R"({"append_output":[{"extra_output":"y"}],"priority":"warn","rules":[{"disable":{"tag":"x"}}]})");
	EXPECT_EQ(failure("priority: high\n"), "falco.yaml:1:11: priority: expected emergency, alert, critical, error, "
					       "warning, notice, informational or debug, found 'high'");
}

TEST_F(LoadConfig, puts_the_selections_of_the_command_line_last)
{
	request_.disabled_rules = {"a*", "true"};
	request_.disabled_tags = {"b"};
	EXPECT_EQ(yaml::to_json(load(std::string(kOutput) + "rules: [{enable: {rule: c}}]\n").matcher.config).dump(),
		  R"({"rules":[{"enable":{"rule":"c"}},{"disable":{"rule":"a*"}},{"disable":{"rule":"true"}},)"
		  R"({"disable":{"tag":"b"}}]})");
	request_.disabled_rules.clear();
	request_.disabled_tags.clear();
	request_.enabled_tags = {"b", "d"};
	EXPECT_EQ(yaml::to_json(load(kOutput).matcher.config).dump(),
		  R"({"rules":[{"disable":{"rule":"*"}},{"enable":{"tag":"b"}},{"enable":{"tag":"d"}}]})");
}

} // namespace
} // namespace falco::host
