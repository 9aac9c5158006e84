// SPDX-License-Identifier: Apache-2.0
#include "host/app/taps.hpp"

namespace falco::host {

void Taps::bind(void *context)
{
	for (Entry &entry : entries_) {
		const Status bound = entry.tap->bind(context);
		entry.is_bound = bound.ok();
		if (!bound.ok()) {
			fail(entry, bound.message);
		}
	}
}

void Taps::event(const falco_event &event)
{
	falco_error error = {};
	for (Entry &entry : entries_) {
		if (entry.is_bound && entry.tap->event(event, error) < 0) {
			failed_.push_back(entry.tap.get());
			fail(entry, "event " + std::to_string(event.number) + ": " + error.message);
		}
	}
}

void Taps::unbind()
{
	flush();
	for (Entry &entry : entries_) {
		if (entry.is_bound) {
			entry.tap->unbind();
			entry.is_bound = false;
		}
	}
	for (Tap *tap : failed_) {
		tap->unbind();
	}
	failed_.clear();
}

void Taps::flush()
{
	for (Entry &entry : entries_) {
		if (!entry.is_bound) {
			continue;
		}
		const Status flushed = entry.tap->flush();
		if (!flushed.ok()) {
			failed_.push_back(entry.tap.get());
			fail(entry, flushed.message);
		}
	}
}

void Taps::fail(Entry &entry, const std::string &what)
{
	entry.is_bound = false;
	failures_.push_back("tap '" + entry.tap->name() + "': " + what);
	log(FALCO_LOG_ERROR, failures_.back() + "; it is left out until the end of this capture, monitoring goes on");
}

} // namespace falco::host
