// SPDX-License-Identifier: Apache-2.0
//
// System calls in their comfortable form: `open: {name: /etc/shadow, flags: O_RDONLY}` is the two events of that call,
// with all their parameters.
#pragma once

#include "plugins/trace-builder/trace.hpp"
#include "process.hpp"
#include "yaml_map.hpp"

#include <functional>
#include <string>
#include <vector>

namespace falco::trace_tool {

// What the arguments of a call refer to.
struct CallContext {
	trace::Trace &trace;
	ProcessContext process;
	std::function<std::int64_t(const yaml::Node &)> fd_of; // a descriptor: a number, or the name an `as` gave it
	std::function<void(const YamlMap &, trace::Pid)> name_process; // one that was made, by its `id`
};

struct Call {
	const char *name;
	std::vector<std::string> keys; // of its arguments
	const char *help;
	// Adds the events; returns what the call does: a descriptor, a pid, 0 or a negative error. Throws yaml::Error.
	std::int64_t (*add)(CallContext &context, trace::Pid caller, const YamlMap &arguments);
};

const std::vector<Call> &calls();

} // namespace falco::trace_tool
