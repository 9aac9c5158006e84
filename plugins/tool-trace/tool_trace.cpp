// SPDX-License-Identifier: Apache-2.0
//
// falco trace: builds, shows, cuts and describes .scap traces.
#include "build.hpp"
#include "common/yaml_cut.hpp"
#include "cut.hpp"
#include "describe.hpp"
#include "info.hpp"
#include "open_trace.hpp"
#include "output_file.hpp"
#include "plugins/family-sinsp/scap_error.hpp"
#include "show.hpp"

#include <falco/plugin.hpp>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include <algorithm>
#include <string>

namespace {

using namespace falco::trace_tool;
using nlohmann::json;

// Of this size, a description surely has fewer values than build reads.
constexpr std::size_t kSmallDescription = 1 << 20;

constexpr const char *kCommands = R"json([
{
	"name": "build",
	"description": "Makes a trace from a YAML description of processes, files and system calls",
	"arguments": [
		{"name": "file", "type": "file", "positional": true, "required": true, "value": "FILE",
			"description": "The YAML (docs/TRACES.md explains it); - for standard input"},
		{"name": "output", "short": "o", "type": "file", "required": true, "value": "OUT",
			"description": "The trace to write, gzip'd if its name ends in .gz; - for standard output"},
		{"name": "at", "type": "string", "value": "POINTER", "default": "",
			"description": "The part of FILE that is the description, as a JSON pointer like /tests/0/trace"},
		{"name": "compress", "type": "flag", "description": "Compress the trace with gzip"},
		{"name": "force", "type": "flag", "description": "Replace OUT if it exists"}
	],
	"examples": [{"command": "falco trace build shadow.yaml -o shadow.scap", "description": "writes shadow.scap"}]
},
{
	"name": "show",
	"description": "Prints the events of a trace, a line each",
	"arguments": [
		{"name": "file", "type": "file", "positional": true, "required": true, "value": "FILE",
			"description": "The trace; - for standard input"},
		{"name": "filter", "type": "string", "value": "COND", "default": "",
			"description": "Only events that meet this condition (the rules' language, without macros)"
},
		{"name": "format", "type": "string", "value": "FORMAT", "default": "",
			"description": "What a line shows: text and %fields, as in the output of a rule"},
		{"name": "json", "type": "flag",
			"description": "Print JSON, an object a line; what --format says is its output"},
		{"name": "from", "type": "integer", "value": "N", "minimum": 0, "default": 0,
			"description": "From this event number on"},
		{"name": "to", "type": "integer", "value": "M", "minimum": 0, "description": "Up to this event number"},
		{"name": "count", "short": "n", "type": "integer", "value": "COUNT", "minimum": 0,
			"description": "Print so many events and end"}
	],
	"examples": [{"command": "falco trace show out.scap --filter 'evt.type = openat' -n 10",
		"description": "the first ten events of openat"}]
},
{
	"name": "info",
	"description": "Tells what is in a trace: events by type, time, processes, containers, host, damage",
	"details": "The exit status is 1 when the trace is damaged.",
	"arguments": [
		{"name": "file", "type": "file", "positional": true, "required": true, "value": "FILE",
			"description": "The trace; - for standard input"},
		{"name": "json", "type": "flag", "description": "Print JSON"}
	]
},
{
	"name": "cut",
	"description": "Writes the events of a trace that meet a condition to a smaller one that can be replayed alone",
	"details": "It begins with the processes, files and containers of that moment. Events that change them are kept, too, without being shown in a replay.",
	"arguments": [
		{"name": "file", "type": "file", "positional": true, "required": true, "value": "FILE",
			"description": "The trace; - for standard input"},
		{"name": "filter", "type": "string", "required": true, "value": "COND",
			"description": "Which events (the rules' language, without macros)"},
		{"name": "output", "short": "o", "type": "file", "required": true, "value": "OUT",
			"description": "The trace to write, gzip'd if its name ends in .gz; - for standard output"},
		{"name": "compress", "type": "flag", "description": "Compress the trace with gzip"},
		{"name": "force", "type": "flag", "description": "Replace OUT if it exists"}
	]
},
{
	"name": "describe",
	"description": "Prints a trace as the YAML from which build makes the same one",
	"arguments": [
		{"name": "file", "type": "file", "positional": true, "required": true, "value": "FILE",
			"description": "The trace; - for standard input"}
	]
},
{
	"name": "schema",
	"description": "Prints a JSON Schema of the YAML, for editors",
	"arguments": []
}
])json";

class TraceTool final : public falco::Tool {
public:
	static constexpr const char *commands = kCommands;

	TraceTool(falco::Host, std::string_view) {}

	int run(const falco::ToolRequest &request) override
	{
		const json arguments = json::parse(request.arguments());
		const std::string_view command = request.command();
		const auto progress = [&](std::uint64_t done, std::uint64_t total) { request.progress(done, total); };
		if (command == "build") return build(arguments, request);
		if (command == "show") return show(arguments, request);
		if (command == "info") {
			const json info = trace_info(arguments.at("file"), progress);
			request.out(arguments.at("json")
					    ? info.dump(2, ' ', false, json::error_handler_t::replace) + "\n"
					    : info_text(info, falco::Palette()));
			return info["damaged_blocks"] == 0 ? 0 : 1;
		}
		if (command == "cut") {
			const std::uint64_t found = cut_trace(
				{arguments.at("file"), arguments.at("filter"), arguments.at("output"),
				 options(arguments)},
				[&](std::string_view bytes) { request.out(bytes); }, progress);
			request.err(std::to_string(found) + (found == 1 ? " event meets" : " events meet") +
				    " the condition\n");
			return 0;
		}
		if (command == "describe") {
			describe(arguments, request);
			return 0;
		}
		if (command == "schema") {
			request.out(trace_schema());
			return 0;
		}
		throw falco::ConfigError("there is no command '" + std::string(command) + "'");
	}

private:
	static OutputFile::Options options(const json &arguments)
	{
		return {arguments.at("force"), arguments.at("compress")};
	}

	int build(const json &arguments, const falco::ToolRequest &request)
	{
		const std::string path = arguments.at("file");
		// Half of the work is to read the YAML, the other half to build what it says.
		read(path, [&](std::uint64_t done, std::uint64_t total) { request.progress(done, 2 * total); });
		std::string bytes;
		try {
			const auto &description = node_at(document_.root, arguments.at("at").get<std::string>());
			falco::yaml::check_whole(description);
			if (const auto *events = description.find("events"); !events || events->items.empty())
				throw falco::yaml::Error(description.place,
							 "a trace needs 'events': libsinsp opens none without");
			bytes = falco::trace::pack(
				build_trace(description, [&](std::uint64_t done, std::uint64_t total) {
					request.progress(total + done, 2 * total);
				}).file());
		} catch (const falco::yaml::Error &e) {
			throw falco::ConfigError(e.what());
		}
		OutputFile output(arguments.at("output"), options(arguments),
				  [&](std::string_view part) { request.out(part); });
		output.write(bytes);
		output.finish();
		return 0;
	}

	// Reads the YAML, unless it is the file that was read last: one file may hold the traces of many tests.
	void read(const std::string &path, const falco::yaml::Progress &progress)
	{
		struct stat info = {};
		const bool is_file = path != "-" && stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode);
		const bool is_same = is_file && path == path_ && info.st_ino == stat_.st_ino &&
				     info.st_size == stat_.st_size && info.st_mtim.tv_sec == stat_.st_mtim.tv_sec &&
				     info.st_mtim.tv_nsec == stat_.st_mtim.tv_nsec;
		if (is_same) return;
		path_.clear();
		try {
			document_ = falco::yaml::parse_cut(falco::yaml::read_text(path == "-" ? "/dev/stdin" : path),
							   path == "-" ? "standard input" : path, progress);
		} catch (const falco::yaml::Error &e) {
			throw falco::ConfigError(e.what());
		}
		if (is_file) {
			path_ = path;
			stat_ = info;
		}
	}

	static int show(const json &arguments, const falco::ToolRequest &request)
	{
		ShowRequest show;
		show.file = arguments.at("file");
		show.filter = arguments.at("filter");
		show.format = arguments.at("format");
		show.json = arguments.at("json");
		show.from = arguments.at("from");
		if (arguments.contains("to")) show.to = arguments["to"];
		if (arguments.contains("count")) show.count = arguments["count"];
		show_trace(
			show, [&](std::string_view line) { request.out(line); },
			[&](std::uint64_t done, std::uint64_t total) { request.progress(done, total); });
		return 0;
	}

	static void describe(const json &arguments, const falco::ToolRequest &request)
	{
		// A third each: to read, to describe, and to see that build can read the description.
		const auto third = [&](std::uint64_t number) {
			return [&request, number](std::uint64_t done, std::uint64_t total) {
				request.progress(number * total + done, 3 * total);
			};
		};
		const TraceInput input(arguments.at("file"));
		falco::trace::TraceFile file;
		try {
			falco::trace::read_trace_file(input.path(), file, [&](std::uint64_t bytes) {
				third(0)(std::min(bytes, input.size()), input.size());
			});
		} catch (const std::exception &e) {
			throw std::runtime_error(input.name() + ": damaged or truncated after " +
						 std::to_string(file.events.size()) +
						 " events: " + falco::sinsp_family::without_place(e.what()));
		}
		std::string yaml;
		describe_trace(
			file, [&](std::string_view text) { yaml += text; }, third(1));
		try {
			if (yaml.size() > kSmallDescription) falco::yaml::parse(yaml, "the description", third(2));
		} catch (const falco::yaml::Error &e) {
			throw std::runtime_error(input.name() +
						 ": build could not read its description: " + e.message() +
						 ". Cut out the part that matters first: falco trace cut --help");
		}
		request.out(yaml);
	}

	falco::yaml::Document document_; // of path_
	std::string path_;
	struct stat stat_ = {};
};

} // namespace

FALCO_TOOL_PLUGIN(TraceTool, {"trace", "0.1.0", "builds, shows, cuts and describes traces", nullptr, nullptr})
