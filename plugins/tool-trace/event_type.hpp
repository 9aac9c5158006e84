// SPDX-License-Identifier: Apache-2.0
//
// Types of events by name. libscap has several types of one name and direction where a call was described anew: version
// 1 is the oldest. Without a version the newest is meant.
#pragma once

#include "common/yaml_tree.hpp"

#include <libscap/scap.h>

#include <string>
#include <vector>

namespace falco::trace_tool {

// The types of this name and direction, from the oldest.
std::vector<ppm_event_code> types_named(const std::string &name, bool is_exit);

// Throws yaml::Error: no such event, or it has no such version. `version` may be nullptr.
ppm_event_code read_type(const yaml::Node &name, bool is_exit, const yaml::Node *version);

// "exit: openat", and ", version: 1" where it is not the newest.
std::string describe_type(ppm_event_code type);

// What the parameters are called: their names, with _2 and so on where one stands several times.
std::vector<std::string> param_keys(const ppm_event_info &info);

} // namespace falco::trace_tool
