// SPDX-License-Identifier: Apache-2.0
//
// The falco.yaml that is installed.
#include "host/config/keys.hpp"
#include "tests/unit/config/config_fixture.hpp"

#include <regex>
#include <sstream>

namespace falco::host {
namespace {

std::string shipped()
{
	std::ostringstream text;
	text << std::ifstream(FALCO_SOURCE_DIR "/falco.yaml").rdbuf();
	return text.str();
}

class ShippedConfig : public ConfigTest {};

TEST_F(ShippedConfig, loads_without_a_warning)
{
	const Config config = load(shipped());
	EXPECT_EQ(config.warnings, std::vector<std::string>{});
	ASSERT_EQ(config.outputs.size(), 2u);
	EXPECT_EQ(config.outputs[0].name, "syslog");
	EXPECT_EQ(config.outputs[1].name, "stdout");
	EXPECT_EQ(config.rules_files, std::vector<std::string>{"/etc/falco/falco_rules.yaml"});
	EXPECT_FALSE(config.json_output);
	EXPECT_FALSE(config.log_stderr);
	EXPECT_TRUE(config.log_syslog);
}

TEST_F(ShippedConfig, needs_only_enabling_to_write_a_file)
{
	request_.overrides = {"file_output.enabled=true"};
	EXPECT_EQ(load(shipped()).outputs.at(1).config.find("filename")->text, folder_ + "/events.txt");
}

TEST_F(ShippedConfig, names_every_key)
{
	const std::string text = shipped();
	for (const auto *keys : {&config::top_level_keys(), &config::output_block_keys(), &config::filter_keys(),
				 &config::queue_keys(), &config::retry_keys(), &config::batch_keys(),
				 &config::dedup_keys(), &config::spool_keys(), &config::plugin_entry_keys(),
				 &config::event_drops_keys(), &config::metrics_keys(), &config::capabilities_keys()}) {
		for (const std::string &key : *keys) {
			EXPECT_TRUE(std::regex_search(text, std::regex("(^|[^a-z_0-9])" + key + "($|[^a-z_0-9])")))
				<< key;
		}
	}
	for (const std::string &key : config::top_level_keys()) {
		EXPECT_TRUE(std::regex_search(text, std::regex("(^|\n|`)(# )?" + key + ":")))
			<< key << " has no example";
	}
}

// With every line that is an example of a key taken in; those that exclude each other are left out.
TEST_F(ShippedConfig, has_examples_that_load)
{
	std::istringstream lines(shipped());
	std::string text;
	bool in_plugins = false;
	for (std::string line; std::getline(lines, line);) {
		in_plugins = in_plugins || line == "# plugins:";
		const bool top = std::regex_match(line, std::regex("^# (?!captures)[a-z_0-9]+: ?[^ ]*$"));
		const bool block = std::regex_match(line, std::regex("^#  [a-z]+: .*$"));
		if (in_plugins || top) {
			line.erase(0, 2);
		} else if (block) {
			line.erase(0, 1);
		}
		text += line + '\n';
	}
	const Config config = load(text);
	EXPECT_EQ(config.warnings, std::vector<std::string>{}) << text;
	EXPECT_EQ(config.outputs.size(), 4u);
	EXPECT_EQ(config.outputs.at(2).name, "severe");
	EXPECT_EQ(config.sources.at(1).config.find("buf_size_preset")->text, "5");
}

} // namespace
} // namespace falco::host
