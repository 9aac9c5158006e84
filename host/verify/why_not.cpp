// SPDX-License-Identifier: Apache-2.0
#include "host/verify/why_not.hpp"

#include "host/app/text_table.hpp"
#include "host/pipeline/escape.hpp"
#include "host/verify/explain_text.hpp"

#include <algorithm>

namespace falco::host {

using nlohmann::json;

void WhyNot::see(const falco_event &event)
{
	events_++;
	const auto &found = alerts_.match(event);
	const auto is_it = [this](const FoundAlert &alert) { return alert.rule_number == number_; };
	const auto is_earlier = [this](const FoundAlert &alert) { return alert.rule_number < number_; };
	if (std::any_of(found.begin(), found.end(), is_it)) {
		given_++;
	} else if (std::any_of(found.begin(), found.end(), is_earlier)) {
		const json explained = rules_.matcher->explain(event, number_);
		if (explained.contains("shadowed_by")) {
			taken_by_[explained.value("shadowed_by", "")]++;
		}
	}
	rules_.matcher->observe(event, number_, FALCO_OBSERVE_NEAR_MISSES);
}

json WhyNot::result() const
{
	json rule = rules_.matcher->observed().at("rules").at(number_);
	rule["events"] = events_;
	rule["alerts"] = given_;
	json taken = json::array();
	for (const auto &[name, events] : taken_by_) {
		taken.push_back({{"rule", name}, {"events", events}});
	}
	rule["taken_by"] = std::move(taken);
	return rule;
}

std::string why_not_text(const json &rule, size_t misses, const std::string &indent, const Palette &palette)
{
	const auto number = [&](const char *key) { return std::to_string(rule.value(key, uint64_t{0})); };
	std::string out =
		indent + palette.strong("Rule " + escaped(rule.value("name", ""))) + " (" + rule.value("file", "") +
		":" + number("line") + ")\n" +
		text_table({{indent + "  " + number("matched"), "events match its condition"},
			    {indent + "  " + number("failed"), "events do not"},
			    {indent + "  " + number("of_other_types"), "events are of types it does not look at"},
			    {indent + "  " + number("ignored"), "events are ignored"}});
	for (const auto &taken : rule.value("taken_by", json::array())) {
		out += palette.warning(indent + "  '" + escaped(taken.value("rule", "")) + "' took " +
				       std::to_string(taken.at("events").get<uint64_t>()) +
				       " of the events that match: it comes first, and rule_matching is first") +
		       "\n";
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
		out += indent + palette.strong("Checks that rejected events") + "\n" + text_table(rows);
	}
	const auto near = rule.value("near_misses", std::vector<json>());
	if (!near.empty()) {
		out += indent + palette.strong("Nearest misses") + "\n";
	}
	for (size_t i = 0; i < near.size() && i < misses; i++) {
		const json &first = near[i].at("first");
		const auto events = near[i].at("events").get<uint64_t>();
		out += indent + "  event " + std::to_string(first.at("number").get<uint64_t>()) + " at " +
		       time_text(first.at("time_ns").get<uint64_t>()) + ", " + first.value("type", "") + " " +
		       first.value("direction", "") + " of " + escaped(first.value("process", "")) +
		       (events > 1 ? ", and " + std::to_string(events - 1) + " like it" : "") + ":\n";
		for (const auto &check : first.at("checks")) {
			out += indent + "    " +
			       palette.bad(check.value("holds", false) ? "should fail: " : "should hold: ") +
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

} // namespace falco::host
