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

// Whether it is a name that syscall.type or evt.type can have.
bool is_system_call(const std::string &name);

// " (did you mean 'X'?)" for a system call that does not exist, or nothing.
std::string did_you_mean_system_call(const std::string &name);

// What the rules ask for and what the state of processes, descriptors, users and containers needs. The end of a process
// is always among them.
sinsp_family::SystemCalls choose_system_calls(const sinsp_family::SystemCalls &asked, const BaseSyscalls &base);

} // namespace falco::matcher
