// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/event_encoder.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace falco::test {

/// All that a .scap file holds, ready to be written.
struct TraceFile {
	struct Row {
		std::int64_t pid = 0;
		std::int64_t parent = 0;
		std::string name;
		std::string path;
		std::string argv0;
		std::string cwd;
		std::string args;    // NUL-terminated strings
		std::string cgroups; // NUL-terminated strings
		std::uint32_t uid = 0;
		bool from_memfd = false;
		std::map<std::int64_t, std::string> files;
	};
	std::vector<Row> processes;
	std::map<std::uint32_t, std::string> users;
	std::vector<EncodedEvent> events;
};

void write_trace_file(const TraceFile &file, const std::string &path);

} // namespace falco::test
