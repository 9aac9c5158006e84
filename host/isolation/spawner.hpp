// SPDX-License-Identifier: Apache-2.0
//
// The process that starts the processes of isolated outputs: `falco plugin host`. It begins before falco gives up its
// privileges and keeps those that are needed to become another user, so that an output can be started again later on.
#pragma once

#include "host/config/config.hpp"

#include <mutex>
#include <string>
#include <sys/types.h>
#include <utility>

namespace falco::host::isolation {

// The process of one output.
struct StartRequest {
	std::string library; // absolute path
	std::string sha256;  // empty: not checked
	std::string name;    // of the instance
	IsolationConfig isolation;
};

// What the new process gets; the caller keeps and closes its copies.
struct StartDescriptors {
	int call;   // socket: frames
	int log;    // pipe: lines of the log
	int text;   // pipe: its standard output and error
	int memory; // of shared_memory
};

enum class End {
	now,     // it is no longer needed, or has ended already
	is_stuck // so that its crash handler says where it is
};

// falco's side. Any thread.
class Spawner {
public:
	// `program`: falco itself, where that is not the program that runs.
	explicit Spawner(std::string program = "/proc/self/exe") : program_(std::move(program)) {}
	// Ends the spawner and all that it has started.
	~Spawner();
	Spawner(const Spawner &) = delete;
	Spawner &operator=(const Spawner &) = delete;

	// Starts the spawner's process; the calls below do so if need be. Throws Error.
	void start();
	// Throws Error.
	pid_t start_output(const StartRequest &request, const StartDescriptors &descriptors);
	// Ends the process if it runs. Says how it ended: "signal 11 (Segmentation fault)", "exit status 3".
	std::string end_output(pid_t pid, End how);

private:
	std::string ask(const std::string &request, const StartDescriptors *descriptors);
	void start_locked();
	void close_locked();

	const std::string program_;
	std::mutex mutex_; // for all below
	int socket_ = -1;
	pid_t pid_ = -1;
};

// The spawner itself; its socket is kControlFd. Returns the exit status when falco has gone.
int run_spawner();

constexpr int kControlFd = 3;

// In the process of an output, with everything in place: loads the plugin and answers frames. Does not return.
[[noreturn]] void run_isolated_output(const StartRequest &request);
// The same when the process could not be made what was asked for.
[[noreturn]] void refuse_to_run(const std::string &reason);

} // namespace falco::host::isolation
