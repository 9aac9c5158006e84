// SPDX-License-Identifier: Apache-2.0
//
// What a tool says about its commands, and whether a call of one fits it.
#pragma once

#include <falco/plugin.h>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace falco::host {

struct ToolArgument {
	enum class Type { string, integer, file, folder, flag };
	std::string name;
	Type type = Type::string;
	std::string description;
	bool positional = false;
	std::string short_name; // a letter, or empty
	std::string value;      // how help calls it
	bool required = false;
	bool repeated = false;
	std::vector<nlohmann::json> choices;
	std::optional<int64_t> minimum, maximum;
	nlohmann::json default_value; // null: none

	// How a person writes it: "--with-lines", or "FILE" when it stands by itself.
	std::string shown() const;
};

struct ToolCommand {
	struct Example {
		std::string command, description;
	};
	std::string name, description, details;
	std::vector<ToolArgument> arguments;
	std::vector<Example> examples;
};

// Reads falco_tool_ops.commands. Throws Error with what is wrong with it.
std::vector<ToolCommand> read_tool_commands(const char *text);

// What is wrong with falco_tool_ops.commands; empty: nothing.
std::string tool_commands_problem(const char *text);

// A call's arguments with the defaults filled in. Throws Error that names the argument: one that the command does not
// have, one that is missing, a value that it does not take.
nlohmann::json complete_arguments(const ToolCommand &command, nlohmann::json arguments);

} // namespace falco::host
