// SPDX-License-Identifier: Apache-2.0
//
// The events that each call in its comfortable form makes, and how its arguments are found in them.
#pragma once

#include "plugins/trace-builder/trace.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace falco::trace_tool {

// The events of what may be a call.
class CallEvents {
public:
	CallEvents(const trace::TraceFile &file, const std::map<std::string, std::string> &listening, std::size_t at,
		   std::size_t count);

	// The parameter as YAML; "null" when the event does not have it.
	std::string text(std::size_t event, std::size_t param) const;
	std::string bytes(std::size_t event, std::size_t param) const;
	std::uint64_t number(std::size_t event, std::size_t param) const;
	trace::Pid thread(std::size_t event) const;
	// The name of a user; empty: there is none of that number.
	std::string user(std::uint64_t uid) const;
	// The descriptor of the socket that listens on this address, as a `listen` before said; empty: nobody knows.
	std::string listening_on(const std::string &address) const;

private:
	const trace::TraceFile &file_;
	const std::map<std::string, std::string> &listening_;
	std::size_t at_;
	std::vector<std::vector<std::string>> values_;
};

struct CallForm {
	const char *call;
	std::vector<ppm_event_code> events;
	// The call's arguments, in flow style without braces. They need not be right: they are tried.
	std::function<std::string(const CallEvents &)> arguments;
};

// Longer ones first.
const std::vector<CallForm> &call_forms();

} // namespace falco::trace_tool
