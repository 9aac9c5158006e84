// SPDX-License-Identifier: Apache-2.0
#include "host/app/plugin_commands.hpp"

#include "host/app/text_table.hpp"
#include "host/plugins/plugin.hpp"
#include "host/plugins/schema.hpp"
#include "host/plugins/schema_messages.hpp"

#include <algorithm>
#include <filesystem>
#include <initializer_list>
#include <iostream>
#include <utility>

namespace falco::host {

using nlohmann::json;

namespace {

using Rows = std::vector<std::vector<std::string>>;

constexpr int kMaxDepth = 8; // of nested keys that are shown; a schema may refer to itself

json names_of_set(std::initializer_list<std::pair<const char *, bool>> functions)
{
	json names = json::array();
	for (const auto &[name, is_set] : functions)
		if (is_set) names.push_back(name);
	return names;
}

void add_kind(const falco_source_ops &ops, json &info)
{
	info["family"] = ops.family.name;
	info["flags"] = names_of_set({{"live", (ops.flags & FALCO_SOURCE_LIVE) != 0}});
	info["optional_functions"] = names_of_set({{"metrics", ops.metrics}, {"update", ops.update}});
}

void add_kind(const falco_matcher_ops &ops, json &info)
{
	info["family"] = ops.family.name;
	info["flags"] = json::array();
	info["optional_functions"] = names_of_set({{"metrics", ops.metrics},
						   {"interests", ops.interests},
						   {"validate", ops.validate},
						   {"describe", ops.describe},
						   {"fields", ops.fields},
						   {"explain", ops.explain},
						   {"events", ops.events},
						   {"rules_schema", ops.rules_schema},
						   {"observe", ops.observe},
						   {"observed", ops.observed}});
}

void add_kind(const falco_output_ops &ops, json &info)
{
	info["flags"] = names_of_set({{"bare", (ops.flags & FALCO_OUTPUT_BARE) != 0}});
	info["optional_functions"] = names_of_set({{"write_batch", ops.write_batch},
						   {"flush", ops.flush},
						   {"reopen", ops.reopen},
						   {"metrics", ops.metrics}});
}

void add_kind(const falco_tap_ops &ops, json &info)
{
	info["family"] = ops.family.name;
	info["flags"] = json::array();
	info["optional_functions"] = names_of_set({{"metrics", ops.metrics}});
}

void add_kind(const falco_tool_ops &ops, json &info)
{
	info["flags"] = json::array();
	info["optional_functions"] = json::array();
	info["commands"] = json::parse(ops.commands);
}

json describe(const Plugin &plugin)
{
	const falco_plugin &table = *plugin.table;
	json info{{"file", plugin.path},
		  {"name", table.name},
		  {"kind", kind_name(table.kind)},
		  {"version", table.version},
		  {"abi", std::to_string(table.abi_major) + "." + std::to_string(table.abi_minor)},
		  {"description", table.description},
		  {"contact", table.contact ? json(table.contact) : json()}};
	if (table.source) add_kind(*table.source, info);
	if (table.matcher) add_kind(*table.matcher, info);
	if (table.output) add_kind(*table.output, info);
	if (table.tap) add_kind(*table.tap, info);
	if (table.tool) add_kind(*table.tool, info);
	info["config_schema"] = table.config_schema ? json::parse(table.config_schema) : json();
	return info;
}

std::string type_text(const Schema &schema, const json &part)
{
	if (part.value("type", json()) != "array") return type_words(part);
	const json *items = schema.find_below(part, "0");
	const std::string of = items ? type_words(schema.resolve(*items)) : "anything";
	return of == "anything" ? "a list" : "a list, each " + of;
}

std::string bounds_text(const json &part)
{
	std::string text;
	for (const auto &[key, words] : {std::pair("minimum", "at least "), std::pair("maximum", "at most ")})
		if (part.contains(key)) text += (text.empty() ? "" : ", ") + std::string(words) + part[key].dump();
	return text;
}

void add_keys(const Schema &schema, const json &unresolved, const std::string &prefix, int depth, Rows &rows)
{
	const json &object = schema.resolve(unresolved);
	if (depth > kMaxDepth || !object.is_object() || !object.contains("properties")) return;
	const json required = object.value("required", json::array());
	for (const auto &[key, unresolved_part] : object["properties"].items()) {
		const json &part = schema.resolve(unresolved_part);
		if (!part.is_object()) continue;
		const bool must = std::find(required.begin(), required.end(), json(key)) != required.end();
		std::string allowed = allowed_values(part);
		if (allowed.empty()) allowed = bounds_text(part);
		std::string description = part.value("description", json("")).is_string()
						  ? part.value("description", std::string())
						  : std::string();
		if (!allowed.empty()) description += (description.empty() ? "" : "; ") + ("allowed: " + allowed);
		const std::string fallback = part.contains("default") ? part["default"].dump()
					     : must                   ? "required"
								      : "-";
		rows.push_back({prefix + key, type_text(schema, part), fallback, description});
		add_keys(schema, part, prefix + key + ".", depth + 1, rows);
		if (const json *items = part.contains("items") ? schema.find_below(part, "0") : nullptr)
			add_keys(schema, *items, prefix + key + "[].", depth + 1, rows);
	}
}

std::string words(const json &list)
{
	std::string text;
	for (const json &word : list)
		text += (text.empty() ? "" : ", ") + word.get<std::string>();
	return text.empty() ? "none" : text;
}

std::string commands_text(const json &commands)
{
	Rows rows{{"COMMAND", "DESCRIPTION"}};
	for (const json &command : commands)
		rows.push_back({command["name"], command["description"]});
	return text_table(rows);
}

std::string as_text(const json &info, const char *schema_text)
{
	Rows head;
	for (const char *key : {"name", "kind", "version", "abi", "description", "contact", "family", "file"})
		if (info.contains(key) && info[key].is_string()) head.push_back({key, info[key].get<std::string>()});
	head.push_back({"flags", words(info["flags"])});
	head.push_back({"optional functions", words(info["optional_functions"])});
	std::string text = text_table(head) + "\n";
	if (info.contains("commands")) return text + "Commands:\n" + commands_text(info["commands"]);
	Rows keys{{"KEY", "TYPE", "DEFAULT", "DESCRIPTION"}};
	if (schema_text) {
		const Schema schema(schema_text);
		add_keys(schema, schema.tree(), "", 0, keys);
	}
	return text + (keys.size() > 1 ? "Configuration:\n" + text_table(keys) : "It takes no configuration.\n");
}

} // namespace

int plugin_info(const std::string &name_or_file, const std::string &plugin_dir, bool as_json)
{
	const auto absolute = [](const std::string &path) {
		return std::filesystem::absolute(path).lexically_normal().string();
	};
	const bool is_file = name_or_file.find('/') != std::string::npos;
	const Plugin plugin =
		is_file ? load_plugin(absolute(name_or_file), "") : load_plugin(name_or_file, absolute(plugin_dir));
	const json info = describe(plugin);
	if (as_json)
		std::cout << info.dump(2, ' ', false, json::error_handler_t::replace) << "\n";
	else
		std::cout << as_text(info, plugin.table->config_schema);
	return 0;
}

} // namespace falco::host
