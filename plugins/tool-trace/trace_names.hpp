// SPDX-License-Identifier: Apache-2.0
//
// What the YAML of a trace calls its processes, descriptors, users and containers.
#pragma once

#include "plugins/trace-builder/trace.hpp"
#include "process.hpp"
#include "yaml_map.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>

namespace falco::trace_tool {

// All look-ups throw yaml::Error when there is nothing of that name, and say which name was probably meant.
class TraceNames {
public:
	// Must outlive it.
	explicit TraceNames(trace::Trace &trace) : trace_(trace) {}
	TraceNames(const TraceNames &) = delete;
	TraceNames &operator=(const TraceNames &) = delete;

	ProcessContext process_context();

	// An item of `containers`.
	void add_container(const yaml::Node &node);
	// By its id, else by its name, which means nothing when several have it.
	void name_process(const YamlMap &map, trace::Pid pid);
	void name_fd(const std::string &name, std::int64_t fd) { fds_[name] = fd; }

	// A process by its id, or by its number, which may be one that the trace says nothing about.
	trace::Pid pid_of(const yaml::Node &node) const;
	std::int64_t fd_of(const yaml::Node &node) const;

private:
	// The full id.
	std::string container_of(const yaml::Node &node) const;
	void require_user(const yaml::Node &node) const;

	trace::Trace &trace_;
	std::map<std::string, std::string> containers_; // name: full id
	std::map<std::string, std::int64_t> pids_;      // by id or name
	std::set<std::string> ids_, ambiguous_;         // what of that is an id, and a name of several
	std::map<std::string, std::int64_t> fds_;       // by the name that an `as` gave
};

} // namespace falco::trace_tool
