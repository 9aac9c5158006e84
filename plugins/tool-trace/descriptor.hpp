// SPDX-License-Identifier: Apache-2.0
//
// Descriptors that are open when a trace begins, as YAML.
#pragma once

#include "common/yaml_tree.hpp"

#include <libscap/scap.h>

#include <string>

namespace falco::trace_tool {

// Throws yaml::Error.
scap_fdinfo read_descriptor(const yaml::Node &node);

// In flow style.
std::string describe_descriptor(const scap_fdinfo &descriptor);

} // namespace falco::trace_tool
