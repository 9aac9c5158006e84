// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <libsinsp/sinsp.h>

#include <set>
#include <string>
#include <vector>

namespace falco::matcher {

// The events that are read, so that processes and descriptors stay right, but not matched unless a rule names them:
// frequent, and rarely telling.
const std::set<std::string> &ignored_events();

// The name that evt.type gives an event of this code; nullptr for the codes that stand for many system calls.
const char *event_name(ppm_event_code code);

// The system call behind an event of a code without a name of its own.
ppm_sc_code system_call_of(sinsp_evt *generic_event);

} // namespace falco::matcher
