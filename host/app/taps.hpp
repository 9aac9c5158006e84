// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/plugins/plugin.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace falco::host {

// The taps of a run. A tap that fails is left out for the rest of the capture, and the others go on: nothing here ends
// the monitoring. All calls on the capture thread; goes before its source.
class Taps {
public:
	// Where a failure is told, once.
	std::function<void(falco_level level, const std::string &text)> log;

	void add(std::unique_ptr<Tap> tap) { entries_.push_back({std::move(tap), false}); }
	bool empty() const { return entries_.empty(); }

	// A capture begins.
	void bind(void *context);
	// An event that was matched.
	void event(const falco_event &event);
	// About once a second.
	void flush();
	// The capture is over: a last flush, and the taps let go of it.
	void unbind();

	// What went wrong in all captures, in order.
	const std::vector<std::string> &failures() const { return failures_; }

private:
	struct Entry {
		std::unique_ptr<Tap> tap;
		bool is_bound;
	};

	void fail(Entry &entry, const std::string &what);

	std::vector<Entry> entries_;
	std::vector<Tap *> failed_; // bound, but not called any more in this capture
	std::vector<std::string> failures_;
};

} // namespace falco::host
