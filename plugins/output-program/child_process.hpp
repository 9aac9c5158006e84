// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

// A program that runs with a pipe as its standard input, or does not run. Its standard output goes to falco's standard
// error: falco's standard output may be another output's. It has a process group of its own, the signals' defaults,
// and no other descriptor of falco's. One thread at a time.
class ChildProcess {
public:
	using Clock = std::chrono::steady_clock;

	ChildProcess() = default;
	// Closes its input, and ends the program by force when it has not ended a moment later.
	~ChildProcess();
	ChildProcess(const ChildProcess &) = delete;
	ChildProcess &operator=(const ChildProcess &) = delete;

	// Starts a program; the first word is its path. None may be running. Throws std::system_error.
	void start(const std::vector<std::string> &words);
	bool is_running() const { return pid_ > 0; }

	// Writes what the pipe takes before `deadline` and returns how much that was. -1: errno says why (EPIPE: nobody
	// reads any more).
	ssize_t write(std::string_view bytes, Clock::time_point deadline);
	// What is in the pipe and was not read yet, in bytes.
	size_t unread() const;
	void close_input();

	// Waits for its end. False: it still runs at `deadline`. True: it is gone, and how_it_ended says how.
	bool wait(Clock::time_point deadline);
	bool has_ended() { return wait(Clock::time_point::min()); }
	// SIGTERM to its group, and SIGKILL to what is left of it a moment later.
	void kill();

	// Of the one that ran last: empty for exit status 0, else "exit status 3" or "killed by signal 9".
	const std::string &how_it_ended() const { return how_it_ended_; }

private:
	pid_t pid_ = -1;
	int pidfd_ = -1; // readable when it has ended
	int input_ = -1;
	std::string how_it_ended_;
};
