// SPDX-License-Identifier: Apache-2.0
#include "host/plugins/schema.hpp"
#include "tests/unit/plugins/support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace falco::host {
namespace {

using nlohmann::json;

constexpr const char *kSchema = R"({
	"type": "object",
	"additionalProperties": false,
	"required": ["path"],
	"properties": {
		"path": {"type": "string", "minLength": 1},
		"level": {"type": "string", "enum": ["low", "high"], "default": "low"},
		"count": {"type": "integer", "minimum": 1, "maximum": 9, "default": 3},
		"ratio": {"type": "number"},
		"any": {"type": ["string", "integer"]},
		"tls": {
			"type": "object", "additionalProperties": false, "default": {},
			"properties": {"verify": {"type": "boolean", "default": true}, "file": {"type": "string"}}
		},
		"brokers": {"type": "array", "minItems": 1, "items": {"$ref": "#/definitions/broker"}},
		"code": {"type": "string", "pattern": "^[a-z]+$"}
	},
	"definitions": {
		"broker": {
			"type": "object", "required": ["host"], "additionalProperties": false,
			"properties": {"host": {"type": "string"}, "port": {"type": "integer", "default": 9092}}
		}
	}
})";

// A table with nothing but what complete_config reads.
Plugin plugin_with(const char *schema, falco_plugin &table)
{
	table = {};
	table.kind = FALCO_KIND_OUTPUT;
	table.config_schema = schema;
	return {"/test.so", &table};
}

InstanceConfig instance_of(const std::string &yaml)
{
	const yaml::Document document = yaml::parse(yaml, "falco.yaml");
	InstanceConfig instance;
	instance.name = "kafka";
	instance.place = document.root.place;
	if (const yaml::Node *config = document.root.find("config")) instance.config = *config;
	return instance;
}

json complete(const std::string &yaml, const char *schema = kSchema, const json &defaults = json::object())
{
	falco_plugin table;
	return complete_config(plugin_with(schema, table), instance_of(yaml), defaults);
}

std::string fault(const std::string &yaml, const char *schema = kSchema)
{
	return error_of([&] { complete(yaml, schema); });
}

TEST(CompleteConfig, fills_in_defaults_at_every_depth)
{
	EXPECT_EQ(complete("config:\n  path: x\n  brokers: [{host: a}, {host: b, port: 1}]\n"),
		  json::parse(R"({"path": "x", "level": "low", "count": 3, "tls": {"verify": true},
	                          "brokers": [{"host": "a", "port": 9092}, {"host": "b", "port": 1}]})"));
}

TEST(CompleteConfig, names_place_instance_key_and_what_is_expected)
{
	EXPECT_EQ(fault("config:\n  path: 5\n"),
		  "falco.yaml:2:9: output 'kafka': path: must be a string (write 5 in quotes)");
	EXPECT_EQ(fault("config:\n  path: x\n  level: middle\n"),
		  "falco.yaml:3:10: output 'kafka': level: must be one of low, high");
	EXPECT_EQ(fault("config:\n  path: x\n  count: 0\n"),
		  "falco.yaml:3:10: output 'kafka': count: must be at least 1");
	EXPECT_EQ(fault("config:\n  path: x\n  count: 10\n"),
		  "falco.yaml:3:10: output 'kafka': count: must be at most 9");
	EXPECT_EQ(fault("config:\n  path: x\n  count: 1.5\n"),
		  "falco.yaml:3:10: output 'kafka': count: must be a whole number");
	EXPECT_EQ(fault("config:\n  path: ''\n"), "falco.yaml:2:9: output 'kafka': path: must not be empty");
	EXPECT_EQ(fault("config:\n  path:\n"), "falco.yaml:2:3: output 'kafka': path: must be a string, it is empty");
	EXPECT_EQ(fault("config:\n  path: x\n  any: [1]\n"),
		  "falco.yaml:3:8: output 'kafka': any: must be a string or a whole number");
	EXPECT_EQ(fault("config:\n  path: x\n  brokers: []\n"),
		  "falco.yaml:3:12: output 'kafka': brokers: must not be an empty list");
	EXPECT_EQ(fault("config:\n  path: x\n  code: A1\n"),
		  "falco.yaml:3:9: output 'kafka': code: must match the pattern ^[a-z]+$");
}

TEST(CompleteConfig, names_nested_keys)
{
	EXPECT_EQ(fault("config:\n  path: x\n  tls: {verify: 7}\n"),
		  "falco.yaml:3:17: output 'kafka': tls.verify: must be true or false");
	EXPECT_EQ(fault("config:\n  path: x\n  brokers:\n  - host: a\n  - host: b\n    port: high\n"),
		  "falco.yaml:6:11: output 'kafka': brokers[1].port: must be a whole number");
	EXPECT_EQ(fault("config:\n  path: x\n  brokers:\n  - port: 1\n"),
		  "falco.yaml:4:5: output 'kafka': brokers[0]: the key 'host' is missing");
}

TEST(CompleteConfig, names_a_missing_key)
{
	EXPECT_EQ(fault("config:\n  count: 4\n"), "falco.yaml:2:3: output 'kafka': the key 'path' is missing");
	EXPECT_EQ(fault("name: kafka\n"), "falco.yaml:1:1: output 'kafka': the key 'path' is missing");
}

TEST(CompleteConfig, names_an_unknown_key_and_the_nearest_known_one)
{
	EXPECT_EQ(fault("config:\n  path: x\n  cuont: 4\n"), "falco.yaml:3:3: output 'kafka': unknown key 'cuont' (did "
							     "you mean 'count'?); known are: any, brokers, code, "
							     "count, level, path, ratio, tls");
	EXPECT_EQ(fault("config:\n  path: x\n  tls: {verfy: true}\n"),
		  "falco.yaml:3:9: output 'kafka': unknown key 'verfy' (did you mean 'verify'?); known are: file, "
		  "verify");
	EXPECT_THAT(fault("config:\n  path: x\n  brokers: [{hots: a}]\n"), HasSubstr("unknown key 'hots'"));
}

TEST(CompleteConfig, lets_an_open_schema_have_any_key)
{
	EXPECT_EQ(complete("config: {x: 1}", R"({"type": "object"})"), json::parse(R"({"x": 1})"));
}

TEST(CompleteConfig, takes_nothing_for_a_plugin_without_a_schema)
{
	EXPECT_EQ(complete("name: kafka", nullptr, {{"paths", {"x"}}}), json::object());
	EXPECT_EQ(complete("config: {}", nullptr), json::object());
	EXPECT_EQ(fault("config:\n  path: x\n", nullptr),
		  "falco.yaml:2:3: output 'kafka': unknown key 'path': this plugin takes no configuration");
}

TEST(CompleteConfig, takes_only_a_map)
{
	EXPECT_THAT(fault("config: [1]\n"),
		    HasSubstr("falco.yaml:1:9: output 'kafka': its configuration must be a map, not a list"));
}

TEST(CompleteConfig, puts_the_hosts_values_before_the_schemas_and_after_the_users)
{
	EXPECT_EQ(complete("config: {path: x}", kSchema, {{"count", 5}, {"other", 1}})["count"], 5);
	EXPECT_FALSE(complete("config: {path: x}", kSchema, {{"other", 1}}).contains("other"));
	EXPECT_EQ(complete("config: {path: x, count: 6}", kSchema, {{"count", 5}})["count"], 6);
	EXPECT_EQ(complete("name: kafka", kSchema, {{"path", "/x"}})["path"], "/x");
}

TEST(Schema, refuses_what_is_no_schema_of_an_object)
{
	for (const char *text : {"", "[]", "{}", R"({"type": "array"})", R"({"type": "object", "properties": 3})",
				 R"({"type": "object", "properties": {"a": {"type": "strnig"}}})"})
		EXPECT_NE(error_of([&] { Schema schema(text); }), "nothing was thrown") << text;
}

TEST(Schema, finds_defaults_that_do_not_fit)
{
	EXPECT_THAT(Schema(kSchema).bad_defaults(), IsEmpty());
	EXPECT_THAT(
		Schema(R"({"type": "object", "properties": {
	                        "a": {"type": "integer", "default": "x"},
	                        "b": {"type": "object", "properties": {"c": {"enum": [1, 2], "default": 3}}}}})")
			.bad_defaults(),
		ElementsAre("the default of 'a' must be a whole number", "the default of 'b.c' must be one of 1, 2"));
}

TEST(Schema, survives_a_schema_that_refers_to_itself)
{
	const Schema schema(R"({"type": "object", "properties": {"a": {"$ref": "#/definitions/a"}},
	                        "definitions": {"a": {"type": "object", "properties": {"a": {"$ref": "#/definitions/a"}}}}})");
	json config = json::parse(R"({"a": {"a": {"a": {}}}})");
	schema.fill_defaults(config);
	EXPECT_EQ(schema.check(config), std::nullopt);
	EXPECT_THAT(schema.bad_defaults(), IsEmpty());
}

TEST(Schema, a_pattern_that_is_no_regular_expression_is_the_plugins_fault)
{
	const Schema schema(R"({"type": "object", "properties": {"a": {"type": "string", "pattern": "["}}})");
	const auto found = schema.check({{"a", "x"}});
	ASSERT_TRUE(found);
	EXPECT_THAT(found->message, HasSubstr("the plugin's schema is wrong"));
}

} // namespace
} // namespace falco::host
