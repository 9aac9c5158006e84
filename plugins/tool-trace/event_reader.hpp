// SPDX-License-Identifier: Apache-2.0
//
// The items of `events`: system calls in their comfortable form, and events as they are.
#pragma once

#include "calls.hpp"
#include "trace_names.hpp"

#include <cstdint>
#include <set>

namespace falco::trace_tool {

class EventReader {
public:
	// Must outlive it. `start`: when the trace begins.
	EventReader(trace::Trace &trace, TraceNames &names, std::uint64_t start);
	EventReader(const EventReader &) = delete;
	EventReader &operator=(const EventReader &) = delete;

	// Adds what the item is to the trace. Throws yaml::Error.
	void read(const yaml::Node &event);
	// An event tells of this thread, so that it can make calls from now on.
	void know_thread(trace::Pid tid) { threads_.insert(tid); }
	// No call may be earlier than this; reading an event sets it to when that ends.
	void set_last_time(std::uint64_t time) { last_time_ = time; }

private:
	void set_time(const YamlMap &map);
	void add_event(const yaml::Node &node);
	void add_call(const yaml::Node &node);

	trace::Trace &trace_;
	TraceNames &names_;
	CallContext calls_;
	std::uint64_t start_, last_time_;
	std::set<trace::Pid> threads_; // that single events told of
};

} // namespace falco::trace_tool
