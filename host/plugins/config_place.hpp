// SPDX-License-Identifier: Apache-2.0
//
// A plugin gets its configuration as JSON and cannot say where it stands in the file: its messages begin with the path
// of what is wrong ("append_output[0].extra_output: ..."), and here the path becomes a place.
#pragma once

#include "host/plugins/plugin.hpp"

namespace falco::host {

// Where the path that the message begins with stands in the configuration, or as much of it as was written there.
// Without line: the message begins with no key of it.
yaml::Place find_place(const yaml::Node &config, const std::string &message);

// Gives findings that concern the configuration of the matcher their places in it, and the status, too.
void add_places(LoadResult &loaded, const yaml::Node &config);

} // namespace falco::host
