// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/descriptor.hpp"
#include "host/isolation/shared_memory.hpp"
#include "host/isolation/spawner.hpp"
#include "host/isolation/wire.hpp"
#include "host/plugins/plugin.hpp"

#include <string>
#include <string_view>
#include <thread>

namespace falco::host::isolation {

// Puts what a plugin's process logs and prints into falco's log, on a thread of its own.
class ProcessLog {
public:
	ProcessLog(const HostServices &services, std::string instance);
	// Takes what has been said so far.
	~ProcessLog();
	ProcessLog(const ProcessLog &) = delete;
	ProcessLog &operator=(const ProcessLog &) = delete;
	// The ends that the process writes to; closed here by start().
	int log_end() const { return log_write_.get(); }
	int text_end() const { return text_write_.get(); }
	void start();

private:
	void run();
	bool take_log();
	bool take_text();
	void say(falco_level level, const std::string &text) const;

	const HostServices &services_;
	const std::string instance_;
	Descriptor log_read_, log_write_, text_read_, text_write_, stop_;
	std::string log_bytes_, text_bytes_; // of lines that are not complete
	std::thread thread_;
};

// One process with the plugin in it. Used by one thread at a time.
class Process {
public:
	// Starts it. `services` must outlive it. Throws Error.
	Process(Spawner &spawner, const StartRequest &request, const HostServices &services);
	// Ends it without ado.
	~Process();
	Process(const Process &) = delete;
	Process &operator=(const Process &) = delete;

	// What it says when the plugin is loaded. Throws Error when it is not, Gone and BadMessage.
	std::string hello(Clock::duration limit);
	// One call. Throws Gone and BadMessage.
	std::string call(Frame type, std::string_view bytes, Clock::duration limit);
	SharedMemory &memory() { return memory_; }
	// Ends it and says how it ended.
	std::string end(End how);

private:
	Received receive(Clock::time_point deadline);

	Spawner &spawner_;
	ProcessLog log_;
	Descriptor socket_;
	SharedMemory memory_;
	pid_t pid_ = -1;
};

} // namespace falco::host::isolation
