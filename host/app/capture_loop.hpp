// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/app/boundary.hpp"
#include "host/app/second_timer.hpp"
#include "host/app/taps.hpp"
#include "host/plugins/plugin.hpp"

#include <atomic>
#include <functional>
#include <string>
#include <vector>

namespace falco::host {

// Reads a source's captures one after the other and has every event matched. Runs on the thread that made the source
// and the matcher.
class CaptureLoop {
public:
	// `deliver` gets every match, on the same thread.
	CaptureLoop(Source &source, Matcher &matcher, std::function<void(const falco_match &)> deliver,
		    const std::atomic<bool> &stop);

	// The source was started already: the first capture is open.
	bool is_open = false;

	// Called once, when the first capture is open.
	std::function<void()> on_open;

	// Called about once a second while a capture is open, between two events.
	std::function<void()> on_second;
	// Called when a capture is over, before its source closes it.
	std::function<void()> on_close;

	// What sees each event after it was matched; nullptr: nothing.
	Taps *taps = nullptr;

	// Until the last capture is over, `stop` is set, or nothing more can be read. Returns what went wrong, in
	// order: a recording that is damaged does not keep the next one from being read.
	std::vector<std::string> run();

	// Between two events, from another thread. Stays open until `run` is over.
	Boundary &boundary() { return boundary_; }

	// At the boundary: matches with `next` from the next event on, having told an open source what it asks for.
	// Unless the status is ok or FALCO_ERR_UNSUPPORTED, nothing has changed. FALCO_ERR_UNSUPPORTED: it matches, but
	// the source goes on capturing what the one before had asked for.
	Status change_matcher(Matcher &next, std::string interests);

private:
	// One capture. Returns what went wrong; empty when nothing did.
	std::string run_capture();
	void every_second();
	static void emit(void *loop, const falco_match *match);

	Source &source_;
	Matcher *matcher_;      // in force
	std::string interests_; // its
	bool bound_ = false;    // it is, to the source's open capture
	const std::function<void(const falco_match &)> deliver_;
	const std::atomic<bool> &stop_;
	SecondTimer second_;
	Boundary boundary_;
};

} // namespace falco::host
