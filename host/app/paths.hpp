// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace falco::host {

// Where the plugins of this falco are: beside the program in a build tree, in lib/ in an installed one. Relative to the
// program, so that a tree can be moved.
std::string default_plugin_dir();

std::string working_directory();

// The files that the paths name: of a folder its .yaml and .yml files in lexical order. Throws Error when there are
// none.
std::vector<std::string> expand_folders(const std::vector<std::string> &paths);

// The rules files that `paths` name: a file is itself, a folder its .yaml and .yml files in lexical order. Run as root,
// each must be safe from other users. Throws Error.
std::vector<std::string> find_rules_files(const std::vector<std::string> &paths);

} // namespace falco::host
