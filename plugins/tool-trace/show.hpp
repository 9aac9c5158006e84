// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace falco::trace_tool {

// What is used where the user names no format: a line of event number, time, CPU, process, direction, type, arguments.
extern const char *const kDefaultFormat;

struct ShowRequest {
	std::string file;
	std::string filter; // empty: every event
	std::string format = kDefaultFormat;
	std::uint64_t from = 0, to = UINT64_MAX; // event numbers
	std::uint64_t count = UINT64_MAX;        // of lines
};

// Prints a line for each event. Throws std::runtime_error; the events before a damage are printed first.
void show_trace(const ShowRequest &request, const std::function<void(std::string_view)> &print,
		const std::function<void(std::uint64_t, std::uint64_t)> &progress);

} // namespace falco::trace_tool
