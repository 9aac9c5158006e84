// SPDX-License-Identifier: Apache-2.0
//
// Which system calls leave the kernel.
#pragma once

#include "plugins/family-sinsp/interests.hpp"

#include <libsinsp/events/sinsp_events.h>
#include <nlohmann/json.hpp>

namespace falco::matcher {

// The user's say in it: the block base_syscalls.
struct BaseSyscalls {
	using Set = libsinsp::events::set<ppm_sc_code>;

	Set instead;         // of what the state needs; empty: what libsinsp says it needs
	Set never;           // not even when a rule asks for them
	bool repair = false; // only what the state of these rules needs
};

// Throws falco::ConfigError for names of custom_set that are none of a system call or event.
BaseSyscalls parse_base_syscalls(const nlohmann::json &block);

// What the rules ask for and what the state of processes, descriptors, users and containers needs. The end of a process
// is always among them.
sinsp_family::SystemCalls choose_system_calls(const sinsp_family::SystemCalls &asked, const BaseSyscalls &base);

} // namespace falco::matcher
