// SPDX-License-Identifier: Apache-2.0
#include "host/config/config_schema.hpp"

#include <algorithm>
#include <cctype>
#include <string>

namespace falco::host {

using nlohmann::json;

namespace {

constexpr const char *kSchema = R"json({
	"$schema": "http://json-schema.org/draft-07/schema#",
	"title": "falco.yaml",
	"type": ["object", "null"],
	"additionalProperties": false,
	"properties": {
		"config_files": {
			"type": ["array", "null"], "description": "further files and folders of configuration",
			"items": {
				"anyOf": [
					{"$ref": "#/definitions/text"},
					{
						"type": "object", "required": ["path"], "additionalProperties": false,
						"properties": {
							"path": {"$ref": "#/definitions/text"},
							"strategy": {"enum": ["append", "override", "add-only"]}
						}
					}
				]
			}
		},
		"rules_file": {"$ref": "#/definitions/paths", "description": "rules files and folders"},
		"rules_files": {"$ref": "#/definitions/paths", "description": "rules files and folders"},
		"rule_matching": {"enum": ["first", "all"], "description": "one alert an event, or one for each rule that matches"},
		"ignored_events": {"enum": ["warn", "strict"]},
		"rules": {"type": ["array", "null"], "description": "switches rules on and off"},
		"priority": {"$ref": "#/definitions/priority", "description": "the least priority of rules that are matched"},
		"append_output": {"type": ["array", "null"], "description": "what is added to the outputs of rules"},
		"explain": {"type": ["object", "null"], "description": "which alerts tell why they came, and how often"},
		"profile": {"type": ["object", "null"], "description": "measures what rules cost"},
		"json_output": {"$ref": "#/definitions/switch"},
		"json_include_message_property": {"$ref": "#/definitions/switch"},
		"json_include_output_property": {"$ref": "#/definitions/switch"},
		"json_include_output_fields_property": {"$ref": "#/definitions/switch"},
		"json_include_tags_property": {"$ref": "#/definitions/switch"},
		"json_include_source_property": {"$ref": "#/definitions/switch"},
		"json_include_hostname_property": {"$ref": "#/definitions/switch"},
		"static_fields": {
			"type": ["object", "null"], "description": "texts in every alert's output_fields",
			"additionalProperties": {"type": ["string", "number", "boolean"]}
		},
		"time_format_iso_8601": {"$ref": "#/definitions/switch"},
		"buffered_outputs": {"$ref": "#/definitions/switch"},
		"output_timeout": {"type": "integer", "minimum": 1, "maximum": 86400000, "description": "milliseconds"},
		"watch_config_files": {"$ref": "#/definitions/switch"},
		"log_stderr": {"$ref": "#/definitions/switch"},
		"log_syslog": {"$ref": "#/definitions/switch"},
		"log_level": {
			"enum": ["emergency", "alert", "critical", "error", "warning", "notice", "info", "informational", "debug",
				"trace"]
		},
		"plugin_dir": {"$ref": "#/definitions/text"},
		"plugins": {"type": ["array", "null"], "items": {"$ref": "#/definitions/plugin"}},
		"source": {"$ref": "#/definitions/text", "description": "where live events come from"},
		"matcher": {
			"description": "what matches events, or settings of it",
			"anyOf": [{"$ref": "#/definitions/text"}, {"type": "object"}]
		},
		"captures": {
			"type": ["array", "null"], "minItems": 1, "maxItems": 1,
			"items": {
				"type": "object", "additionalProperties": false,
				"properties": {"source": {"$ref": "#/definitions/text"}, "matcher": {"$ref": "#/definitions/text"}}
			}
		},
		"engine": {
			"type": ["object", "null"], "additionalProperties": false, "required": ["kind"],
			"properties": {
				"kind": {"enum": ["kmod", "modern_ebpf", "replay"]},
				"kmod": {"type": ["object", "null"]},
				"modern_ebpf": {"type": ["object", "null"]},
				"replay": {
					"type": ["object", "null"], "additionalProperties": false,
					"properties": {"capture_file": {"$ref": "#/definitions/text"}}
				},
				"ebpf": {}, "gvisor": {}
			}
		},
		"syscall_event_drops": {
			"type": ["object", "null"], "additionalProperties": false,
			"properties": {
				"threshold": {"type": "number", "minimum": 0, "maximum": 1},
				"actions": {
					"anyOf": [
						{"$ref": "#/definitions/drop_action"},
						{"type": "array", "items": {"$ref": "#/definitions/drop_action"}}
					]
				},
				"rate": {"type": "number", "minimum": 0},
				"max_burst": {"type": "number", "minimum": 0},
				"simulate_drops": {"$ref": "#/definitions/switch"}
			}
		},
		"metrics": {
			"type": ["object", "null"], "additionalProperties": false,
			"properties": {
				"enabled": {"$ref": "#/definitions/switch"},
				"interval": {"$ref": "#/definitions/duration"},
				"output_file": {"$ref": "#/definitions/text"}
			}
		},
		"capabilities": {
			"type": ["object", "null"], "additionalProperties": false,
			"properties": {
				"drop": {"$ref": "#/definitions/switch"},
				"keep_capture": {"$ref": "#/definitions/switch"},
				"keep": {"type": ["array", "string"], "items": {"type": "string"}}
			}
		},
		"record": {"type": ["object", "null"]},
		"base_syscalls": {"type": ["object", "null"]},
		"container_engines": {"type": ["object", "null"]},
		"falco_libs": {
			"type": ["object", "null"], "additionalProperties": false,
			"properties": {"snaplen": {"type": "integer", "minimum": 0, "maximum": 65000}}
		}
	},
	"patternProperties": {"^(?!json_output$|append_output$).+_output$": {"$ref": "#/definitions/output"}},
	"definitions": {
		"text": {"type": ["string", "number", "boolean"], "minLength": 1},
		"switch": {
			"anyOf": [
				{"type": "boolean"},
				{"type": "string", "pattern": "^([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]|[Yy][Ee][Ss]|[Nn][Oo]|[Oo][Nn]|[Oo][Ff][Ff])$"}
			]
		},
		"duration": {
			"description": "such as 60s, 500ms, 2m or 1h; a number is seconds",
			"anyOf": [
				{"type": "integer", "minimum": 0, "maximum": 604800},
				{"type": "string", "pattern": "^[0-9]+(ms|s|m|h)?$"}
			]
		},
		"paths": {
			"anyOf": [
				{"$ref": "#/definitions/text"},
				{"type": "array", "minItems": 1, "items": {"$ref": "#/definitions/text"}}
			]
		},
		"priority": {
			"type": "string", "minLength": 1,
			"description": "emergency, alert, critical, error, warning, notice, informational or debug; the beginning is enough"
		},
		"filter": {
			"type": ["object", "null"], "additionalProperties": false,
			"properties": {
				"priority": {"$ref": "#/definitions/priority"},
				"rules": {"anyOf": [{"$ref": "#/definitions/text"}, {"type": "array", "items": {"$ref": "#/definitions/text"}}]},
				"tags": {"anyOf": [{"$ref": "#/definitions/text"}, {"type": "array", "items": {"$ref": "#/definitions/text"}}]},
				"source": {"anyOf": [{"$ref": "#/definitions/text"}, {"type": "array", "items": {"$ref": "#/definitions/text"}}]}
			}
		},
		"queue": {
			"type": ["object", "null"], "additionalProperties": false,
			"properties": {
				"capacity": {"type": "integer", "minimum": 1, "maximum": 10000000},
				"on_full": {"enum": ["block", "drop_new", "drop_old"]}
			}
		},
		"isolation": {
			"anyOf": [
				{"enum": ["none", "process"]},
				{
					"type": "object", "additionalProperties": false,
					"properties": {
						"mode": {"enum": ["none", "process"]},
						"user": {"$ref": "#/definitions/text"},
						"timeout": {"$ref": "#/definitions/duration"},
						"limits": {
							"type": ["object", "null"], "additionalProperties": false,
							"properties": {
								"memory_mb": {"type": "integer", "minimum": 64},
								"open_files": {"type": "integer", "minimum": 16},
								"processes": {"type": "integer", "minimum": 1},
								"file_size_mb": {"type": "integer", "minimum": 1}
							}
						}
					}
				}
			]
		},
		"retry": {
			"type": ["object", "null"], "additionalProperties": false,
			"properties": {
				"first_ms": {"type": "integer", "minimum": 1},
				"max_ms": {"type": "integer", "minimum": 1},
				"give_up_after": {
					"anyOf": [
						{"$ref": "#/definitions/duration"},
						{"enum": ["never"]}
					]
				}
			}
		},
		"batch": {
			"type": ["object", "null"], "additionalProperties": false,
			"properties": {
				"max_alerts": {"type": "integer", "minimum": 1, "maximum": 100000},
				"max_ms": {"type": "integer", "minimum": 0, "maximum": 3600000}
			}
		},
		"dedup": {
			"type": ["object", "null"], "additionalProperties": false,
			"properties": {
				"by": {"anyOf": [{"$ref": "#/definitions/text"}, {"type": "array", "items": {"$ref": "#/definitions/text"}}]},
				"window": {"allOf": [{"$ref": "#/definitions/duration"}, {"not": {"enum": [0, "0", "0s"]}}]},
				"max_keys": {"type": "integer", "minimum": 1, "maximum": 10000000}
			}
		},
		"spool": {
			"type": ["object", "null"], "additionalProperties": false, "required": ["dir"],
			"properties": {
				"dir": {"$ref": "#/definitions/text"},
				"max_bytes": {"type": "integer", "minimum": 1048576, "maximum": 1099511627776},
				"max_age": {"$ref": "#/definitions/duration"},
				"on_full": {"enum": ["block", "drop_new", "drop_old"]},
				"sync": {"$ref": "#/definitions/switch"}
			}
		},
		"drop_action": {"enum": ["ignore", "log", "alert", "exit"]},
		"output": {
			"type": ["object", "null"],
			"properties": {
				"enabled": {"$ref": "#/definitions/switch"}
			}
		},
		"plugin": {
			"type": "object", "required": ["library"], "additionalProperties": false,
			"properties": {
				"library": {"$ref": "#/definitions/text"},
				"name": {"$ref": "#/definitions/text"},
				"config": {"type": ["object", "null"]},
				"sha256": {"type": ["string", "number"], "pattern": "^[0-9a-fA-F]{64}$"}
			}
		}
	}
})json";

// What `output` and `plugin` of the definitions have besides.
constexpr const char *kDelivery = R"json({
	"properties": {
		"required": {"$ref": "#/definitions/switch"},
		"format": {"enum": ["text", "json", "template"]},
		"template": {"$ref": "#/definitions/text"},
		"filter": {"$ref": "#/definitions/filter"},
		"queue": {"$ref": "#/definitions/queue"},
		"retry": {"$ref": "#/definitions/retry"},
		"isolation": {"$ref": "#/definitions/isolation"},
		"batch": {"$ref": "#/definitions/batch"},
		"dedup": {"$ref": "#/definitions/dedup"},
		"spool": {"$ref": "#/definitions/spool"}
	},
	"if": {"required": ["format"], "properties": {"format": {"const": "template"}}},
	"then": {"required": ["template"]},
	"else": {"not": {"required": ["template"]}}
})json";

bool are_texts(const json &choices)
{
	return std::all_of(choices.begin(), choices.end(), [](const json &choice) { return choice.is_string(); });
}

// Any case of a character.
std::string any_case(char c)
{
	const char upper = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
	return upper == c ? std::string(1, c) : std::string{'[', upper, c, ']'};
}

// The beginning of a priority's name is enough.
std::string priority_pattern()
{
	std::string pattern = "^(";
	for (const std::string name :
	     {"emergency", "alert", "critical", "error", "warning", "notice", "informational", "debug"}) {
		std::string beginnings;
		for (auto c = name.rbegin(); c != name.rend(); ++c)
			beginnings = beginnings.empty() ? any_case(*c) : any_case(*c) + "(" + beginnings + ")?";
		pattern += (pattern.size() > 2 ? "|" : "") + beginnings;
	}
	return pattern + ")$";
}

// Choices are taken whatever their case: below each list of them the schema gets a pattern that says so.
void ignore_case(json &schema)
{
	if (schema.is_object() && schema.contains("enum") && are_texts(schema["enum"])) {
		std::string pattern;
		for (const std::string choice : schema["enum"]) {
			pattern += pattern.empty() ? "^(" : "|";
			for (const char c : choice)
				pattern += any_case(c);
		}
		const json choices = {{"enum", schema["enum"]}};
		schema.erase("enum");
		schema["anyOf"] = {choices, {{"type", "string"}, {"pattern", pattern + ")$"}}};
		return;
	}
	if (schema.is_structured()) {
		for (auto &below : schema)
			ignore_case(below);
	}
}

void add_definitions(json &schema, const json &of)
{
	const json definitions = of.is_object() ? of.value("definitions", json::object()) : json::object();
	for (const auto &[name, definition] : definitions.items())
		schema["definitions"][name] = definition;
}

// The members of a plugin's configuration, and those that the host has beside them.
json with_members(const json &plugin, const json &members)
{
	json whole = {{"properties", plugin.value("properties", json::object())}};
	for (auto &[key, member] : whole["properties"].items()) {
		if (member.value("type", json()) == "boolean")
			member["type"] = json::array({"boolean", "string"}); // yes, on
	}
	for (const auto &[key, member] : members.items())
		whole["properties"].emplace(key, json::object());
	whole["additionalProperties"] = plugin.value("additionalProperties", json(true));
	return whole;
}

// In falco.yaml `matcher` is a name, or a block of what the matcher's configuration has.
void add_matcher(json &schema, const json &matcher)
{
	if (!matcher.is_object()) return;
	add_definitions(schema, matcher);
	json block = with_members(matcher, json::object());
	block["type"] = "object";
	schema["properties"]["matcher"]["anyOf"][1] = std::move(block);
}

// What is there of an output's block may be anything while the output is off.
void add_plugin(json &schema, const std::string &library, const json &plugin)
{
	add_definitions(schema, plugin);
	json own = plugin;
	own.erase("definitions");
	schema["definitions"]["plugin"]["allOf"].push_back(
		{{"if", {{"required", {"library"}}, {"properties", {{"library", {{"const", library}}}}}}},
		 {"then",
		  {{"properties",
		    {{"config", {{"anyOf", {with_members(own, json::object()), {{"type", "null"}}}}}}}}}}});
	if (library == "tap-recorder") {
		schema["properties"]["record"] = with_members(own, {{"enabled", true}});
		schema["properties"]["record"]["type"] = json::array({"object", "null"});
		return;
	}
	const std::string output = "output-";
	if (library.compare(0, output.size(), output) != 0) return;
	json whole = with_members(own, schema["definitions"]["output"]["properties"]);
	whole["required"] = own.value("required", json::array());
	const json on = {
		{"anyOf",
		 {{{"const", true}}, {{"type", "string"}, {"pattern", "^([Tt][Rr][Uu][Ee]|[Yy][Ee][Ss]|[Oo][Nn])$"}}}}};
	schema["properties"][library.substr(output.size()) + "_output"] = {
		{"if", {{"type", "object"}, {"required", {"enabled"}}, {"properties", {{"enabled", on}}}}},
		{"then", std::move(whole)}};
}

} // namespace

json config_schema(const json &matcher, const std::map<std::string, json> &plugins)
{
	json schema = json::parse(kSchema);
	const json delivery = json::parse(kDelivery);
	for (const auto &[key, value] : delivery.items()) {
		for (const char *owner : {"output", "plugin"})
			schema["definitions"][owner][key].update(value);
	}
	ignore_case(schema);
	schema["definitions"]["priority"]["pattern"] = priority_pattern();
	const json properties = matcher.is_object() ? matcher.value("properties", json::object()) : json::object();
	for (const char *key : {"rules", "append_output", "explain", "profile", "base_syscalls", "container_engines"}) {
		const auto known = properties.find(key);
		if (known == properties.end()) continue;
		json described = *known;
		described.erase("default");
		schema["properties"][key] = {{"anyOf", {std::move(described), {{"type", "null"}}}}};
	}
	add_matcher(schema, matcher);
	for (const auto &[library, plugin] : plugins)
		add_plugin(schema, library, plugin);
	return schema;
}

} // namespace falco::host
