// SPDX-License-Identifier: Apache-2.0
#include "host/verify/explain.hpp"

#include "common/nearest.hpp"
#include "host/app/text_table.hpp"
#include "host/error.hpp"
#include "host/pipeline/escape.hpp"
#include "host/verify/event_choice.hpp"
#include "host/verify/explain_text.hpp"

#include <algorithm>
#include <cstdio>

namespace falco::host {

using nlohmann::json;

namespace {

void print(const json &value)
{
	std::printf("%s\n", value.dump(-1, ' ', false, json::error_handler_t::replace).c_str());
}

std::vector<InactiveRule> inactive_rules(Matcher &matcher)
{
	std::vector<InactiveRule> inactive;
	const json described = matcher.describe();
	for (const auto &rule : described.value("rules", json::array())) {
		const json &details = rule.at("details");
		if (!details.value("active", true)) {
			inactive.push_back({rule.at("info").value("name", ""), details.value("inactive_because", "")});
		}
	}
	return inactive;
}

// The number of the rule of this name. Throws Error when there is none that is matched.
uint32_t number_of(const LoadedRules &rules, const std::string &name, const std::vector<InactiveRule> &inactive)
{
	if (const auto number = rules.find(name)) {
		return *number;
	}
	for (const auto &rule : inactive) {
		if (rule.rule == name) {
			throw Error("rule '" + name + "' is switched off: " + rule.because);
		}
	}
	throw Error("no such rule: '" + name + "'" + did_you_mean(name, rules.names()));
}

json to_json(const std::vector<InactiveRule> &inactive)
{
	json list = json::array();
	for (const auto &rule : inactive) {
		list.push_back({{"rule", rule.rule}, {"because", rule.because}});
	}
	return list;
}

// {"event", "time", "rules": [...]}
json explain_event(LoadedRules &rules, const falco_event &event, std::optional<uint32_t> only)
{
	json explained = {{"event", nullptr}, {"time", time_text(event.time_ns)}, {"rules", json::array()}};
	for (uint32_t number = 0; number < rules.rules->size(); number++) {
		if (only && *only != number) {
			continue;
		}
		json rule = rules.matcher->explain(event, number);
		explained["event"] = std::move(rule["event"]);
		rule.erase("event");
		explained["rules"].push_back(std::move(rule));
	}
	return explained;
}

// A replay that could not be read to its end is told of, and makes the command fail.
int report_failure(const std::string &failure)
{
	if (!failure.empty()) {
		std::fprintf(stderr, "falco: %s\n", failure.c_str());
	}
	return failure.empty() ? 0 : 1;
}

int explain_events(const ExplainRequest &request, const Offline &offline, LoadedRules &rules)
{
	const auto inactive = inactive_rules(*rules.matcher);
	std::optional<uint32_t> only;
	if (request.rule) {
		only = number_of(rules, *request.rule, inactive);
	}
	if (rules.rules->empty()) {
		throw Error("every rule is switched off: there is nothing to explain");
	}
	const auto source = offline.open(request.trace);
	EventChoice choice(request, offline, rules, only);
	const Palette palette;
	json all = json::array();
	uint64_t shown = 0;
	Replay replay;
	replay.matchers = choice.matchers();
	replay.interests = choice.interests();
	replay.on_event = [&](const falco_event &event) {
		if (choice.takes(event)) {
			json explained = explain_event(rules, event, only);
			if (request.json) {
				all.push_back(std::move(explained));
			} else {
				const std::string text = explanation_text(
					explained, only ? decltype(inactive)() : inactive, only.has_value(), palette);
				std::printf("%s%s", shown > 0 ? "\n" : "", text.c_str());
			}
			shown++;
		}
		return shown < request.limit && !choice.is_over(event);
	};
	const int status = report_failure(replay.run(*source));
	if (request.json) {
		print({{"events", all}, {"inactive", to_json(inactive)}});
	}
	if (shown == 0 && status == 0) {
		throw Error(request.trace + ": " + choice.nothing_found());
	}
	return status;
}

int explain_why_not(const ExplainRequest &request, const Offline &offline, LoadedRules &rules)
{
	const uint32_t number = number_of(rules, *request.why_not, inactive_rules(*rules.matcher));
	const auto source = offline.open(request.trace);
	AlertsOfEvent alerts(rules);
	uint64_t events = 0, alerted = 0;
	Replay replay;
	replay.matchers = {rules.matcher.get()};
	replay.on_event = [&](const falco_event &event) {
		events++;
		for (const auto &alert : alerts.match(event)) {
			alerted += alert.rule_number == number ? 1 : 0;
		}
		rules.matcher->observe(event, number, FALCO_OBSERVE_NEAR_MISSES);
		return true;
	};
	const int status = report_failure(replay.run(*source));
	const json observed = rules.matcher->observed();
	json rule = observed.at("rules").at(number);
	rule["events"] = events;
	rule["alerts"] = alerted;
	if (request.json) {
		print(rule);
	} else {
		std::printf("%s", why_not_text(rule, 10, "").c_str());
	}
	return status;
}

} // namespace

std::string why_not_text(const json &rule, size_t misses, const std::string &indent)
{
	const auto number = [&](const char *key) { return std::to_string(rule.value(key, uint64_t{0})); };
	std::string out =
		indent + "Rule " + escaped(rule.value("name", "")) + " (" + rule.value("file", "") + ":" +
		number("line") + ")\n" +
		text_table({{indent + "  " + number("matched"), "events match its condition"},
			    {indent + "  " + number("failed"), "events do not"},
			    {indent + "  " + number("of_other_types"), "events are of types it does not look at"},
			    {indent + "  " + number("ignored"), "events are ignored"}});
	if (rule.contains("alerts") && rule["alerts"] != rule["matched"]) {
		out += indent + "  It gave " + number("alerts") +
		       " alerts: for the other events that match, a rule before it did\n";
	}
	auto rejections = rule.value("rejections", std::vector<json>());
	std::stable_sort(rejections.begin(), rejections.end(), [](const json &a, const json &b) {
		return a.at("events").get<uint64_t>() > b.at("events").get<uint64_t>();
	});
	if (!rejections.empty()) {
		std::vector<std::vector<std::string>> rows;
		for (const auto &rejection : rejections) {
			rows.push_back(
				{indent + "  " + std::to_string(rejection.at("events").get<uint64_t>()),
				 escaped(rejection.value("text", "")) +
					 (rejection.contains("macro") ? " in macro " + rejection.value("macro", "")
								      : "") +
					 "  (" + place_text(rejection) + ")"});
		}
		out += indent + "Checks that rejected events\n" + text_table(rows);
	}
	const auto near = rule.value("near_misses", std::vector<json>());
	if (!near.empty()) {
		out += indent + "Nearest misses\n";
	}
	for (size_t i = 0; i < near.size() && i < misses; i++) {
		const json &first = near[i].at("first");
		const auto events = near[i].at("events").get<uint64_t>();
		out += indent + "  event " + std::to_string(first.at("number").get<uint64_t>()) + " at " +
		       time_text(first.at("time_ns").get<uint64_t>()) + ", " + first.value("type", "") + " " +
		       first.value("direction", "") + " of " + escaped(first.value("process", "")) +
		       (events > 1 ? ", and " + std::to_string(events - 1) + " like it" : "") + ":\n";
		for (const auto &check : first.at("checks")) {
			out += indent + "    " + (check.value("holds", false) ? "should fail: " : "should hold: ") +
			       escaped(check.value("text", "")) +
			       (check.at("seen").is_null()
					? ", but there is no value"
					: ", but saw \"" + escaped(check["seen"].get<std::string>()) + "\"") +
			       "\n";
		}
	}
	if (rule.value("failed", uint64_t{0}) == 0 && rule.value("matched", uint64_t{0}) == 0) {
		out += indent + "No event of the trace is of a type that the rule looks at\n";
	}
	return out;
}

int explain(const ExplainRequest &request)
{
	const Offline offline(offline_request(request.options));
	LoadedRules rules = offline.load();
	return request.why_not ? explain_why_not(request, offline, rules) : explain_events(request, offline, rules);
}

} // namespace falco::host
