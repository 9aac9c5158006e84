// SPDX-License-Identifier: Apache-2.0
#include "host/verify/explain.hpp"

#include "common/nearest.hpp"
#include "host/error.hpp"
#include "host/verify/event_choice.hpp"
#include "host/verify/explain_text.hpp"
#include "host/verify/why_not.hpp"

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
	bool are_more = false;
	ProgressBar progress;
	Replay replay;
	replay.progress = &progress;
	replay.matchers = choice.matchers();
	replay.interests = choice.interests();
	replay.on_event = [&](const falco_event &event) {
		const bool is_one = choice.takes(event);
		are_more = is_one && shown == request.limit;
		if (is_one && !are_more) {
			json explained = explain_event(rules, event, only);
			if (request.json) {
				all.push_back(std::move(explained));
			} else {
				const std::string text = explanation_text(
					explained, only ? decltype(inactive)() : inactive, only.has_value(), palette);
				progress.make_way();
				std::printf("%s%s", shown > 0 ? "\n" : "", text.c_str());
			}
			shown++;
		}
		return !are_more && !choice.is_over(event);
	};
	const std::string failure = replay.run(*source);
	progress.clear();
	const int status = report_failure(failure);
	if (request.json) {
		print({{"events", all}, {"more", are_more}, {"inactive", to_json(inactive)}});
	} else if (are_more) {
		std::printf("\nMore events follow; --limit N explains more than %llu\n",
			    static_cast<unsigned long long>(request.limit));
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
	WhyNot why_not(rules, number);
	ProgressBar progress;
	Replay replay;
	replay.progress = &progress;
	replay.matchers = {rules.matcher.get()};
	replay.on_event = [&](const falco_event &event) {
		why_not.see(event);
		return true;
	};
	const std::string failure = replay.run(*source);
	progress.clear();
	const int status = report_failure(failure);
	const json rule = why_not.result();
	if (request.json) {
		print(rule);
	} else {
		std::printf("%s", why_not_text(rule, 10, "", Palette()).c_str());
	}
	return status;
}

} // namespace

int explain(const ExplainRequest &request)
{
	const Offline offline(offline_request(request.options));
	LoadedRules rules = offline.load();
	return request.why_not ? explain_why_not(request, offline, rules) : explain_events(request, offline, rules);
}

} // namespace falco::host
