// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <falco/plugin.h>

#include <memory>
#include <mutex>
#include <string_view>

namespace falco::host {

// falco's own log: what it does and what goes wrong, not alerts. Lines go through a bounded queue to a thread of the
// log's own, so writing never waits for a terminal or for syslog; when they cannot keep up, the oldest lines are let go
// and counted. Made once a run, after the daemon's fork (threads do not survive one), and handed to whoever logs; any
// thread may write. The destructor writes all that waits.
class Log {
public:
	// Lines below the threshold are left out.
	Log(bool to_stderr, bool to_syslog, falco_level threshold);
	~Log();
	Log(const Log &) = delete;
	Log &operator=(const Log &) = delete;

	// One line: control characters and invalid UTF-8 are escaped, as in alerts.
	void write(falco_level level, std::string_view text);

	// Waits until what was written so far has left, two seconds at most: a terminal that is stopped must not hold
	// falco.
	void flush();

private:
	struct Backend;

	std::mutex flushing_; // one flush at a time, so that each sees its own come through
	std::mutex mutex_;    // for what is below
	std::unique_ptr<Backend> backend_;
};

} // namespace falco::host
