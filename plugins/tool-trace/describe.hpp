// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/trace-builder/trace_file.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace falco::trace_tool {

// The trace as YAML from which build_trace makes the same one. `progress`, if any: events described, of all.
void describe_trace(const trace::TraceFile &file, const std::function<void(std::string_view)> &write,
		    const std::function<void(std::uint64_t, std::uint64_t)> &progress = {});

} // namespace falco::trace_tool
