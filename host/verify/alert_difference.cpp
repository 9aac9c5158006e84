// SPDX-License-Identifier: Apache-2.0
#include "host/verify/alert_difference.hpp"

#include "host/pipeline/priority.hpp"

namespace falco::host {

using nlohmann::json;

namespace {

std::string text_of(const FoundAlert &alert)
{
	return std::string(priority_name(alert.priority)) + " " + alert.message;
}

const FoundAlert *find(const std::vector<FoundAlert> &alerts, const std::string &rule)
{
	for (const FoundAlert &alert : alerts) {
		if (alert.rule == rule) return &alert;
	}
	return nullptr;
}

} // namespace

void AlertDifference::add(const std::vector<FoundAlert> &before, const std::vector<FoundAlert> &after)
{
	for (const FoundAlert &alert : before) {
		const FoundAlert *now = find(after, alert.rule);
		if (!now) {
			note("lost", &alert, nullptr);
		} else if (now->priority != alert.priority || now->message != alert.message) {
			note("changed", &alert, now);
		}
	}
	for (const FoundAlert &alert : after) {
		if (!find(before, alert.rule)) {
			note("new", nullptr, &alert);
		}
	}
}

void AlertDifference::note(const char *kind, const FoundAlert *before, const FoundAlert *after)
{
	const FoundAlert &alert = after ? *after : *before;
	json &rule = rules_[alert.rule];
	if (rule.is_null()) {
		rule = {{"new", 0}, {"lost", 0}, {"changed", 0}, {"examples", json::array()}};
	}
	const uint64_t count = rule[kind].get<uint64_t>() + 1;
	rule[kind] = count;
	if (count <= examples_) {
		json example = {{"kind", kind}, {"event", alert.event}, {"time_ns", alert.time_ns}};
		if (before) example["old"] = text_of(*before);
		if (after) example["new"] = text_of(*after);
		rule["examples"].push_back(std::move(example));
	}
}

} // namespace falco::host
