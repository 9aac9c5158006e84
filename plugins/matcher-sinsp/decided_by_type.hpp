// SPDX-License-Identifier: Apache-2.0
//
// What an event's type alone says about a condition, and so which events can match it at all.
#pragma once

#include "condition.hpp"

#include <libsinsp/events/sinsp_events.h>

#include <optional>
#include <set>
#include <string>

namespace falco::matcher {

// A kind of event: its code, and what evt.type says about it (nullptr: that shows in the event only).
struct EventKind {
	ppm_event_code code;
	const char *name;
};

EventKind kind_of(ppm_event_code code);

// Whether the code alone says what evt.type is.
bool has_name(ppm_event_code code);

// What the kind of event says about a condition or a part of one; nothing when it does not tell.
std::optional<bool> decide(const ast::expr *condition, const EventKind &kind);

// The codes of the events that can match.
libsinsp::events::set<ppm_event_code> possible_codes(ast::expr *condition);

// System calls without an event type of their own share one, and which call it was shows in the event: whether events
// of the code `generic` can match when they stand for the system call of that name.
bool can_match_call(const ast::expr *condition, ppm_event_code generic, const std::string &call);

// The names that the condition compares evt.type with. Two kinds of events of the same direction that it does not name
// are all the same to it.
std::set<std::string> names_of_events(ast::expr *condition);

} // namespace falco::matcher
