// SPDX-License-Identifier: Apache-2.0
#include "host/verify/profile.hpp"

#include "host/app/text_table.hpp"
#include "host/error.hpp"
#include "host/verify/terminal.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <functional>
#include <map>

namespace falco::host {

using nlohmann::json;

namespace {

using Rows = std::vector<std::vector<std::string>>;

uint64_t now()
{
	return static_cast<uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
}

uint64_t number(const json &value, const char *key)
{
	return value.value(key, uint64_t{0});
}

std::string milliseconds(uint64_t ns)
{
	char text[32];
	std::snprintf(text, sizeof text, "%.3f", static_cast<double>(ns) / 1e6);
	return text;
}

std::string each(uint64_t ns, uint64_t times)
{
	return times == 0 ? "-" : std::to_string(ns / times);
}

// The entries with the greatest number first; of equal ones the order stays.
std::vector<json> sorted(const json &list, const char *key)
{
	std::vector<json> entries(list.begin(), list.end());
	std::stable_sort(entries.begin(), entries.end(),
			 [&](const json &a, const json &b) { return number(a, key) > number(b, key); });
	return entries;
}

json fields_of(const json &checks)
{
	std::map<std::string, json> fields;
	for (const auto &check : checks) {
		json &field = fields[check.value("field", "")];
		if (field.is_null()) {
			field = {{"name", check.value("field", "")}, {"run", 0}, {"asked", 0}, {"time_ns", 0}};
		}
		for (const char *key : {"run", "asked", "time_ns"}) {
			field[key] = number(field, key) + number(check, key);
		}
	}
	json list = json::array();
	for (auto &[name, field] : fields) {
		list.push_back(std::move(field));
	}
	return list;
}

std::string table(const std::string &title, const Rows &rows, size_t all, const Palette &palette)
{
	const size_t shown = rows.size() - 1;
	return "\n" + palette.strong(title) + "\n" + text_table(rows) +
	       (shown < all ? "  and " + std::to_string(all - shown) + " more\n" : "");
}

std::string report_text(const json &profile, size_t limit, const Palette &palette)
{
	const uint64_t events = number(profile, "events"), total = number(profile, "match_ns");
	std::string out =
		std::to_string(events) + " events; matching them took falco " + milliseconds(total) + " ms, " +
		each(total, events) + " ns an event\n" +
		"Below each check is timed by itself, as libsinsp runs it, without what falco's matcher saves. "
		"A check\nthat several rules ask of an event is run once; \"shared\" divides its time among "
		"them, \"alone\" is what the\nrule would cost without the others\n";
	const auto rows_of = [&](const json &list, const char *key, const std::vector<std::string> &head,
				 const std::function<std::vector<std::string>(const json &)> &row) {
		Rows rows = {head};
		for (const auto &entry : sorted(list, key)) {
			if (limit > 0 && rows.size() > limit) break;
			rows.push_back(row(entry));
		}
		return rows;
	};
	const json &rules = profile.at("rules"), &macros = profile.at("macros"), &checks = profile.at("checks"),
		   &fields = profile.at("fields");
	out += table("Rules",
		     rows_of(rules, "shared_ns", {"  shared ms", "alone ms", "events", "matches", "rule"},
			     [](const json &rule) -> std::vector<std::string> {
				     return {"  " + milliseconds(number(rule, "shared_ns")),
					     milliseconds(number(rule, "alone_ns")),
					     std::to_string(number(rule, "matched") + number(rule, "failed")),
					     std::to_string(number(rule, "matched")), rule.value("name", "")};
			     }),
		     rules.size(), palette);
	out += table("Macros",
		     rows_of(macros, "time_ns", {"  ms", "asked", "held", "ns each", "macro"},
			     [](const json &macro) -> std::vector<std::string> {
				     return {"  " + milliseconds(number(macro, "time_ns")),
					     std::to_string(number(macro, "asked")),
					     std::to_string(number(macro, "held")),
					     each(number(macro, "time_ns"), number(macro, "asked")),
					     macro.value("name", "")};
			     }),
		     macros.size(), palette);
	out += table("Checks",
		     rows_of(checks, "time_ns", {"  ms", "asked", "run", "held", "ns each", "check"},
			     [](const json &check) -> std::vector<std::string> {
				     std::string text = check.value("text", "");
				     if (text.size() > 100) text = text.substr(0, 100) + "...";
				     return {"  " + milliseconds(number(check, "time_ns")),
					     std::to_string(number(check, "asked")),
					     std::to_string(number(check, "run")),
					     std::to_string(number(check, "held")),
					     each(number(check, "time_ns"), number(check, "run")),
					     text};
			     }),
		     checks.size(), palette);
	out += table(
		"Fields",
		rows_of(fields, "time_ns", {"  ms", "asked", "run", "ns each", "field"},
			[](const json &field) -> std::vector<std::string> {
				return {"  " + milliseconds(number(field, "time_ns")),
					std::to_string(number(field, "asked")), std::to_string(number(field, "run")),
					each(number(field, "time_ns"), number(field, "run")), field.value("name", "")};
			}),
		fields.size(), palette);
	return out;
}

// One stack a line, outermost first, and how many nanoseconds: what flame graph programs read.
void write_folded(const std::string &path, const json &rules)
{
	std::ofstream file(path, std::ios::trunc);
	const auto frame = [](std::string text) {
		std::replace(text.begin(), text.end(), ';', ',');
		std::replace(text.begin(), text.end(), '\n', ' ');
		return text;
	};
	for (const auto &rule : rules) {
		for (const auto &time : rule.value("times", json::array())) {
			file << frame(rule.value("name", ""));
			for (const auto &step : time.at("path")) {
				file << ";" << frame(step.get<std::string>());
			}
			file << " " << number(time, "time_ns") << "\n";
		}
	}
	file.close();
	if (!file) throw Error("cannot write " + path);
}

} // namespace

int profile_rules(const ProfileRequest &request)
{
	const Offline offline(offline_request(request.options));
	LoadedRules rules = offline.load();
	const auto source = offline.open(request.trace);
	AlertsOfEvent alerts(rules);
	const auto count = static_cast<uint32_t>(rules.rules->size());
	uint64_t events = 0, match_ns = 0;
	Replay replay;
	replay.matchers = {rules.matcher.get()};
	replay.on_event = [&](const falco_event &event) {
		events++;
		const uint64_t begin = now();
		alerts.match(event);
		match_ns += now() - begin;
		for (uint32_t rule = 0; rule < count; rule++) {
			rules.matcher->observe(event, rule, FALCO_OBSERVE_TIMES);
		}
		return true;
	};
	const std::string failure = replay.run(*source);
	json profile = rules.matcher->observed();
	profile["events"] = events;
	profile["match_ns"] = match_ns;
	profile["fields"] = fields_of(profile.at("checks"));
	if (request.folded) write_folded(*request.folded, profile.at("rules"));
	for (auto &rule : profile["rules"]) {
		for (const char *key : {"condition", "rejections", "near_misses"})
			rule.erase(key);
	}
	for (auto &macro : profile["macros"])
		macro.erase("condition");
	if (request.json) {
		std::printf("%s\n", profile.dump(-1, ' ', false, json::error_handler_t::replace).c_str());
	} else {
		std::printf("%s", report_text(profile, request.limit, Palette()).c_str());
	}
	if (!failure.empty()) std::fprintf(stderr, "falco: %s\n", failure.c_str());
	return failure.empty() ? 0 : 1;
}

} // namespace falco::host
