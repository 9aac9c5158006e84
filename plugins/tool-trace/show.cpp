// SPDX-License-Identifier: Apache-2.0
#include "show.hpp"

#include "open_trace.hpp"

#include <libsinsp/eventformatter.h>

#include <stdexcept>

namespace falco::trace_tool {

const char *const kDefaultFormat = "%evt.num %evt.time %evt.cpu %proc.name (%thread.tid) %evt.dir %evt.type %evt.info";

namespace {

std::unique_ptr<sinsp_evt_formatter> make_formatter(sinsp &inspector, const std::string &format,
						    filter_check_list &checks)
{
	try {
		// The star: a field without a value is shown as <NA> instead of hiding the line.
		return std::make_unique<sinsp_evt_formatter>(&inspector, "*" + format, checks);
	} catch (const std::exception &e) {
		throw std::runtime_error("--format: " + with_nearest_field(e.what()));
	}
}

} // namespace

void show_trace(const ShowRequest &request, const std::function<void(std::string_view)> &print,
		const std::function<void(std::uint64_t, std::uint64_t)> &progress)
{
	const TraceInput input(request.file);
	OpenTrace trace(input);
	sinsp_filter_check_list checks;
	const auto formatter = make_formatter(trace.inspector(), request.format, checks);
	std::unique_ptr<sinsp_filter> filter;
	if (!request.filter.empty()) filter = compile_filter(trace.inspector(), request.filter);
	std::uint64_t shown = 0;
	std::string line;
	while (shown < request.count) {
		sinsp_evt *const event = trace.next();
		if (!event || event->get_num() > request.to) return;
		progress(trace.inspector().get_bytes_read(), input.size());
		if (event->get_num() < request.from || (filter && !filter->run(event))) continue;
		line.clear();
		formatter->tostring(event, line);
		line += '\n';
		print(line);
		++shown;
	}
}

} // namespace falco::trace_tool
