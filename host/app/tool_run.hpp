// SPDX-License-Identifier: Apache-2.0
//
// Tools: plugins that serve a subcommand, `falco NAME COMMAND ...`, from the library tool-NAME.
#pragma once

#include "host/plugins/plugin.hpp"

#include <string>
#include <vector>

namespace falco::host {

// A call of a tool's command.
struct ToolCall {
	std::string tool;
	std::string command;
	nlohmann::json arguments; // by name, those that were given
	std::string plugin_dir;   // empty: the one that belongs to this falco
};

// The names of the tools in a folder, without "tool-".
std::vector<std::string> list_tools(const std::string &plugin_dir);

// Throws Error: there is no such tool, or it is refused.
Plugin load_tool(const std::string &name, const std::string &plugin_dir);

// Runs the command with this process's standard streams and returns the exit status.
int run_tool(const ToolCall &call);

} // namespace falco::host
