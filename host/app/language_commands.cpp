// SPDX-License-Identifier: Apache-2.0
#include "host/app/language_commands.hpp"

#include "host/app/describe.hpp"
#include "host/app/paths.hpp"
#include "host/app/rules_report.hpp"
#include "host/config/config_schema.hpp"

#include <algorithm>
#include <cstdio>
#include <fnmatch.h>

namespace falco::host {

using nlohmann::json;

namespace {

constexpr size_t kTextColumns = 80;

void print(const std::string &text)
{
	std::fputs(text.c_str(), stdout);
}

// One line, whatever bytes a rules file had.
void print(const json &value)
{
	print(value.dump(-1, ' ', false, json::error_handler_t::replace) + "\n");
}

std::string text_of(const json &entry, const char *key)
{
	return entry.value(key, std::string());
}

bool fits(const std::string &filter, const json &field)
{
	const bool is_pattern = filter.find_first_of("*?") != std::string::npos;
	const std::string pattern = is_pattern ? filter : "*" + filter + "*";
	const auto fits = [&](const char *key) {
		return fnmatch(pattern.c_str(), text_of(field, key).c_str(), 0) == 0;
	};
	return filter.empty() || fits("name") || fits("class");
}

// At which events a field can have a value, if not at all.
std::string where(const json &field)
{
	constexpr size_t kNamed = 6;
	const json events = field.value("events", json());
	if (!events.is_array()) return "";
	std::string text = "at " + std::to_string(events.size()) + " kinds of events";
	if (events.size() <= kNamed) {
		text = "at";
		for (const auto &event : events)
			text += " " + event.get<std::string>();
	}
	return text + (field.value("directions", json()) == json({"<"}) ? " when they return" : "");
}

// What a field takes and where it can stand, if that is not everything and everywhere.
std::string remarks(const json &field)
{
	std::string text;
	const auto add = [&](const std::string &remark) { text += (text.empty() ? "" : ", ") + remark; };
	if (text_of(field, "argument") == "required") add("needs an argument");
	if (text_of(field, "argument") == "allowed") add("takes an argument");
	if (!field.value("condition", true)) add("in outputs only");
	if (!field.value("output", true)) add("in conditions only");
	if (field.value("deprecated", false)) add("deprecated");
	if (const std::string events = where(field); !events.empty()) add(events);
	return text.empty() ? "" : "(" + text + ") ";
}

// A name in a column of its own, and text beside it.
std::string row(const std::string &name, const std::string &text)
{
	constexpr size_t kNameColumns = 30;
	std::string shown = name;
	std::string result;
	for (const auto &line : wrap(text, kTextColumns)) {
		if (shown.size() >= kNameColumns) {
			result += shown + "\n";
			shown.clear();
		}
		shown.resize(kNameColumns, ' ');
		result += shown + line + "\n";
		shown.clear();
	}
	return result;
}

std::string escape_markdown(std::string text)
{
	for (size_t at = 0; (at = text.find_first_of("|<", at)) != std::string::npos; at += 2) {
		text.insert(at, 1, '\\');
	}
	return text;
}

std::string directions(const json &event)
{
	const bool enter = event.value("enter", false), exit = event.value("exit", false);
	return enter && exit ? "> <" : enter ? ">" : "<";
}

std::string params_of(const json &event)
{
	std::string text;
	for (const auto &param : event.value("params", json::array())) {
		text += (text.empty() ? "" : ", ") + text_of(param, "name") + " " + text_of(param, "type");
	}
	return text;
}

} // namespace

int validate_rules(Matcher &matcher, const Config &config, const std::string &folder)
{
	const auto files = expand_folders(config.rules_files);
	const LoadResult result = matcher.validate(files);
	if (config.json_output) {
		print(report_json(files, result.findings));
	} else {
		print(report_text(files, result.findings, folder, Palette()));
	}
	const bool wrong = std::any_of(result.findings.begin(), result.findings.end(),
				       [](const Finding &finding) { return finding.level == FALCO_LOG_ERROR; });
	if (!wrong && !result.status.ok()) {
		std::fprintf(stderr, "%s\n", result.status.message.c_str());
	}
	return wrong || !result.status.ok() ? 1 : 0;
}

int list_fields(Matcher &matcher, const std::string &filter, Listing form)
{
	json fields = json::array();
	for (const auto &field : matcher.fields()) {
		if (fits(filter, field)) {
			fields.push_back(field);
		}
	}
	if (fields.empty()) {
		std::fprintf(stderr, "No such field: %s\n", filter.c_str());
		return 1;
	}
	if (form == Listing::json) {
		print(fields);
		return 0;
	}
	std::string last_class;
	for (const auto &field : fields) {
		const std::string name = text_of(field, "name");
		const std::string description = remarks(field) + text_of(field, "description");
		if (text_of(field, "class") != last_class) {
			last_class = text_of(field, "class");
			const std::string about = text_of(field, "class_description");
			if (form == Listing::markdown) {
				print("\n## " + last_class + "\n\n" + about + "\n\n| name | type | description |\n" +
				      "|---|---|---|\n");
			} else {
				print("\n" + row(last_class + ":", about) + "\n");
			}
		}
		if (form == Listing::markdown) {
			print("| `" + name + "` | " + text_of(field, "type") + " | " + escape_markdown(description) +
			      " |\n");
		} else {
			print(row(name, text_of(field, "type") + ": " + description));
		}
	}
	return 0;
}

int list_events(Matcher &matcher, Listing form)
{
	const json events = matcher.events();
	if (form == Listing::json) {
		print(events);
		return 0;
	}
	if (form == Listing::markdown) {
		print(std::string("| event | evt.dir | category | ignored | parameters |\n|---|---|---|---|---|\n"));
	}
	for (const auto &event : events) {
		const bool ignored = event.value("ignored", false);
		const std::string name = text_of(event, "name");
		if (form == Listing::markdown) {
			print("| `" + name + "` | `" + directions(event) + "` | " + text_of(event, "category") + " | " +
			      (ignored ? "yes" : "") + " | " + params_of(event) + " |\n");
		} else {
			print(row(name, directions(event) + " " + text_of(event, "category") +
						(ignored ? ", ignored by default" : "") +
						(params_of(event).empty() ? "" : ": " + params_of(event))));
		}
	}
	return 0;
}

int print_rule_schema(Matcher &matcher)
{
	print(matcher.rules_schema().dump(2) + "\n");
	return 0;
}

int print_config_schema(const json &matcher, const std::map<std::string, json> &plugins)
{
	print(config_schema(matcher, plugins).dump(2) + "\n");
	return 0;
}

int describe_as_json(Matcher &matcher, const std::string &rule)
{
	const json description = matcher.describe();
	if (rule.empty()) {
		print(description);
		return 0;
	}
	for (const auto &described : description.value("rules", json::array())) {
		if (described.value("info", json::object()).value("name", "") == rule) {
			print(json{{"rules", json::array({described})}});
			return 0;
		}
	}
	std::fprintf(stderr, "No such rule: %s\n", rule.c_str());
	return 1;
}

} // namespace falco::host
