// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/config.hpp"

#include <string>
#include <vector>

namespace falco::host::config {

// `isolation: none|process`, or a map with the details; `path` is the key's.
IsolationConfig read_isolation(const yaml::Node &node, const std::string &path, std::vector<std::string> &warnings);

} // namespace falco::host::config
