// SPDX-License-Identifier: Apache-2.0
//
// The part of the command line that tools describe.
#pragma once

#include "host/app/tool_run.hpp"
#include "host/plugins/tool_commands.hpp"

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace falco::host {

// Adds `falco NAME COMMAND ...`. When it is parsed, `call` is filled in and `called` becomes true. The values are not
// checked: complete_arguments does that.
void add_tool(CLI::App &app, const std::string &name, const std::string &description,
	      const std::vector<ToolCommand> &commands, ToolCall &call, bool &called);

} // namespace falco::host
