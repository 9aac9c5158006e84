// SPDX-License-Identifier: Apache-2.0
#include "event_index.hpp"

#include "ignored_events.hpp"

#include <libsinsp/events/sinsp_events.h>

namespace falco::matcher {

EventIndex::EventIndex(const std::vector<CompiledRule> &rules, bool everything)
{
	for (uint32_t number = 0; number < PPM_EVENT_MAX; number++) {
		const auto code = static_cast<ppm_event_code>(number);
		if ((libsinsp::events::info(code)->category & EC_INTERNAL) != 0) {
			continue;
		}
		const char *name = event_name(code);
		const bool ignored = !everything && name && ignored_events().count(name);
		for (uint32_t rule = 0; rule < rules.size(); rule++) {
			if (rules[rule].codes.contains(code) && (!ignored || rules[rule].asked.count(name))) {
				by_code_[number].push_back(rule);
			}
		}
	}
	if (everything) {
		return;
	}
	for (const auto &name : ignored_events()) {
		for (const auto call : libsinsp::events::sc_names_to_sc_set({name})) {
			auto &asking = ignored_calls_[call];
			for (const uint32_t rule : by_code_[PPME_GENERIC_X]) {
				if (rules[rule].asked.count(name)) {
					asking.push_back(rule);
				}
			}
		}
	}
}

sinsp_family::Interests EventIndex::interests() const
{
	sinsp_family::Interests interests;
	for (size_t code = 0; code < by_code_.size(); code++) {
		interests[code] = !by_code_[code].empty();
	}
	return interests;
}

const std::vector<uint32_t> &EventIndex::generic_candidates(sinsp_evt *event, const std::vector<uint32_t> &rules) const
{
	const auto ignored = ignored_calls_.find(system_call_of(event));
	return ignored == ignored_calls_.end() ? rules : ignored->second;
}

} // namespace falco::matcher
