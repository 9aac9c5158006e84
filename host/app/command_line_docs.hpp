// SPDX-License-Identifier: Apache-2.0
//
// What is made from the definition of the command line: man pages and completion for shells.
#pragma once

#include <functional>
#include <string>

namespace CLI {
class App;
}

namespace falco::host {

// The man page of a command (roff). `path`: "falco", "falco explain". `date`: "2026-11-24"; `version`: of falco.
std::string man_page(const CLI::App &command, const std::string &path, const std::string &version);

// A script that teaches a shell to complete falco's commands, options and files.
std::string bash_completion(const CLI::App &app);
std::string zsh_completion(const CLI::App &app);
std::string fish_completion(const CLI::App &app);

// Adds the commands completion and man. What was asked for is put into `action`, which returns the exit status.
void add_documentation_commands(CLI::App &app, std::function<int()> &action);

} // namespace falco::host
