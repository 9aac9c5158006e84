// SPDX-License-Identifier: Apache-2.0
#include "system_calls.hpp"

#include "common/nearest.hpp"

#include <falco/plugin.hpp>

#include <string>
#include <vector>

namespace falco::matcher {

using sinsp_family::SystemCalls;
using Set = BaseSyscalls::Set;

namespace {

// A name of evt.type or of a system call: "accept4", "procexit", "sched_process_exit".
Set find_system_calls(const std::string &name)
{
	return libsinsp::events::event_names_to_sc_set({name}).merge(libsinsp::events::sc_names_to_sc_set({name}));
}

std::vector<std::string> known_names()
{
	const auto all = libsinsp::events::all_sc_set();
	std::vector<std::string> names;
	for (const auto &set :
	     {libsinsp::events::sc_set_to_sc_names(all), libsinsp::events::sc_set_to_event_names(all)}) {
		names.insert(names.end(), set.begin(), set.end());
	}
	return names;
}

} // namespace

bool is_system_call(const std::string &name)
{
	return !find_system_calls(name).empty();
}

std::string did_you_mean_system_call(const std::string &name)
{
	return did_you_mean(name, known_names());
}

BaseSyscalls parse_base_syscalls(const nlohmann::json &block)
{
	BaseSyscalls base;
	base.repair = block.value("repair", false);
	for (const auto &entry : block.value("custom_set", nlohmann::json::array())) {
		const auto text = entry.get<std::string>();
		const bool never = text[0] == '!';
		const std::string name = text.substr(never ? 1 : 0);
		const Set found = find_system_calls(name);
		if (found.empty()) {
			throw falco::ConfigError("base_syscalls.custom_set: '" + name +
						 "' is not the name of a system call or event" +
						 did_you_mean_system_call(name));
		}
		Set &set = never ? base.never : base.instead;
		set = set.merge(found);
	}
	return base;
}

SystemCalls choose_system_calls(const SystemCalls &asked, const BaseSyscalls &base)
{
	Set chosen;
	for (const auto call : libsinsp::events::all_sc_set()) {
		if (asked[call]) {
			chosen.insert(call);
		}
	}
	if (base.instead.empty() && !base.repair) {
		chosen = chosen.merge(libsinsp::events::sinsp_state_sc_set());
	} else {
		chosen = chosen.merge(base.instead);
	}
	chosen = chosen.diff(base.never);
	if (base.repair) {
		// Last: what the state needs for the others comes back, as in modern Falco.
		chosen = libsinsp::events::sinsp_repair_state_sc_set(chosen);
	}
	chosen.insert(PPM_SC_SCHED_PROCESS_EXIT);
	SystemCalls bits;
	for (const auto call : chosen) {
		bits.set(call);
	}
	return bits;
}

} // namespace falco::matcher
