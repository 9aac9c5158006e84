// SPDX-License-Identifier: Apache-2.0
#include "info.hpp"

#include "damages.hpp"
#include "open_trace.hpp"
#include "plugins/trace-builder/trace_file.hpp"
#include "times.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

namespace falco::trace_tool {

using nlohmann::json;

namespace {

// A name and how often it was there, most frequent first.
json ranking(const std::map<std::string, std::uint64_t> &counts)
{
	std::vector<std::pair<std::string, std::uint64_t>> ranked(counts.begin(), counts.end());
	std::stable_sort(ranked.begin(), ranked.end(),
			 [](const auto &a, const auto &b) { return a.second > b.second; });
	json list = json::array();
	for (const auto &[name, count] : ranked)
		list.push_back({{"name", name}, {"count", count}});
	return list;
}

json containers_of(sinsp &inspector)
{
	json list = json::array();
	for (const auto &[id, container] : *inspector.m_container_manager.get_containers())
		list.push_back({{"id", id}, {"name", container->m_name}, {"image", container->m_image}});
	std::sort(list.begin(), list.end(), [](const json &a, const json &b) { return a["id"] < b["id"]; });
	return list;
}

std::string section(const std::string &title, const json &list)
{
	std::string text = "\n" + title + "\n";
	for (const json &entry : list) {
		std::string count = std::to_string(entry["count"].get<std::uint64_t>());
		count.insert(0, count.size() < 12 ? 12 - count.size() : 0, ' ');
		text += count + "  " + entry["name"].get<std::string>() + "\n";
	}
	return text;
}

std::string damage_text(const json &info, const Palette &palette)
{
	const auto count = info["damaged_blocks"].get<std::uint64_t>();
	std::string text = palette.bad(std::to_string(count) + (count == 1 ? " block" : " blocks"));
	for (const json &one : info["damage"])
		text += "\n  byte " + one["byte"].dump() + " of the (unpacked) data, after " +
			one["after_events"].dump() + " events: " + palette.bad(one["reason"].get<std::string>());
	const std::uint64_t rest = count - info["damage"].size();
	return text + (rest > 0 ? "\n  and " + std::to_string(rest) + " more" : "");
}

} // namespace

json trace_info(const std::string &file, const std::function<void(std::uint64_t, std::uint64_t)> &progress)
{
	const TraceInput input(file);
	OpenTrace trace(input);
	sinsp &inspector = trace.inspector();
	trace::TraceFile head; // libsinsp forgets the host
	trace::read_trace_head(input.path(), head);
	const scap_machine_info &machine = head.machine;
	json info{{"file", input.name()},
		  {"bytes", input.size()},
		  {"host",
		   {{"name", machine.hostname}, {"cpus", machine.num_cpus}, {"memory", machine.memory_size_bytes}}}};

	std::set<std::int64_t> processes, threads;
	inspector.m_thread_manager->get_threads()->loop([&](sinsp_threadinfo &thread) {
		processes.insert(thread.m_pid);
		threads.insert(thread.m_tid);
		return true;
	});
	info["processes_at_start"] = processes.size();
	info["threads_at_start"] = threads.size();

	std::map<std::string, std::uint64_t> types, programs;
	std::uint64_t events = 0, hidden = 0, first = UINT64_MAX, last = 0;
	Damages damages(input);
	bool is_hidden = false;
	while (sinsp_evt *event = damages.next(trace, is_hidden)) {
		progress(trace.bytes_read(), input.size());
		first = std::min<std::uint64_t>(first, event->get_ts());
		last = std::max<std::uint64_t>(last, event->get_ts());
		const sinsp_threadinfo *const thread = event->get_thread_info();
		if (thread) processes.insert(thread->m_pid);
		if (is_hidden) {
			++hidden;
			continue;
		}
		++events;
		++types[event->get_name()];
		++programs[thread && !thread->m_comm.empty() ? thread->m_comm : "(unknown)"];
	}
	info["damaged_blocks"] = damages.count();
	info["damage"] = damages.list();
	info["events"] = events;
	info["hidden_events"] = hidden;
	info["start"] = events + hidden > 0 ? json(time_text(first)) : json();
	info["end"] = events + hidden > 0 ? json(time_text(last)) : json();
	info["seconds"] = events + hidden > 0 ? static_cast<double>(last - first) / 1e9 : 0.0;
	info["processes"] = processes.size();
	info["containers"] = containers_of(inspector);
	info["events_by_type"] = ranking(types);
	info["events_by_program"] = ranking(programs);
	return info;
}

std::string info_text(const json &info, const Palette &palette)
{
	const auto row = [&](const std::string &name, const std::string &value) {
		return palette.strong(name) + std::string(name.size() < 12 ? 12 - name.size() : 1, ' ') + value + "\n";
	};
	const auto number = [&](const char *key) { return std::to_string(info[key].get<std::uint64_t>()); };
	const json &host = info["host"];
	std::string text = row("file", info["file"].get<std::string>() + ", " + number("bytes") + " bytes");
	text += row("host", host["name"].get<std::string>() + ", " + host["cpus"].dump() + " CPUs");
	if (info["start"].is_string()) {
		char seconds[32];
		std::snprintf(seconds, sizeof seconds, "%.6f", info["seconds"].get<double>());
		text += row("time", info["start"].get<std::string>() + " to " + info["end"].get<std::string>() + ", " +
					    seconds + " s");
	}
	text += row("events", number("events") + (info["hidden_events"] == 0 ? ""
									     : ", and " + number("hidden_events") +
										       " for the state alone"));
	text += row("processes", number("processes") + ", " + number("processes_at_start") +
					 " of them at the start, with " + number("threads_at_start") + " threads");
	if (info["damaged_blocks"] > 0) text += row("damage", damage_text(info, palette));
	if (!info["containers"].empty()) {
		text += "\n" + palette.strong("Containers") + "\n";
		for (const json &one : info["containers"])
			text += "  " + one["id"].get<std::string>() + "  " + one["name"].get<std::string>() + "  " +
				one["image"].get<std::string>() + "\n";
	}
	return text + section(palette.strong("Events by type"), info["events_by_type"]) +
	       section(palette.strong("Events by program"), info["events_by_program"]);
}

} // namespace falco::trace_tool
