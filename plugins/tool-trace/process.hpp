// SPDX-License-Identifier: Apache-2.0
//
// Processes, and threads of them, as YAML.
#pragma once

#include "common/yaml_tree.hpp"
#include "plugins/trace-builder/trace.hpp"
#include "yaml_map.hpp"

#include <functional>
#include <string>
#include <vector>

namespace falco::trace_tool {

// What the keys of a process refer to.
struct ProcessContext {
	std::function<trace::Pid(const yaml::Node &)> pid_of;        // a process by its id or number
	std::function<std::string(const yaml::Node &)> container_of; // the full id of a container
	std::function<void(const yaml::Node &)> require_user;        // throws yaml::Error
};

// Keys of a program: of spawn, exec and execveat, and of a process of the first table.
const std::vector<std::string> &program_keys();
const std::vector<std::string> &process_keys();

// Throw yaml::Error.
trace::Process read_program(const YamlMap &map, const ProcessContext &context);
trace::Process read_process(const YamlMap &map, const ProcessContext &context);

// A block of YAML, an item of `processes`, from which read_process makes the same thread.
std::string describe_process(const trace::Thread &thread);

} // namespace falco::trace_tool
