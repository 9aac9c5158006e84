// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compiled_rule.hpp"
#include "plugins/family-sinsp/interests.hpp"

#include <array>
#include <unordered_map>

namespace falco::matcher {

// Which rules can match an event at all, by its type: the others are not looked at. Knows what is ignored, too.
class EventIndex {
public:
	// `everything`: no event is ignored. (Events that libsinsp marks internal never have rules.)
	EventIndex(const std::vector<CompiledRule> &rules, bool everything);

	// Numbers of rules in file order; mostly empty.
	const std::vector<uint32_t> &candidates(sinsp_evt *event) const
	{
		const auto &rules = by_code_[event->get_type()];
		return rules.empty() || !libsinsp::events::is_generic(static_cast<ppm_event_code>(event->get_type()))
			       ? rules
			       : generic_candidates(event, rules);
	}

	// The events that have rules.
	sinsp_family::Interests interests() const;

private:
	// System calls without an event type of their own share one: whether such a call is ignored shows in the event.
	const std::vector<uint32_t> &generic_candidates(sinsp_evt *event, const std::vector<uint32_t> &rules) const;

	std::array<std::vector<uint32_t>, PPM_EVENT_MAX> by_code_;
	std::unordered_map<uint32_t, std::vector<uint32_t>> ignored_calls_; // by system call: the rules that name it
};

} // namespace falco::matcher
