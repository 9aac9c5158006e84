// SPDX-License-Identifier: Apache-2.0
//
// What the configuration says to its user, in one place. `key` is the key's path: "plugins[0].queue.capacity".
#pragma once

#include "common/yaml_tree.hpp"

#include <initializer_list>
#include <string>
#include <vector>

namespace falco::host::config {

// "'maybe'", "a list", "nothing": what stands where something else is expected.
std::string describe_value(const yaml::Node &node);

yaml::Error wrong_value(const yaml::Node &node, const std::string &key, const std::string &expected);
yaml::Error missing_key(const yaml::Place &place, const std::string &block, const std::string &key,
			const std::string &meaning);
yaml::Error only_for_outputs(const yaml::Place &place, const std::string &key);
yaml::Error name_twice(const yaml::Place &place, const std::string &name, const yaml::Place &first);
yaml::Error both_given(const yaml::Place &place, const std::string &key, const std::string &other);
// Throws that error for the first of these keys that stands beside `other`.
void refuse_beside(const yaml::Node &root, std::initializer_list<const char *> keys, const std::string &other);
yaml::Error said_otherwise(const yaml::Place &place, const std::string &key, const yaml::Place &other);
yaml::Error no_output(const std::string &file);

std::string unknown_key(const yaml::Place &place, const std::string &key, const std::string &name,
			const std::vector<std::string> &known);
std::string not_used(const yaml::Place &place, const std::string &key, const std::string &used);
std::string no_file();

} // namespace falco::host::config
