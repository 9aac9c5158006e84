// SPDX-License-Identifier: Apache-2.0
//
// The schema accepts what falco accepts, and refuses what it refuses or warns of. ConfigTest::load asks the same of
// every configuration that any test loads.
#include "host/config/config_schema.hpp"
#include "host/config/keys.hpp"
#include "tests/unit/config/config_fixture.hpp"

#include <gmock/gmock.h>

#include <sstream>

namespace falco::host {
namespace {

using ConfigSchema = ConfigTest;

TEST_F(ConfigSchema, knows_every_key)
{
	const auto properties = config_schema(nullptr).at("properties");
	for (const std::string &key : config::top_level_keys()) {
		EXPECT_TRUE(properties.contains(key) || config::is_output_block(key)) << key;
	}
	for (const auto &property : properties.items()) {
		EXPECT_TRUE(config::contains(config::top_level_keys(), property.key())) << property.key();
	}
}

TEST_F(ConfigSchema, accepts_what_loads)
{
	std::ostringstream shipped;
	shipped << std::ifstream(FALCO_SOURCE_DIR "/falco.yaml").rdbuf();
	for (const std::string &text : {
		     shipped.str(),
		     std::string(kOutput),
		     std::string(kOutput) +
			     "json_output: yes\nlog_level: debug\nrules_file: [a, b]\noutput_timeout: 5\n",
		     std::string(kOutput) + "other_output: {enabled: false, anything: [1], queue: {capacity: 3}}\n",
		     std::string(
			     "x_output: {enabled: true, format: template, template: '%rule', batch: {max_ms: 5}, "
			     "dedup: {by: rule, window: 5s}, spool: {dir: /s, max_age: 1h}, filter: {source: a}}\n"),
		     std::string(kOutput) + "plugins: [{library: output-file, name: x, config: {filename: /x}}]\n",
		     std::string(kOutput) + "syscall_event_drops: {threshold: 0.2, actions: [log]}\nmetrics: "
					    "{interval: 30s}\nstatic_fields: {a: 1}\nfalco_libs: {snaplen: 200}\n",
	     }) {
		EXPECT_EQ(failure(text), "");
		EXPECT_EQ(schema_fault(text), "") << text;
	}
}

TEST_F(ConfigSchema, refuses_what_does_not_load_or_brings_a_warning)
{
	for (const std::string text : {
		     "json_output: maybe\n",
		     "jsn_output: true\n",
		     "rule_matching: last\n",
		     "rules_files: []\n",
		     "output_timeout: 0\n",
		     "stdout_output: true\n",
		     "stdout_output: {enabled: perhaps}\n",
		     "stdout_output: {enabled: true, queue: {on_full: never}}\n",
		     "x_output: {enabled: true, spool: {max_age: 1h}}\n",
		     "x_output: {enabled: true, spool: {dir: /s, max_byte: 5}}\n",
		     "x_output: {enabled: true, batch: {max_alerts: 0}}\n",
		     "x_output: {enabled: true, dedup: {window: 0}}\n",
		     "x_output: {enabled: true, format: template}\n",
		     "x_output: {enabled: true, format: json, template: x}\n",
		     "plugins: [{library: output-file, template: x}]\n",
		     "plugins: [{name: x}]\n",
		     "plugins: {library: x}\n",
		     "static_fields: {a: [b]}\n",
		     "config_files: [{file: x}]\n",
		     "syscall_event_drops: {threshold: 2}\n",
		     "x_output: {enabled: true, filter: {priority: hihg}}\n",
		     "x_output: {enabled: true, retry: {give_up_after: soon}}\n",
		     "x_output: {enabled: true, spool: {dir: /s, max_age: 1y}}\n",
		     "x_output: {enabled: true, dedup: {window: often}}\n",
		     "metrics: {interval: abc}\n",
		     "matcher: [x]\n",
		     "falco_libs: 5\n",
		     "falco_libs: {snapln: 5}\n",
		     "matcher:\n",
	     }) {
		EXPECT_NE(schema_fault(text), "") << text;
		request_.need_output = false;
		bool good = false;
		try {
			good = load(text).warnings.empty();
		} catch (const std::runtime_error &) {
			good = false;
		}
		EXPECT_FALSE(good) << text;
	}
}

// What the schema with these plugins finds wrong with a text; empty: nothing.
std::string fault_with_plugins(const std::string &text)
{
	const nlohmann::json file = nlohmann::json::parse(R"({
		"type": "object", "additionalProperties": false, "required": ["filename"],
		"properties": {
			"filename": {"type": "string"}, "keep_alive": {"type": "boolean"}, "rotate": {"$ref": "#/definitions/rotation"}
		},
		"definitions": {"rotation": {"type": "object", "properties": {"max_files": {"type": "integer"}}}}
	})");
	const nlohmann::json recorder = nlohmann::json::parse(
		R"({"type": "object", "additionalProperties": false, "properties": {"path": {"type": "string"}}})");
	const nlohmann::json matcher = nlohmann::json::parse(
		R"({"type": "object", "additionalProperties": false, "properties": {"evaluator": {"enum": ["a", "b"]}}})");
	nlohmann::json tree = config_schema(matcher, {{"output-file", file}, {"tap-recorder", recorder}});
	tree["type"] = "object"; // what Schema takes
	const auto fault = Schema(tree.dump().c_str()).check(yaml::to_json(yaml::parse(text, "falco.yaml").root));
	return fault ? fault->message : "";
}

TEST(ConfigSchemaOfPlugins, knows_the_keys_of_outputs_of_the_recorder_and_of_the_matcher)
{
	for (const std::string text : {
		     "file_output: {enabled: true, filename: /x, keep_alive: yes, queue: {capacity: 5}, format: "
		     "json}\n",
		     "file_output: {enabled: yes, filename: /x, rotate: {max_files: 3}}\n",
		     "file_output: {enabled: false, anything: [1]}\n",
		     "file_output: {filename: /x}\n",
		     "other_output: {enabled: true, anything: [1]}\n",
		     "record: {path: /x, enabled: no}\n",
		     "record:\n",
		     "matcher: matcher-own\n",
		     "matcher: {evaluator: b}\n",
		     "matcher: {}\n",
		     "plugins: [{library: output-file, config: {filename: /x}}, {library: other, config: {a: 1}}]\n",
	     }) {
		EXPECT_EQ(fault_with_plugins(text), "") << text;
	}
	for (const std::string text : {
		     "file_output: {enabled: true}\n",
		     "file_output: {enabled: true, filename: 5}\n",
		     "file_output: {enabled: yes, filename: /x, keep_alife: true}\n",
		     "file_output: {enabled: true, filename: /x, rotate: {max_files: many}}\n",
		     "file_output: {enabled: true, filename: /x, queue: {on_full: never}}\n",
		     "record: {pth: /x}\n",
		     "matcher: {evaluatr: b}\n",
		     "matcher: {evaluator: c}\n",
		     "matcher: [evaluator]\n",
		     "plugins: [{library: output-file, config: {filname: /x}}]\n",
	     }) {
		EXPECT_NE(fault_with_plugins(text), "") << text;
	}
}

} // namespace
} // namespace falco::host
