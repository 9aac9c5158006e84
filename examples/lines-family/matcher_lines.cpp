// SPDX-License-Identifier: Apache-2.0
//
// matcher-lines: rules for lines of text. Each line of a rules file is a rule: its name, a priority from 0 to 7, and
// the text that a line must hold. Empty lines and those that begin with # mean nothing.
#include "line_event.hpp"

#include <falco/plugin_json.hpp>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

class Lines final : public falco::Matcher {
public:
	static constexpr falco_family family = line_family;

	Lines(falco::Host, std::string_view) {}

	// The rules that are in force change only when every file is right.
	void load(const falco_load_request &request, const falco_report &report, const falco_rule_sink &sink) override
	{
		std::vector<Rule> rules = read(request, report);
		rules_.swap(rules);
		for (const Rule &one : rules_)
			announce(one, sink);
	}

	void validate(const falco_load_request &request, const falco_report &report) override { read(request, report); }

	void bind(void *) override {}

	void match(const falco_event &event, const falco_match_sink &sink) override
	{
		const auto &line = *static_cast<const LineEvent *>(event.object);
		for (size_t i = 0; i < rules_.size(); ++i) {
			if (falco::view(line.text).find(rules_[i].text) == std::string_view::npos) continue;
			const falco_value values[] = {{falco::str(line.file), {}}, {line.text, {}}};
			falco_match match{};
			match.struct_size = sizeof match;
			match.rule = static_cast<uint32_t>(i);
			match.time_ns = event.time_ns;
			match.event_number = event.number;
			match.values = values;
			sink.emit(sink.ctx, &match);
			return; // the first rule that matches
		}
	}

	void unbind() noexcept override {}

	void describe(const falco_text_sink &sink) override
	{
		nlohmann::json all = nlohmann::json::array();
		for (const Rule &one : rules_)
			all.push_back({{"name", one.name}, {"text", one.text}});
		write(sink, nlohmann::json{{"rules", all}});
	}

	void fields(const falco_text_sink &sink) override
	{
		write(sink,
		      {{{"class", "line"}, {"name", "line.file"}, {"type", "string"}, {"description", "its file"}},
		       {{"class", "line"}, {"name", "line.text"}, {"type", "string"}, {"description", "all of it"}}});
	}

private:
	struct Rule {
		std::string name;
		int priority = 0;
		std::string text;
	};

	static void write(const falco_text_sink &sink, const nlohmann::json &value)
	{
		const std::string text = value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
		sink.write(sink.ctx, text.data(), text.size());
	}

	static void complain(const falco_report &report, const char *file, uint32_t line, const std::string &message)
	{
		falco_finding finding{};
		finding.struct_size = sizeof finding;
		finding.level = FALCO_LOG_ERROR;
		finding.code = "no-rule";
		finding.file = file;
		finding.line = line;
		finding.column = line > 0 ? 1 : 0;
		finding.message = message.c_str();
		report.add(report.ctx, &finding);
	}

	// Reports everything that is wrong, then throws.
	static std::vector<Rule> read(const falco_load_request &request, const falco_report &report)
	{
		std::vector<Rule> rules;
		bool good = true;
		for (const char *const *path = request.paths; *path; ++path) {
			std::ifstream file(*path);
			if (!file) {
				complain(report, *path, 0, std::strerror(errno));
				good = false;
			}
			uint32_t number = 0;
			for (std::string line; std::getline(file, line);) {
				++number;
				if (line.empty() || line[0] == '#') continue;
				Rule rule;
				std::istringstream words(line);
				std::getline(words >> rule.name >> rule.priority >> std::ws, rule.text);
				if (!words.fail() && rule.priority >= 0 && rule.priority <= 7) {
					rules.push_back(rule);
					continue;
				}
				complain(report, *path, number, "expected: a name, a priority from 0 to 7, a text");
				good = false;
			}
		}
		if (!good) throw falco::ConfigError("there are mistakes in the rules");
		return rules;
	}

	static void announce(const Rule &rule, const falco_rule_sink &sink)
	{
		static const char *const fields[] = {"line.file", "line.text"};
		const falco_piece output[] = {{{}, 0, 0},
					      {falco::str(" has "), -1, 0},
					      {falco::str(rule.text), -1, 0},
					      {falco::str(": "), -1, 0},
					      {{}, 1, 0}};
		falco_rule announced{};
		announced.struct_size = sizeof announced;
		announced.priority = rule.priority;
		announced.name = rule.name.c_str();
		announced.desc = "a line of text";
		announced.source = "lines";
		announced.output = output;
		announced.output_size = static_cast<uint32_t>(std::size(output));
		announced.fields = fields;
		announced.field_count = static_cast<uint32_t>(std::size(fields));
		sink.add(sink.ctx, &announced);
	}

	std::vector<Rule> rules_;
};

FALCO_MATCHER_PLUGIN(Lines, {"lines", "1.0.0", "matches lines of text", nullptr, nullptr})
