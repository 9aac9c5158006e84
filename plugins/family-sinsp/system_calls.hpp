// SPDX-License-Identifier: Apache-2.0
//
// Which system calls leave the kernel.
#pragma once

#include "interests.hpp"

#include <libsinsp/events/sinsp_events.h>
#include <nlohmann/json.hpp>

namespace falco::sinsp_family {

using SystemCalls = libsinsp::events::set<ppm_sc_code>;

// The user's say in it: the block base_syscalls.
struct BaseSyscalls {
	SystemCalls instead; // of what the state needs; empty: what libsinsp says it needs
	SystemCalls never;   // not even when a rule asks for them
	bool repair = false; // only what the state of these rules needs
};

// Throws falco::ConfigError for names of custom_set that are none of a system call or event.
BaseSyscalls parse_base_syscalls(const nlohmann::json &block);

// What the rules ask for and what the state of processes, descriptors, users and containers needs. The end of a process
// is always among them.
SystemCalls choose_system_calls(const Interests &interests, const BaseSyscalls &base);

} // namespace falco::sinsp_family
