// SPDX-License-Identifier: Apache-2.0
//
// What an event's type alone says about a condition, and so which events can match it at all. Beside the name and the
// direction of an event, its type tells which fields it cannot have.
#pragma once

#include "condition.hpp"

#include <libsinsp/events/sinsp_events.h>

#include <bitset>
#include <optional>
#include <set>
#include <string>

namespace falco::matcher {

// A bit for each type of event.
using Codes = std::bitset<PPM_EVENT_MAX>;

// Whether the type alone says what evt.type is.
bool has_name(ppm_event_code code);

// The types of the events for which a condition may hold, and for which it may fail. Every type is in one of the two;
// one that is in both does not decide.
struct PossibleVerdicts {
	Codes hold, fail;
};
PossibleVerdicts possible_verdicts(const ast::expr *condition);

// System calls without an event type of their own share one, and which call it was shows in the event: whether events
// of the type `generic` can match when they stand for the system call of that name.
bool can_match_call(const ast::expr *condition, ppm_event_code generic, const std::string &call);

// The names that the condition compares evt.type with. System calls that it does not name are all the same to it.
std::set<std::string> names_of_events(ast::expr *condition);

} // namespace falco::matcher
