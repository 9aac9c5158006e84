// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <csignal>
#include <pthread.h>
#include <thread>

namespace falco::host {

// Blocks the signals that falco answers in this thread and all that it starts, and ignores SIGPIPE. Before any thread.
void block_signals();

// Turns SIGINT, SIGTERM and a request from another thread into a flag that the capture thread looks at between events,
// and wakes that thread when it waits inside a read. Made on the capture thread; lives until the capture is over.
class StopRequest {
public:
	StopRequest();
	~StopRequest();
	StopRequest(const StopRequest &) = delete;
	StopRequest &operator=(const StopRequest &) = delete;

	// The flag.
	const std::atomic<bool> &stop() const { return stop_; }
	// Asks for the end, as a signal would. Any thread.
	void request();

	// The signal that came, or 0.
	int received() const { return received_.load(); }

private:
	void wait();

	std::atomic<bool> stop_{false};
	std::atomic<bool> over_{false}; // nobody is to be woken any more
	std::atomic<int> received_{0};
	pthread_t capture_;
	int poke_; // an eventfd: one of the flags changed
	std::thread thread_;
};

} // namespace falco::host
