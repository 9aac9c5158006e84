// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/capabilities.hpp"

#include <string>
#include <vector>

namespace falco::host {

// A privilege of root that falco keeps while it reads events, and why.
struct KeptCapability {
	int number; // as the kernel counts them
	std::string reason;
};

// What falco needs once a capture of the source from this library is open. `source` is the library's name without its
// folder. A source that is not known needs nothing; `config.keep` names what it needs all the same.
std::vector<KeptCapability> needed_capabilities(const std::string &source, const CapabilitiesConfig &config);

// CAP_DAC_OVERRIDE with its reason, if falco's user is root and one of these files lies where root may write only with
// it: in another user's folder, or as another user's file. Empty otherwise.
std::vector<KeptCapability> needed_to_write(const std::vector<std::string> &files);

// "CAP_SYS_PTRACE"
std::string capability_name(int number);

// What became of it.
struct DroppedCapabilities {
	std::vector<int> kept;                 // of this process, after
	std::vector<int> threads_that_did_not; // their ids: they block every signal, or do not run
	bool any_dropped = false;
};

// Takes all capabilities but these from every thread of this process, those of libraries as well, and from what the
// process will ever start (its bounding set, if it may). Each thread has to do that itself, so each gets a signal
// (SIGRTMAX, which is falco's from then on), and is looked at again until it has; threads that come up meanwhile are
// seen, too. Any thread; once at a time.
DroppedCapabilities drop_capabilities_except(const std::vector<int> &keep);

// Drops all but those and returns the line for the log; empty when falco has no privileges at all. `warning` is set to
// what went wrong.
std::string drop_capabilities(const std::vector<KeptCapability> &needed, std::string &warning);

} // namespace falco::host
