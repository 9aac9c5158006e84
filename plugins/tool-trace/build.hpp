// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/yaml_tree.hpp"
#include "plugins/trace-builder/trace.hpp"

#include <string>

namespace falco::trace_tool {

// Makes the trace that the YAML describes. Throws yaml::Error.
trace::Trace build_trace(const yaml::Node &root);

// A JSON Schema of the YAML, for editors.
std::string trace_schema();

// The part of a document that a JSON pointer ("/tests/0/trace") names; an empty one is the whole. Throws
// std::runtime_error.
const yaml::Node &node_at(const yaml::Node &root, const std::string &pointer);

} // namespace falco::trace_tool
