// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/yaml_tree.hpp"
#include "event_reader.hpp"
#include "plugins/trace-builder/trace.hpp"
#include "trace_names.hpp"
#include "yaml_map.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace falco::trace_tool {

// Builds the trace that the YAML describes. Everything throws yaml::Error.
class TraceBuilder {
public:
	// All but the events. The YAML must outlive it.
	explicit TraceBuilder(const yaml::Node &root);

	// The events that the YAML has. `progress` is told how many of how many.
	trace::Trace build(const std::function<void(std::uint64_t, std::uint64_t)> &progress = nullptr);

	// For those who bring the events: what is built, and what reads them.
	trace::Trace &trace() { return trace_; }
	EventReader &events() { return events_; }

private:
	void read_process(const yaml::Node &node);

	YamlMap root_;
	trace::Trace trace_;
	TraceNames names_;
	EventReader events_;
};

trace::Trace build_trace(const yaml::Node &root,
			 const std::function<void(std::uint64_t, std::uint64_t)> &progress = nullptr);

// A JSON Schema of the YAML, for editors.
std::string trace_schema();

// The part of a document that a JSON pointer ("/tests/0/trace") names; an empty one is the whole. Throws
// std::runtime_error.
const yaml::Node &node_at(const yaml::Node &root, const std::string &pointer);

} // namespace falco::trace_tool
