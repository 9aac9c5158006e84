// SPDX-License-Identifier: Apache-2.0
#include "cut.hpp"

#include "open_trace.hpp"
#include "plugins/trace-builder/event_buffer.hpp"
#include "plugins/trace-builder/trace_file.hpp"

#include <libscap/scap_platform_impl.h>

#include <algorithm>
#include <stdexcept>
#include <unordered_map>

namespace falco::trace_tool {

namespace {

// Which part of a trace is kept, as positions: hidden events count, too.
struct Range {
	std::uint64_t begin = 0, end = 0;
	std::uint64_t found = 0; // events that meet the filter
};

bool is_enter(const sinsp_evt &event)
{
	return event.get_direction() == SCAP_ED_IN;
}

// From before the first event that meets the filter up to the last one. When the first one comes, calls are running
// whose beginnings libsinsp needs to make sense of their ends: the range begins before these.
Range find_range(const TraceInput &input, const std::string &text,
		 const std::function<void(std::uint64_t, std::uint64_t)> &progress)
{
	OpenTrace trace(input);
	const auto filter = compile_filter(trace.inspector(), text);
	Range range;
	std::unordered_map<std::int64_t, std::uint64_t> running; // thread: where its call began
	bool is_hidden = false;
	for (std::uint64_t position = 1; sinsp_evt *event = trace.next(is_hidden); ++position) {
		progress(trace.bytes_read(), 2 * input.size());
		if (range.found == 0) {
			if (is_enter(*event)) {
				running[event->get_tid()] = position;
			}
		}
		if (!is_hidden && filter->run(event)) {
			if (range.found++ == 0) {
				range.begin = position;
				for (const auto &call : running)
					range.begin = std::min(range.begin, call.second);
			}
			range.end = position;
		}
		if (!is_enter(*event)) running.erase(event->get_tid());
	}
	return range;
}

bool is_kept(sinsp_evt &event, bool is_hidden, sinsp_filter &filter, std::uint32_t &flags)
{
	bool drop = false;
	flags = static_cast<std::uint32_t>(event.get_dump_flags(&drop));
	if (!is_hidden && filter.run(&event)) return true;
	const bool changes_state = (event.get_info_flags() & EF_MODIFIES_STATE) != 0;
	if (changes_state) flags |= SCAP_DF_STATE_ONLY;
	return changes_state || (event.get_category() & EC_INTERNAL) != 0;
}

} // namespace

std::uint64_t cut_trace(const CutRequest &request, const std::function<void(std::string_view)> &print,
			const std::function<void(std::uint64_t, std::uint64_t)> &progress)
{
	const TraceInput input(request.file);
	const Range range = find_range(input, request.filter, progress);
	if (range.found == 0) throw std::runtime_error("no event of " + input.name() + " meets the filter");
	OpenTrace trace(input);
	trace::TraceFile head; // libsinsp forgets the host
	trace::read_trace_head(input.path(), head);
	trace.inspector().get_scap_platform()->m_machine_info = head.machine;
	const auto filter = compile_filter(trace.inspector(), request.filter);
	OutputFile output(request.output, request.options, print);
	trace::EventBuffer buffer;
	bool is_hidden = false;
	if (range.begin == 1) output.write(trace::trace_head(trace.inspector()));
	for (std::uint64_t position = 1; position <= range.end; ++position) {
		sinsp_evt *const event = trace.next(is_hidden);
		if (!event) break;
		progress(input.size() + trace.bytes_read(), 2 * input.size());
		std::uint32_t flags = 0;
		if (position >= range.begin && is_kept(*event, is_hidden, *filter, flags))
			buffer.add(*event, static_cast<scap_dump_flags>(flags));
		if (buffer.is_full()) {
			output.write(buffer.blocks());
			buffer.clear();
		}
		// After this event, and before the next: that moment's state.
		if (position + 1 == range.begin) output.write(trace::trace_head(trace.inspector()));
	}
	output.write(buffer.blocks());
	output.finish();
	return range.found;
}

} // namespace falco::trace_tool
