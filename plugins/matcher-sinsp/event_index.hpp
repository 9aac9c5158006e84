// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compiled_rule.hpp"
#include "plugins/family-sinsp/interests.hpp"

#include <array>
#include <unordered_map>

namespace falco::matcher {

// Which rules must be asked about an event, by its type: those that can match it, and those whose fields keep state.
// The others are not looked at. Knows what is ignored, too.
class EventIndex {
public:
	// `everything`: no event is ignored. (Events that libsinsp marks internal never have rules.)
	EventIndex(const std::vector<CompiledRule> &rules, bool everything);

	// Numbers of rules in file order; mostly empty.
	const std::vector<uint32_t> &candidates(sinsp_evt *event) const
	{
		const auto &rules = by_code_[event->get_scap_evt()->type];
		return rules.empty() || !libsinsp::events::is_generic(
						static_cast<ppm_event_code>(event->get_scap_evt()->type))
			       ? rules
			       : generic_candidates(event, rules);
	}

	// The same for an event type, whatever the event.
	const std::vector<uint32_t> &rules_of(ppm_event_code code) const { return by_code_[code]; }

	// The events that have rules, and the system calls that make them.
	sinsp_family::Interests interests() const;

private:
	// System calls without an event type of their own share one: whether such a call is ignored shows in the event.
	const std::vector<uint32_t> &generic_candidates(sinsp_evt *event, const std::vector<uint32_t> &rules) const;

	// The rules for the calls behind one generic code.
	struct ByCall {
		std::unordered_map<uint32_t, std::vector<uint32_t>>
			named; // calls that a rule names, or that are ignored
		std::vector<uint32_t> others;
	};
	// Whether any rule asks for a call that shares its event type with others. Recordings in which a call that has
	// a type of its own came as one of those, because its driver was older, are not reason enough to look at all of
	// them.
	static bool needed(const ByCall &calls);
	// The system calls and tracepoints that make events with rules. Page faults, by far the most frequent of what
	// the kernel can tell of, are among them only if a rule names them.
	libsinsp::events::set<ppm_sc_code> needed_calls() const;
	ByCall by_call(const std::vector<CompiledRule> &rules, ppm_event_code code, bool everything) const;

	std::array<std::vector<uint32_t>, PPM_EVENT_MAX> by_code_;
	ByCall enter_, exit_;
	bool page_faults_ = false; // a rule names them
};

} // namespace falco::matcher
