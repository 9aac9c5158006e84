// SPDX-License-Identifier: Apache-2.0
#include "show.hpp"

#include "common/palette.hpp"
#include "open_trace.hpp"
#include "times.hpp"

#include <libsinsp/eventformatter.h>
#include <nlohmann/json.hpp>

#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

namespace falco::trace_tool {

using nlohmann::json;

namespace {

// As sysdig shows events.
std::string default_format(const Palette &palette)
{
	return palette.faint("%evt.num %evt.time %evt.cpu") + " " + palette.strong("%proc.name") +
	       " (%thread.tid) %evt.dir " + palette.good("%evt.type") + " %evt.info";
}

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

// Writes an event as text.
class TextLine {
public:
	TextLine(sinsp &inspector, const std::string &format)
	    : formatter_(make_formatter(inspector, format.empty() ? default_format(Palette()) : format, checks_))
	{
	}

	std::string operator()(sinsp_evt &event)
	{
		std::string text;
		formatter_->tostring(&event, text);
		return text;
	}

private:
	sinsp_filter_check_list checks_;
	std::unique_ptr<sinsp_evt_formatter> formatter_;
};

// Writes an event as a JSON object, with the names that explanations of events have.
class JsonLine {
public:
	// `format`: of "output"; empty: there is none.
	JsonLine(sinsp &inspector, const std::string &format)
	{
		for (const auto &[key, field] : {std::pair{"process", "%proc.name"},
						 {"direction", "%evt.dir"},
						 {"type", "%evt.type"},
						 {"args", "%evt.info"}})
			texts_.emplace_back(key, std::make_unique<TextLine>(inspector, field));
		if (!format.empty()) texts_.emplace_back("output", std::make_unique<TextLine>(inspector, format));
	}

	std::string operator()(sinsp_evt &event)
	{
		json line{{"number", event.get_num()},
			  {"time", time_text(event.get_ts())},
			  {"time_ns", event.get_ts()},
			  {"cpu", event.get_cpuid()},
			  {"tid", event.get_tid()}};
		for (const auto &[key, text] : texts_)
			line[key] = (*text)(event);
		return line.dump(-1, ' ', false, json::error_handler_t::replace);
	}

private:
	std::vector<std::pair<const char *, std::unique_ptr<TextLine>>> texts_;
};

std::function<std::string(sinsp_evt &)> make_line(sinsp &inspector, const ShowRequest &request)
{
	if (!request.json)
		return [text = std::make_shared<TextLine>(inspector, request.format)](sinsp_evt &event) {
			return (*text)(event);
		};
	return [json = std::make_shared<JsonLine>(inspector, request.format)](sinsp_evt &event) {
		return (*json)(event);
	};
}

} // namespace

void show_trace(const ShowRequest &request, const std::function<void(std::string_view)> &print,
		const std::function<void(std::uint64_t, std::uint64_t)> &progress)
{
	const TraceInput input(request.file);
	OpenTrace trace(input);
	const auto line = make_line(trace.inspector(), request);
	std::unique_ptr<sinsp_filter> filter;
	if (!request.filter.empty()) filter = compile_filter(trace.inspector(), request.filter);
	std::uint64_t shown = 0;
	while (shown < request.count) {
		sinsp_evt *const event = trace.next();
		if (!event || event->get_num() > request.to) return;
		progress(trace.bytes_read(), input.size());
		if (event->get_num() < request.from || (filter && !filter->run(event))) continue;
		print(line(*event) + "\n");
		++shown;
	}
}

} // namespace falco::trace_tool
