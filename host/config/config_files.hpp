// SPDX-License-Identifier: Apache-2.0
//
// What makes one configuration of several files: the key config_files, and ${VARIABLE} in values.
#pragma once

#include "common/yaml_tree.hpp"

#include <string>
#include <vector>

namespace falco::host::config {

// Adds the files and folders that `config_files` in `root` names, one after the other. Returns their paths. Throws
// yaml::Error.
std::vector<std::string> add_config_files(yaml::Node &root, const std::string &working_directory);

// Puts the environment's variables in the place of ${NAME} in every value; $${NAME} is the text ${NAME}. Throws
// yaml::Error for one that is not set.
void expand_variables(yaml::Node &root);

} // namespace falco::host::config
