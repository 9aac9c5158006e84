// SPDX-License-Identifier: Apache-2.0
#include "host/verify/profile_text.hpp"

#include "host/app/text_table.hpp"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <vector>

namespace falco::host {

using nlohmann::json;

namespace {

using Row = std::vector<std::string>;

constexpr size_t kShownText = 100; // bytes of a check

uint64_t number(const json &value, const char *key)
{
	return value.value(key, uint64_t{0});
}

std::string count(const json &value, const char *key)
{
	return std::to_string(number(value, key));
}

std::string milliseconds(const json &value, const char *key)
{
	char text[32];
	std::snprintf(text, sizeof text, "%.3f", static_cast<double>(number(value, key)) / 1e6);
	return text;
}

std::string each(uint64_t ns, uint64_t times)
{
	return times == 0 ? "-" : std::to_string(ns / times);
}

std::string shortened(const std::string &text)
{
	return text.size() > kShownText ? text.substr(0, kShownText) + "..." : text;
}

// Makes the tables of one report.
class Tables {
public:
	Tables(size_t limit, const Palette &palette) : limit_(limit), palette_(palette) {}

	void add(const std::string &title, const json &list, const char *key, const Row &head,
		 const std::function<Row(const json &)> &row)
	{
		std::vector<json> entries(list.begin(), list.end());
		std::stable_sort(entries.begin(), entries.end(), [key](const json &a, const json &b) {
			return number(a, key) > number(b, key); // of equal ones the order stays
		});
		const size_t shown = limit_ == 0 ? entries.size() : std::min(limit_, entries.size());
		std::vector<Row> rows = {head};
		for (size_t i = 0; i < shown; i++) {
			rows.push_back(row(entries[i]));
		}
		for (Row &cells : rows) {
			cells.front().insert(0, "  ");
		}
		text += "\n" + palette_.strong(title) + "\n" + text_table(rows) +
			(shown < entries.size() ? "  and " + std::to_string(entries.size() - shown) + " more\n" : "");
	}

	std::string text;

private:
	size_t limit_;
	const Palette &palette_;
};

std::string heading(const json &profile)
{
	const uint64_t events = number(profile, "events"), sample = number(profile, "sample");
	std::string text = std::to_string(events) + " events came to the matcher, " + (sample > 1 ? "about " : "") +
			   count(profile, "events_with_rules") + " of them have rules; matching them took falco " +
			   milliseconds(profile, "match_ns") + " ms, " + each(number(profile, "match_ns"), events) +
			   " ns an event\n";
	if (sample > 1) {
		text += "One event in " + std::to_string(sample) + " was looked at (" + count(profile, "profiled") +
			"); all numbers are multiplied accordingly\n";
	}
	char clock[32];
	std::snprintf(clock, sizeof clock, "%.0f ns", profile.value("clock_ns", 0.0));
	text += "Times were taken at " + count(profile, "timed") + " events and stand for all, by the " +
		profile.value("clock", "clock") + ", less the " + clock + " that reading it takes";
	if (number(profile, "interrupted") > 0) {
		text += ", without " + count(profile, "interrupted") + " in which falco was interrupted";
	}
	text += "\n\nBelow, every condition is tried from left to right with the matcher's own checks. What several "
		"rules "
		"ask of an\nevent is done once: \"shared\" divides the time of a check, and of reading its field, "
		"among "
		"them by how often\neach asked; \"alone\" is what a rule would cost without the others. What an "
		"event's "
		"type decides is not run.\nThe matcher itself asks less than this: it looks up which rules can match "
		"at "
		"all\n";
	if (const json left_out = profile.value("left_out", json::array()); !left_out.empty()) {
		text += "Left out, since their fields count how often they are asked:";
		for (const json &rule : left_out) {
			text += (&rule == &left_out.front() ? " " : ", ") + rule.get<std::string>();
		}
		text += "\n";
	}
	return text;
}

std::string rewrites(const json &profile, size_t limit, const Palette &palette)
{
	std::vector<json> all(profile.at("rewrites").begin(), profile.at("rewrites").end());
	if (all.empty()) {
		return "";
	}
	std::stable_sort(all.begin(), all.end(),
			 [](const json &a, const json &b) { return number(a, "time_ns") > number(b, "time_ns"); });
	const size_t shown = limit == 0 ? all.size() : std::min(limit, all.size());
	std::string text = "\n" + palette.strong("Conditions that can be said shorter") +
			   ", with the same verdict at every event\n";
	for (size_t i = 0; i < shown; i++) {
		const json &rewrite = all[i];
		text += "  " + milliseconds(rewrite, "time_ns") + " ms  " + rewrite.value("item", "") + ", " +
			rewrite.value("kind", "") + " (" + rewrite.value("file", "") + ":" + count(rewrite, "line") +
			":" + count(rewrite, "column") + ")\n";
		text += "    " + palette.bad("- " + rewrite.value("from", "")) + "\n    " +
			palette.good("+ " + rewrite.value("to", "")) + "\n";
	}
	return text + (shown < all.size() ? "  and " + std::to_string(all.size() - shown) + " more\n" : "");
}

} // namespace

std::string profile_text(const json &profile, size_t limit, const Palette &palette)
{
	Tables tables(limit, palette);
	tables.add("Rules", profile.at("rules"), "shared_ns", {"shared ms", "alone ms", "events", "matches", "rule"},
		   [](const json &rule) -> Row {
			   return {milliseconds(rule, "shared_ns"), milliseconds(rule, "alone_ns"),
				   std::to_string(number(rule, "matched") + number(rule, "failed")),
				   count(rule, "matched"), rule.value("name", "")};
		   });
	tables.add("Macros", profile.at("macros"), "time_ns", {"ms", "asked", "held", "ns each", "macro"},
		   [](const json &macro) -> Row {
			   return {milliseconds(macro, "time_ns"), count(macro, "asked"), count(macro, "held"),
				   each(number(macro, "time_ns"), number(macro, "asked")), macro.value("name", "")};
		   });
	tables.add("Checks", profile.at("checks"), "time_ns", {"ms", "asked", "held", "run", "ns each", "check"},
		   [](const json &check) -> Row {
			   return {milliseconds(check, "time_ns"),
				   count(check, "asked"),
				   count(check, "held"),
				   count(check, "run"),
				   each(number(check, "time_ns"), number(check, "run")),
				   shortened(check.value("text", ""))};
		   });
	tables.add("Fields", profile.at("fields"), "time_ns", {"ms", "reading ms", "asked", "held", "run", "field"},
		   [](const json &field) -> Row {
			   return {milliseconds(field, "time_ns"),
				   milliseconds(field, "read_ns"),
				   count(field, "asked"),
				   count(field, "held"),
				   count(field, "run"),
				   field.value("name", "")};
		   });
	return heading(profile) + tables.text + rewrites(profile, limit, palette);
}

} // namespace falco::host
