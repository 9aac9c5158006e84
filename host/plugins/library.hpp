// SPDX-License-Identifier: Apache-2.0
//
// The steps of load_plugin, for those who need one of them alone.
#pragma once

#include <falco/plugin.h>

#include <string>
#include <vector>

namespace falco::host {

// Maps the library and finds its table; checks neither file nor table. Throws Error. Never unloaded.
const falco_plugin *open_library(const std::string &path);

// The absolute path that load_plugin loads. Throws Error when there is no such file.
std::string find_library(const std::string &name_or_path, const std::string &plugin_dir);

// Names of the libraries in a folder, sorted, without ".so". A folder that cannot be read has none.
std::vector<std::string> list_libraries(const std::string &plugin_dir);

} // namespace falco::host
