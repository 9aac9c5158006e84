// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace falco::host {

// What falco tells the service manager that started it: systemd, through the socket that NOTIFY_SOCKET names (the only
// place with libsystemd). Without that nothing happens. Each call sends one datagram and returns; a call may wait for
// as long as the manager's own queue is full. Calls may come from any thread; those about a
// reload also beside alive().
class ServiceManager {
public:
	// Reads the environment; after the daemon's fork, since the watchdog means one process.
	ServiceManager();

	// falco works: events are read. `live`: the capture thread will say alive() again and again; a recording may
	// make it wait for as long as it likes (standard input), so the manager's watchdog is switched off then.
	void ready(const std::string &status, bool live);
	// Around a reload; reloaded() when falco works with what it has, new or old, and `status` says which.
	void reloading();
	void reloaded(const std::string &status);
	// falco ends: outputs are drained.
	void stopping();

	// The capture thread goes round. About once a second, on that thread: a manager whose WatchdogSec passes
	// without it takes falco for hung.
	void alive();

private:
	void tell(const std::string &state);

	bool watched_ = false; // the manager waits for alive()
};

} // namespace falco::host
