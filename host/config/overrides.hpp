// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/yaml_tree.hpp"

#include <string>

namespace falco::host::config {

// Changes the tree as "-o OPTION" says: `key=value`, `key.subkey=value`, `list[0]=value`, `list[0].key=value`,
// `list[]=value` (appends), split at the first '='. A value that begins with '[', '{' or a quote is YAML; any other is
// text as typed, so that nothing that a shell let through is cut off. What it sets has the place "option -o OPTION".
// Throws yaml::Error.
void apply_override(yaml::Node &root, const std::string &option);

} // namespace falco::host::config
