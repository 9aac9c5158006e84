// SPDX-License-Identifier: Apache-2.0
//
// matcher-programs: an alert for each start of a program that stands in a list. Each line of a rules file is the full
// path of a program; empty lines and those that begin with # mean nothing. For falco's own sources: its family is
// libsinsp's.
#include <falco/plugin.hpp>

#include <libsinsp/sinsp.h>
#include <libsinsp/utils.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <unordered_map>

class Programs final : public falco::Matcher {
public:
	// The name holds the full version, since no two releases promise each other anything; the anchor is an object
	// of the library itself, so that falco can tell whether the source uses the same one.
	static constexpr falco_family family = {"sinsp/" FALCO_SINSP_VERSION, &g_infotables};

	Programs(falco::Host, std::string_view) {}

	void load(const falco_load_request &request, const falco_report &report, const falco_rule_sink &sink) override
	{
		std::unordered_map<std::string, uint32_t> programs = read(request, report);
		programs_.swap(programs);
		std::vector<const std::string *> in_order(programs_.size());
		for (const auto &[path, number] : programs_)
			in_order[number] = &path;
		for (const std::string *path : in_order)
			announce(*path, sink);
	}

	void validate(const falco_load_request &request, const falco_report &report) override { read(request, report); }

	// An event knows its own thread: nothing else of the capture is needed.
	void bind(void *) override {}
	void unbind() noexcept override {}

	void match(const falco_event &event, const falco_match_sink &sink) override
	{
		auto *const one = static_cast<sinsp_evt *>(event.object);
		if (one->get_type() != PPME_SYSCALL_EXECVE_19_X && one->get_type() != PPME_SYSCALL_EXECVEAT_X) return;
		const sinsp_threadinfo *thread = one->get_thread_info();
		if (!thread) return;
		const auto found = programs_.find(thread->m_exepath);
		if (found == programs_.end()) return;
		const std::string pid = std::to_string(thread->m_pid);
		const falco_value values[] = {{falco::str(thread->m_comm), {}}, {falco::str(pid), falco::str(pid)}};
		falco_match match{};
		match.struct_size = sizeof match;
		match.rule = found->second;
		match.time_ns = event.time_ns;
		match.event_number = event.number;
		match.values = values;
		sink.emit(sink.ctx, &match);
	}

	void describe(const falco_text_sink &sink) override
	{
		// Paths of programs hold no quotes: load sees to it.
		std::string text = "{\"rules\":[";
		for (const auto &[path, number] : programs_)
			text += (text.back() == '[' ? "\"" : ",\"") + path + "\"";
		text += "]}";
		sink.write(sink.ctx, text.data(), text.size());
	}

	void fields(const falco_text_sink &sink) override { sink.write(sink.ctx, "[]", 2); }

private:
	static std::unordered_map<std::string, uint32_t> read(const falco_load_request &request,
							      const falco_report &report)
	{
		std::unordered_map<std::string, uint32_t> programs;
		bool good = true;
		const auto complain = [&](const char *file, uint32_t line, const char *message) {
			falco_finding finding{};
			finding.struct_size = sizeof finding;
			finding.level = FALCO_LOG_ERROR;
			finding.code = "no-program";
			finding.file = file;
			finding.line = line;
			finding.message = message;
			report.add(report.ctx, &finding);
			good = false;
		};
		for (const char *const *path = request.paths; *path; ++path) {
			std::ifstream file(*path);
			if (!file) complain(*path, 0, std::strerror(errno));
			uint32_t number = 0;
			for (std::string line; std::getline(file, line);) {
				++number;
				if (line.empty() || line[0] == '#') continue;
				if (line[0] != '/' || line.find_first_of("\"\\") != std::string::npos)
					complain(*path, number, "expected: the full path of a program");
				else
					programs.emplace(line, static_cast<uint32_t>(programs.size()));
			}
		}
		if (!good) throw falco::ConfigError("there are mistakes in the rules");
		return programs;
	}

	static void announce(const std::string &path, const falco_rule_sink &sink)
	{
		static const char *const fields[] = {"proc.name", "proc.pid"};
		const falco_piece output[] = {{falco::str("Program started: "), -1, 0},
					      {{}, 0, 0},
					      {falco::str(" (pid="), -1, 0},
					      {{}, 1, 0},
					      {falco::str(")"), -1, 0}};
		falco_rule rule{};
		rule.struct_size = sizeof rule;
		rule.priority = 5; // notice
		rule.name = path.c_str();
		rule.desc = "a program of the list is started";
		rule.source = "syscall";
		rule.output = output;
		rule.output_size = 5;
		rule.fields = fields;
		rule.field_count = 2;
		sink.add(sink.ctx, &rule);
	}

	std::unordered_map<std::string, uint32_t> programs_;
};

FALCO_MATCHER_PLUGIN(Programs, {"programs", "1.0.0", "alerts when programs of a list start", nullptr, nullptr})
