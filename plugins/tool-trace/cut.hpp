// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "output_file.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace falco::trace_tool {

struct CutRequest {
	std::string file;
	std::string filter;
	std::string output;
	OutputFile::Options options;
};

// Writes the events that meet the filter to a file that replays alone: it begins with the state of that moment, and
// keeps for the state the events that change it. Returns how many events met the filter. Throws std::runtime_error,
// also when none did.
std::uint64_t cut_trace(const CutRequest &request, const std::function<void(std::string_view)> &print,
			const std::function<void(std::uint64_t, std::uint64_t)> &progress);

} // namespace falco::trace_tool
