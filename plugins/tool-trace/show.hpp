// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace falco::trace_tool {

struct ShowRequest {
	std::string file;
	std::string filter; // empty: every event
	std::string format; // empty: the default
	bool json = false;
	std::uint64_t from = 0, to = UINT64_MAX; // event numbers
	std::uint64_t count = UINT64_MAX;        // of lines
};

// Prints a line for each event: event number, time, CPU, process, direction, type, arguments, or what the format says;
// as JSON these all, with what the format says as "output". Throws std::runtime_error; the events before a damage are
// printed first.
void show_trace(const ShowRequest &request, const std::function<void(std::string_view)> &print,
		const std::function<void(std::uint64_t, std::uint64_t)> &progress);

} // namespace falco::trace_tool
