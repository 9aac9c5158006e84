// SPDX-License-Identifier: Apache-2.0
#include "host/plugins/tool_commands.hpp"

#include "common/nearest.hpp"
#include "host/error.hpp"
#include "host/plugins/schema.hpp"

#include <algorithm>
#include <set>

namespace falco::host {

using nlohmann::json;

namespace {

// Of one command; falco_tool_ops says what each key means. The host adds --help and --plugin-dir to every command.
constexpr const char *kCommandSchema = R"({
	"type": "object",
	"additionalProperties": false,
	"required": ["name", "description", "arguments"],
	"properties": {
		"name": {"type": "string", "pattern": "^[a-z][a-z0-9-]*$"},
		"description": {"type": "string", "minLength": 1},
		"details": {"type": "string"},
		"arguments": {"type": "array", "items": {
			"type": "object",
			"additionalProperties": false,
			"required": ["name", "type", "description"],
			"properties": {
				"name": {"type": "string", "pattern": "^[a-z][a-z0-9_]*$", "not": {"enum": ["help", "plugin_dir"]}},
				"type": {"enum": ["string", "integer", "file", "folder", "flag"]},
				"description": {"type": "string", "minLength": 1},
				"positional": {"type": "boolean"},
				"short": {"type": "string", "pattern": "^[A-Za-gi-z]$"},
				"value": {"type": "string"},
				"required": {"type": "boolean"},
				"repeated": {"type": "boolean"},
				"choices": {"type": "array", "minItems": 1},
				"minimum": {"type": "integer"},
				"maximum": {"type": "integer"},
				"default": {"type": ["string", "integer", "boolean", "array"]}
			}
		}},
		"examples": {"type": "array", "items": {
			"type": "object",
			"additionalProperties": false,
			"required": ["command", "description"],
			"properties": {"command": {"type": "string"}, "description": {"type": "string"}}
		}}
	}
})";

ToolArgument::Type type_named(const std::string &name)
{
	using Type = ToolArgument::Type;
	return name == "integer"  ? Type::integer
	       : name == "file"   ? Type::file
	       : name == "folder" ? Type::folder
	       : name == "flag"   ? Type::flag
				  : Type::string;
}

ToolArgument read_argument(const json &told)
{
	ToolArgument argument;
	argument.name = told["name"];
	argument.type = type_named(told["type"]);
	argument.description = told["description"];
	argument.positional = told.value("positional", false);
	argument.short_name = told.value("short", "");
	argument.value = told.value("value", argument.type == ToolArgument::Type::integer ? "NUMBER" : "TEXT");
	argument.required = told.value("required", false);
	argument.repeated = told.value("repeated", false);
	argument.choices = told.value("choices", std::vector<json>());
	if (told.contains("minimum")) argument.minimum = told["minimum"];
	if (told.contains("maximum")) argument.maximum = told["maximum"];
	argument.default_value = told.value("default", json());
	return argument;
}

std::string list_of(const std::vector<json> &values)
{
	std::string text;
	for (const json &value : values)
		text += (text.empty() ? "" : ", ") + (value.is_string() ? value.get<std::string>() : value.dump());
	return text;
}

// Why the argument does not take the value; empty: it does.
std::string value_problem(const ToolArgument &argument, const json &value)
{
	const std::string found = ", found " + value.dump(-1, ' ', false, json::error_handler_t::replace);
	switch (argument.type) {
	case ToolArgument::Type::flag:
		return value.is_boolean() ? "" : "is either given or not" + found;
	case ToolArgument::Type::integer:
		if (!value.is_number_integer()) return "must be a whole number" + found;
		if (value.is_number_unsigned() && value.get<uint64_t>() > INT64_MAX) return "is too large" + found;
		if (argument.minimum && value.get<int64_t>() < *argument.minimum)
			return "must be at least " + std::to_string(*argument.minimum) + found;
		if (argument.maximum && value.get<int64_t>() > *argument.maximum)
			return "must be at most " + std::to_string(*argument.maximum) + found;
		break;
	case ToolArgument::Type::string:
	case ToolArgument::Type::file:
	case ToolArgument::Type::folder:
		if (!value.is_string()) return "must be text" + found;
		break;
	}
	const auto &choices = argument.choices;
	if (!choices.empty() && std::find(choices.begin(), choices.end(), value) == choices.end())
		return "must be one of " + list_of(choices) + found;
	return {};
}

std::string values_problem(const ToolArgument &argument, const json &value)
{
	if (!argument.repeated) return value_problem(argument, value);
	if (!value.is_array()) return "must be a list";
	for (const json &one : value) {
		const std::string problem = value_problem(argument, one);
		if (!problem.empty()) return problem;
	}
	return {};
}

// What the schema cannot say.
void check_argument(const ToolArgument &argument, const std::string &where, std::set<std::string> &seen)
{
	if (!seen.insert(argument.name).second) throw Error(where + " stands twice");
	if (!argument.short_name.empty() && !seen.insert("-" + argument.short_name).second)
		throw Error(where + ": the short form -" + argument.short_name + " stands twice");
	if (argument.type == ToolArgument::Type::flag &&
	    (argument.positional || argument.repeated || argument.required))
		throw Error(where + ": a flag is neither positional nor repeated nor required");
	if (argument.default_value.is_null()) return;
	if (argument.required) throw Error(where + ": what is required has no default");
	const std::string problem = values_problem(argument, argument.default_value);
	if (!problem.empty()) throw Error(where + ": its default " + problem);
}

} // namespace

std::string ToolArgument::shown() const
{
	if (positional) return value;
	std::string text = "--" + name;
	std::replace(text.begin(), text.end(), '_', '-');
	return text;
}

std::vector<ToolCommand> read_tool_commands(const char *text)
{
	const json told = json::parse(text, nullptr, false);
	if (!told.is_array() || told.empty()) throw Error("is no JSON array of commands");
	const Schema schema(kCommandSchema);
	std::vector<ToolCommand> commands;
	std::set<std::string> names;
	for (const json &one : told) {
		const std::string where = "[" + std::to_string(commands.size()) + "]";
		if (!one.is_object()) throw Error(where + " must be an object");
		if (const auto fault = schema.check(one)) {
			std::string path = where;
			for (const std::string &step : fault->path)
				path += "." + step;
			throw Error(path + " " + fault->message);
		}
		ToolCommand command{one["name"], one["description"], one.value("details", ""), {}, {}};
		if (!names.insert(command.name).second) throw Error("'" + command.name + "' stands twice");
		std::set<std::string> seen;
		for (const json &argument : one["arguments"]) {
			command.arguments.push_back(read_argument(argument));
			check_argument(command.arguments.back(),
				       "'" + command.name + "': argument '" + command.arguments.back().name + "'",
				       seen);
		}
		for (const json &example : one.value("examples", json::array()))
			command.examples.push_back({example["command"], example["description"]});
		commands.push_back(std::move(command));
	}
	return commands;
}

std::string tool_commands_problem(const char *text)
{
	try {
		read_tool_commands(text);
		return {};
	} catch (const std::exception &problem) {
		return problem.what();
	}
}

json complete_arguments(const ToolCommand &command, json arguments)
{
	for (const auto &given : arguments.items()) {
		const auto known =
			std::any_of(command.arguments.begin(), command.arguments.end(),
				    [&](const ToolArgument &argument) { return argument.name == given.key(); });
		if (known) continue;
		std::vector<std::string> names;
		for (const ToolArgument &argument : command.arguments)
			names.push_back(argument.name);
		throw Error("'" + command.name + "' has no argument '" + given.key() + "'" +
			    did_you_mean(given.key(), names));
	}
	for (const ToolArgument &argument : command.arguments) {
		if (!arguments.contains(argument.name)) {
			if (argument.required) throw Error(argument.shown() + " is missing: " + argument.description);
			if (argument.type == ToolArgument::Type::flag) {
				arguments[argument.name] =
					argument.default_value.is_boolean() && argument.default_value;
			} else if (!argument.default_value.is_null()) {
				arguments[argument.name] = argument.default_value;
			}
			continue;
		}
		const std::string problem = values_problem(argument, arguments[argument.name]);
		if (!problem.empty()) throw Error(argument.shown() + " " + problem);
	}
	return arguments;
}

} // namespace falco::host
