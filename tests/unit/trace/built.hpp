// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/tool-trace/build.hpp"
#include "plugins/tool-trace/describe.hpp"
#include "plugins/tool-trace/show.hpp"
#include "tests/support/temp_dir.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace falco::trace_tool {

inline trace::Trace built(const std::string &yaml)
{
	return build_trace(yaml::parse(yaml, "test.yaml").root);
}

inline std::string described(const trace::TraceFile &file)
{
	std::string text;
	describe_trace(file, [&](std::string_view part) { text += part; });
	return text;
}

// The same events: types, threads, times, CPUs and all parameters.
inline bool same_events(const trace::TraceFile &one, const trace::TraceFile &other)
{
	return std::equal(one.events.begin(), one.events.end(), other.events.begin(), other.events.end(),
			  [](const trace::StoredEvent &left, const trace::StoredEvent &right) {
				  return left.bytes == right.bytes && left.cpu == right.cpu &&
					 left.state_only == right.state_only;
			  });
}

// What libsinsp shows of the trace, in this format.
inline std::vector<std::string> shown(const trace::Trace &trace, const std::string &format,
				      const std::string &filter = "")
{
	const test::TempDir dir;
	trace.save(dir.file("trace.scap"));
	ShowRequest request;
	request.file = dir.file("trace.scap");
	request.filter = filter;
	request.format = format;
	std::vector<std::string> lines;
	show_trace(
		request, [&](std::string_view line) { lines.emplace_back(line.substr(0, line.size() - 1)); },
		[](std::uint64_t, std::uint64_t) {});
	return lines;
}

} // namespace falco::trace_tool
