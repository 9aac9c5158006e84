// SPDX-License-Identifier: Apache-2.0
//
// What an event's type alone says about a condition: the kinds of events that it leaves, and the part that still has to
// be looked at for those. `evt.type in (open, openat) and evt.dir = < and fd.name = /etc/shadow` becomes the exit
// events of two system calls and `fd.name = /etc/shadow`.
#pragma once

#include "condition.hpp"

#include <libsinsp/events/sinsp_events.h>

#include <memory>
#include <set>
#include <string>

namespace falco::matcher {

struct Undecided {
	libsinsp::events::set<ppm_event_code> codes; // no other event can match
	// What those of `codes` that have a name (see has_name) must meet; nullptr: they all match. The others must
	// meet the whole condition.
	std::unique_ptr<ast::expr> condition;
};

// Whether the code alone says what evt.type is.
bool has_name(ppm_event_code code);

Undecided decide_by_type(const ast::expr *condition);

// System calls without an event type of their own share one, and which call it was shows in the event: whether events
// of the code `generic` can match when they stand for the system call of that name.
bool can_match_call(const ast::expr *condition, ppm_event_code generic, const std::string &call);

// The names that the condition compares evt.type with.
std::set<std::string> names_of_events(ast::expr *condition);

} // namespace falco::matcher
