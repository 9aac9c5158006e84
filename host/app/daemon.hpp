// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/app/pid_file.hpp"

#include <optional>
#include <string>

namespace falco::host {

// Running in the background. The first process waits until the second one, which does the work, is ready or has failed:
// so a start-up error reaches the person who typed the command, and so does its exit status.
class Daemon {
public:
	// Forks. In the child this returns with a session of its own, umask 027, in /, with descriptors 0 to 2 at
	// /dev/null and its id in `pid_file`. The parent never returns. Call it before any thread or device exists.
	// Throws Error.
	explicit Daemon(const std::string &pid_file);

	// Removes the pid file.
	~Daemon();
	Daemon(const Daemon &) = delete;
	Daemon &operator=(const Daemon &) = delete;

	const std::string &pid_file() const { return pid_file_->path(); }

	// Lets the parent exit with 0.
	void ready();

	// Has the parent print `message` and exit with 1; without effect once ready.
	void failed(const std::string &message);

	// What the destructor does, for a process that leaves without one.
	void leave();

private:
	void tell(const std::string &message);

	std::optional<PidFile> pid_file_;
	int parent_ = -1; // the pipe to the waiting parent, -1 when it was told
};

} // namespace falco::host
