// SPDX-License-Identifier: Apache-2.0
#include "event_index.hpp"

#include "ignored_events.hpp"
#include "kept_state.hpp"

#include <libsinsp/events/sinsp_events.h>

#include <algorithm>

namespace falco::matcher {

EventIndex::EventIndex(const std::vector<CompiledRule> &rules, bool everything)
{
	std::vector<Codes> codes; // by rule
	for (const CompiledRule &rule : rules) {
		codes.push_back(keeps_state(rule.condition.get()) ? ~Codes() : rule.codes);
	}
	for (uint32_t number = 0; number < PPM_EVENT_MAX; number++) {
		const auto code = static_cast<ppm_event_code>(number);
		if ((libsinsp::events::info(code)->category & EC_INTERNAL) != 0) {
			continue;
		}
		const char *name = event_name(code);
		const bool ignored = !everything && name && ignored_events().count(name);
		for (uint32_t rule = 0; rule < rules.size(); rule++) {
			if (codes[rule][number] && (!ignored || rules[rule].asked.count(name))) {
				by_code_[number].push_back(rule);
			}
		}
	}
	enter_ = by_call(rules, PPME_GENERIC_E, everything);
	exit_ = by_call(rules, PPME_GENERIC_X, everything);
	for (const auto code : {PPME_PAGE_FAULT_E, PPME_PAGE_FAULT_X}) {
		page_faults_ = page_faults_ ||
			       std::any_of(by_code_[code].begin(), by_code_[code].end(), [&rules](uint32_t rule) {
				       return names_of_events(rules[rule].condition.get()).count("page_fault") > 0;
			       });
	}
}

EventIndex::ByCall EventIndex::by_call(const std::vector<CompiledRule> &rules, ppm_event_code code,
				       bool everything) const
{
	// A rule is asked about the calls that it names and once about all others, or about each.
	struct Rule {
		uint32_t number;
		bool always;
		std::set<std::string> names;
		bool others;
	};
	std::set<std::string> names = ignored_events();
	std::vector<Rule> candidates;
	for (const uint32_t rule : by_code_[code]) {
		ast::expr *condition = rules[rule].condition.get();
		const bool always = keeps_state(condition);
		candidates.push_back(
			{rule, always, names_of_events(condition), always || can_match_call(condition, code, "")});
		names.insert(candidates.back().names.begin(), candidates.back().names.end());
	}
	const auto left_for = [&](const std::string &call) {
		const bool ignored = !everything && ignored_events().count(call);
		std::vector<uint32_t> left;
		for (const Rule &rule : candidates) {
			const bool can =
				rule.names.count(call)
					? rule.always || can_match_call(rules[rule.number].condition.get(), code, call)
					: rule.others;
			if (can && (!ignored || rules[rule.number].asked.count(call))) {
				left.push_back(rule.number);
			}
		}
		return left;
	};
	ByCall result;
	result.others = left_for(""); // any call that nobody names
	for (const auto &name : names) {
		for (const auto call : libsinsp::events::sc_names_to_sc_set({name})) {
			result.named[call] = left_for(name);
		}
	}
	return result;
}

bool EventIndex::needed(const ByCall &calls)
{
	return !calls.others.empty() || std::any_of(calls.named.begin(), calls.named.end(), [](const auto &named) {
		const libsinsp::events::set<ppm_sc_code> call = {static_cast<ppm_sc_code>(named.first)};
		return !named.second.empty() && libsinsp::events::sc_set_to_event_set(call).contains(PPME_GENERIC_X);
	});
}

sinsp_family::Interests EventIndex::interests() const
{
	sinsp_family::Interests interests;
	for (size_t code = 0; code < by_code_.size(); code++) {
		interests.events[code] = !by_code_[code].empty();
	}
	interests.events[PPME_GENERIC_E] = needed(enter_);
	interests.events[PPME_GENERIC_X] = needed(exit_);
	for (const auto call : needed_calls()) {
		interests.system_calls.set(call);
	}
	return interests;
}

libsinsp::events::set<ppm_sc_code> EventIndex::needed_calls() const
{
	libsinsp::events::set<ppm_event_code> events;
	for (size_t number = 0; number < by_code_.size(); number++) {
		const auto code = static_cast<ppm_event_code>(number);
		if (!by_code_[number].empty() && !libsinsp::events::is_generic(code)) {
			events.insert(code);
		}
	}
	auto calls = libsinsp::events::event_set_to_sc_set(events);
	for (const auto call : libsinsp::events::event_set_to_sc_set({PPME_GENERIC_E, PPME_GENERIC_X})) {
		for (const ByCall *rules : {&enter_, &exit_}) {
			const auto named = rules->named.find(call);
			if (!(named == rules->named.end() ? rules->others : named->second).empty()) {
				calls.insert(call);
			}
		}
	}
	if (!page_faults_) {
		calls.remove(PPM_SC_PAGE_FAULT_USER);
		calls.remove(PPM_SC_PAGE_FAULT_KERNEL);
	}
	return calls;
}

const std::vector<uint32_t> &EventIndex::generic_candidates(sinsp_evt *event, const std::vector<uint32_t> &rules) const
{
	const uint32_t call = system_call_of(event);
	if (call == PPM_SC_UNKNOWN) {
		return rules; // libsinsp may know its name by other means
	}
	const ByCall &calls = event->get_type() == PPME_GENERIC_E ? enter_ : exit_;
	const auto named = calls.named.find(call);
	return named == calls.named.end() ? calls.others : named->second;
}

} // namespace falco::matcher
