// SPDX-License-Identifier: Apache-2.0
//
// A matcher of the family "fake/1". Its rules files have one rule on a line, "NAME PRIORITY OUTPUT...", with the
// priority 0 to 7, and %name and %number in the output; lines that are empty or begin with # are passed over, and
// "?TEXT" is a warning.
#include "tests/plugins/fake_event.h"

#include <falco/plugin.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace {

constexpr const char *kSchema = R"({
	"type": "object",
	"additionalProperties": false,
	"properties": {
		"every": {"type": "integer", "minimum": 1, "default": 1, "description": "events that match: each of this number"},
		"all": {"type": "boolean", "default": false, "description": "every rule matches, instead of one after another"},
		"fail_at": {"type": "integer", "minimum": 0, "default": 0,
			"description": "the event whose match fails; 0: none"},
		"interests": {"type": "string", "default": "", "description": "what the source is asked for"},
		"fail_bind": {"type": "boolean", "default": false, "description": "bind fails"},
		"extra_fields": {"type": "array", "items": {"enum": ["name", "number", "constant"]}, "default": [],
			"description": "every rule's last fields"}
	}
})";

constexpr const char *kFields[] = {"name", "number", "constant"};

struct FakeRule {
	std::string name;
	int priority = 0;
	std::string output;
};

// "a %name b" in pieces; the literals point into `text`.
std::vector<falco_piece> pieces_of(const std::string &text)
{
	std::vector<falco_piece> pieces;
	size_t literal = 0;
	for (size_t at = text.find('%'); at != std::string::npos; at = text.find('%', at + 1)) {
		for (int32_t field = 0; field < 2; ++field) {
			const std::string name = kFields[field];
			if (text.compare(at + 1, name.size(), name) != 0) continue;
			if (at > literal) pieces.push_back({{text.data() + literal, at - literal}, -1, 0});
			pieces.push_back({{nullptr, 0}, field, 0});
			literal = at + 1 + name.size();
			break;
		}
	}
	if (literal < text.size()) pieces.push_back({{text.data() + literal, text.size() - literal}, -1, 0});
	return pieces;
}

class FakeMatcher final : public falco::Matcher {
public:
	static constexpr falco_family family = {"fake/1", nullptr};

	FakeMatcher(falco::Host, std::string_view config)
	{
		const auto options = nlohmann::json::parse(config);
		every_ = options.at("every");
		all_ = options.at("all");
		fail_at_ = options.at("fail_at");
		interests_ = options.at("interests");
		fail_bind_ = options.at("fail_bind");
		for (const std::string field : options.at("extra_fields"))
			extra_.push_back(static_cast<size_t>(std::find(std::begin(kFields), std::end(kFields), field) -
							     std::begin(kFields)));
	}

	void load(const falco_load_request &request, const falco_report &report, const falco_rule_sink &sink) override
	{
		rules_ = read(request, report); // assigned only when nothing was thrown
		for (const FakeRule &rule : rules_)
			announce(rule, sink);
		next_rule_ = 0;
	}

	void interests(const falco_text_sink &sink) override
	{
		sink.write(sink.ctx, interests_.data(), interests_.size());
	}

	void bind(void *context) override
	{
		if (fail_bind_) throw std::runtime_error("the fake matcher cannot be bound");
		bound_ = context;
	}
	void unbind() noexcept override { bound_ = nullptr; }

	void match(const falco_event &event, const falco_match_sink &sink) override
	{
		if (!bound_) throw std::logic_error("match without bind");
		const auto &seen = *static_cast<const fake_event *>(event.object);
		if (fail_at_ != 0 && event.number == fail_at_) throw std::runtime_error("the fake matcher broke");
		if (rules_.empty() || event.number % every_ != 0) return;
		const std::string number = std::to_string(seen.number);
		const falco_value known[] = {
			{falco::str(seen.name), {}}, {falco::str(number), falco::str(number)}, {falco::str("x"), {}}};
		std::vector<falco_value> values = {known[0], known[1]};
		for (const size_t field : extra_)
			values.push_back(known[field]);
		falco_match found{};
		found.struct_size = sizeof found;
		found.time_ns = event.time_ns;
		found.event_number = event.number;
		found.values = values.data();
		for (size_t i = 0; i < (all_ ? rules_.size() : 1); ++i) {
			found.rule = static_cast<uint32_t>(all_ ? i : next_rule_++ % rules_.size());
			sink.emit(sink.ctx, &found);
		}
	}

	void validate(const falco_load_request &request, const falco_report &report) override { read(request, report); }

	void describe(const falco_text_sink &sink) override
	{
		nlohmann::json rules = nlohmann::json::array();
		for (const FakeRule &rule : rules_)
			rules.push_back(rule.name);
		const std::string text = nlohmann::json{{"rules", rules}}.dump();
		sink.write(sink.ctx, text.data(), text.size());
	}

	void fields(const falco_text_sink &sink) override
	{
		static constexpr std::string_view text = R"([{"name":"name"},{"name":"number"}])";
		sink.write(sink.ctx, text.data(), text.size());
	}

private:
	static void find(const falco_report &report, falco_level level, const char *file, uint32_t line,
			 const std::string &message)
	{
		falco_finding finding{};
		finding.struct_size = sizeof finding;
		finding.level = level;
		finding.code = "fake";
		finding.file = file;
		finding.line = line;
		finding.column = line ? 1 : 0;
		finding.message = message.c_str();
		report.add(report.ctx, &finding);
	}

	static std::vector<FakeRule> read(const falco_load_request &request, const falco_report &report)
	{
		std::vector<FakeRule> rules;
		bool failed = false;
		for (const char *const *path = request.paths; *path; ++path) {
			std::ifstream file(*path);
			if (!file) {
				find(report, FALCO_LOG_ERROR, *path, 0, "cannot be opened");
				failed = true;
			}
			uint32_t number = 0;
			for (std::string line; std::getline(file, line);) {
				++number;
				if (line.empty() || line[0] == '#') continue;
				if (line[0] == '?') {
					find(report, FALCO_LOG_WARN, *path, number, line.substr(1));
					continue;
				}
				FakeRule rule;
				std::istringstream words(line);
				words >> rule.name >> rule.priority >> std::ws;
				std::getline(words, rule.output);
				if (words.fail() || rule.priority < 0 || rule.priority > 7) {
					find(report, FALCO_LOG_ERROR, *path, number, "expected NAME PRIORITY OUTPUT");
					failed = true;
				}
				rules.push_back(rule);
			}
		}
		if (failed) throw falco::ConfigError("the rules are wrong");
		return rules;
	}

	void announce(const FakeRule &rule, const falco_rule_sink &sink) const
	{
		std::vector<const char *> fields = {kFields[0], kFields[1]};
		for (const size_t field : extra_)
			fields.push_back(kFields[field]);
		const std::vector<falco_piece> pieces = pieces_of(rule.output);
		const std::string desc = "about " + rule.name;
		static constexpr const char *tags[] = {"fake", nullptr};
		falco_rule told{};
		told.struct_size = sizeof told;
		told.priority = rule.priority;
		told.name = rule.name.c_str();
		told.desc = desc.c_str();
		told.source = "fake";
		told.tags = tags;
		told.output = pieces.data();
		told.output_size = static_cast<uint32_t>(pieces.size());
		told.field_count = static_cast<uint32_t>(fields.size());
		told.fields = fields.data();
		sink.add(sink.ctx, &told);
	}

	uint64_t every_ = 1, fail_at_ = 0;
	bool all_ = false, fail_bind_ = false;
	std::string interests_;
	std::vector<size_t> extra_;
	std::vector<FakeRule> rules_;
	size_t next_rule_ = 0;
	void *bound_ = nullptr;
};

} // namespace

FALCO_MATCHER_PLUGIN(FakeMatcher, {"fake", "1.0.0", "matches made-up events for tests", nullptr, kSchema})
