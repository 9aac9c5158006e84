// SPDX-License-Identifier: Apache-2.0
#include "event_reach.hpp"

#include "ignored_events.hpp"

#include <algorithm>
#include <set>

namespace falco::matcher {

namespace {

// The types that no source delivers: without use, for libsinsp itself, or of plugins, which libsinsp would have to
// load.
const Codes &never_delivered()
{
	static const Codes codes = [] {
		Codes never;
		for (uint32_t number = 0; number < PPM_EVENT_MAX; number++) {
			const auto code = static_cast<ppm_event_code>(number);
			const auto *info = libsinsp::events::info(code);
			never.set(number, (info->flags & EF_UNUSED) != 0 || (info->category & EC_INTERNAL) != 0 ||
						  code == PPME_ASYNCEVENT_E || code == PPME_PLUGINEVENT_E);
		}
		return never;
	}();
	return codes;
}

// The types that stand for system calls without one of their own: which call it was shows in the event.
const Codes &generic()
{
	static const Codes codes = Codes().set(PPME_GENERIC_E).set(PPME_GENERIC_X);
	return codes;
}

const Codes &ignored()
{
	static const Codes codes = [] {
		Codes all;
		for (uint32_t number = 0; number < PPM_EVENT_MAX; number++) {
			const char *name = event_name(static_cast<ppm_event_code>(number));
			all.set(number, name && ignored_events().count(name) > 0);
		}
		return all;
	}();
	return codes;
}

// The calls behind the generic types.
const std::set<std::string> &generic_calls()
{
	static const std::set<std::string> names = [] {
		const auto all = libsinsp::events::event_set_to_names({PPME_GENERIC_E, PPME_GENERIC_X});
		return std::set<std::string>(all.begin(), all.end());
	}();
	return names;
}

bool can_match_generic(ast::expr *condition, ppm_event_code code)
{
	const auto names = names_of_events(condition);
	return can_match_call(condition, code, "") ||
	       std::any_of(names.begin(), names.end(), [&](const std::string &name) {
		       return generic_calls().count(name) > 0 && can_match_call(condition, code, name);
	       });
}

// "poll and ppoll"
std::string names_of(const Codes &codes)
{
	std::set<std::string> names;
	for (uint32_t number = 0; number < PPM_EVENT_MAX; number++) {
		const char *name = event_name(static_cast<ppm_event_code>(number));
		if (codes[number] && name) {
			names.insert(name);
		}
	}
	std::string text;
	size_t left = names.size();
	for (const auto &name : names) {
		text += (text.empty() ? "" : left == 1 ? " and " : ", ") + name;
		left--;
	}
	return text;
}

} // namespace

std::string why_unreachable(const CompiledRule &rule, bool everything)
{
	const Codes delivered = rule.codes & ~never_delivered() & ~generic();
	if ((delivered & ~ignored()).any()) {
		return "";
	}
	for (const auto code : {PPME_GENERIC_E, PPME_GENERIC_X}) {
		if (rule.codes[code] && can_match_generic(rule.condition.get(), code)) {
			return "";
		}
	}
	bool matched = everything && delivered.any();
	for (uint32_t number = 0; number < PPM_EVENT_MAX && !matched; number++) {
		matched = delivered[number] && rule.asked.count(event_name(static_cast<ppm_event_code>(number))) > 0;
	}
	if (matched) {
		return "";
	}
	return delivered.none() ? "there is no kind of event at which its condition can hold"
				: "its condition can hold only at " + names_of(delivered) +
					  ", which are ignored: name them with evt.type to have them matched";
}

} // namespace falco::matcher
