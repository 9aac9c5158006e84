// SPDX-License-Identifier: Apache-2.0
//
// Which events of a trace are one call in its comfortable form.
#pragma once

#include "build.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace falco::trace_tool {

struct CallForm;

// Goes through the events of a trace, from the first to the last. Each call that it describes was built from what it
// says, and the events were the same to the last byte.
class CallDescriber {
public:
	// `head`: the description of all but the events. `start`: when the trace begins. The file must outlive it.
	CallDescriber(const trace::TraceFile &file, const std::string &head, std::uint64_t start);
	CallDescriber(const CallDescriber &) = delete;
	CallDescriber &operator=(const CallDescriber &) = delete;

	// How many events from `at` on are one call; `text` becomes the item of `events` that makes them. 0: no call,
	// so the event has to be described as it is.
	std::size_t describe(std::size_t at, std::string &text);

private:
	bool fits(const CallForm &form, std::size_t at) const;
	std::string item(const CallForm &form, std::size_t at);
	bool makes(const CallForm &form, std::size_t at, const std::string &item);

	const trace::TraceFile &file_;
	const std::uint64_t start_;
	const yaml::Document head_;
	TraceBuilder builder_;
	std::map<std::string, std::string> listening_; // by address: the descriptor
};

} // namespace falco::trace_tool
