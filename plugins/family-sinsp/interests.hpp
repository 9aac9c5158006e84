// SPDX-License-Identifier: Apache-2.0
//
// How a matcher of the sinsp family tells its source what its rules need:
//
//     events 306 307
//     syscalls 257
//     connections
//     whole_state
//
// The numbers are event codes (ppm_event_code) and system calls (ppm_sc_code). An event of another code still changes
// the state, but need not come out of `next`. The system calls are those of rules and those that the state needs:
// another one does not leave the kernel.
// `whole_state` stands there if a rule looks at something that most events leave behind at their thread or descriptor
// (how much memory it has, when it was last heard of): then libsinsp must see every event that there is.
// `connections` stands there if a rule looks at whether a socket is connected: then libsinsp must see of the calls that
// read or write what tells it so.
// The words may stand in any order, separated by any space.
#pragma once

#include <libsinsp/sinsp.h>

#include <bitset>
#include <charconv>
#include <sstream>
#include <string>
#include <string_view>

namespace falco::sinsp_family {

using SystemCalls = std::bitset<PPM_SC_MAX>; // tracepoints are among them

struct Interests {
	std::bitset<PPM_EVENT_MAX> events;
	SystemCalls system_calls;
	bool connections = false;
	bool whole_state = false;

	static Interests everything()
	{
		Interests all;
		all.events.set();
		all.system_calls.set();
		all.connections = all.whole_state = true;
		return all;
	}

	bool operator==(const Interests &other) const
	{
		return events == other.events && system_calls == other.system_calls &&
		       connections == other.connections && whole_state == other.whole_state;
	}
};

// Empty text asks for everything; so does any word or number that this libsinsp does not know.
inline Interests parse_interests(std::string_view text)
{
	Interests interests;
	std::istringstream words{std::string(text)};
	enum class Part { none, events, system_calls } part = Part::none;
	for (std::string word; words >> word;) {
		if (word == "events") {
			part = Part::events;
			continue;
		}
		if (word == "syscalls") {
			part = Part::system_calls;
			continue;
		}
		if (word == "connections") {
			interests.connections = true;
			continue;
		}
		if (word == "whole_state") {
			interests.whole_state = true;
			continue;
		}
		size_t number = 0;
		const char *end = word.data() + word.size();
		const auto result = std::from_chars(word.data(), end, number);
		const size_t limit = part == Part::events         ? interests.events.size()
				     : part == Part::system_calls ? interests.system_calls.size()
								  : 0;
		if (result.ec != std::errc() || result.ptr != end || number >= limit) {
			return Interests::everything();
		}
		if (part == Part::events) {
			interests.events.set(number);
		} else {
			interests.system_calls.set(number);
		}
	}
	return part == Part::none ? Interests::everything() : interests;
}

inline std::string format_interests(const Interests &interests)
{
	std::string text = "events";
	const auto add = [&text](const auto &set) {
		for (size_t number = 0; number < set.size(); number++) {
			if (set[number]) {
				text += " " + std::to_string(number);
			}
		}
	};
	add(interests.events);
	text += "\nsyscalls";
	add(interests.system_calls);
	return text + (interests.connections ? "\nconnections" : "") +
	       (interests.whole_state ? "\nwhole_state\n" : "\n");
}

} // namespace falco::sinsp_family
