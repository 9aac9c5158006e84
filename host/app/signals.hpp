// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <pthread.h>
#include <thread>

namespace falco::host {

// Blocks the signals that falco answers in this thread and all that it starts, and ignores SIGPIPE and
// SIGXFSZ, so that a write that cannot be made fails instead. Before any thread.
void block_signals();

// Whether SIGINT or SIGTERM came and nobody has taken it yet.
bool end_is_pending();

// Turns SIGINT, SIGTERM, a terminal that goes away and a request from another thread into a flag that the capture
// thread looks at between events, and wakes that thread when it waits inside a read. Made on the capture thread; lives
// until the capture is over.
class StopRequest {
public:
	StopRequest();
	~StopRequest();
	StopRequest(const StopRequest &) = delete;
	StopRequest &operator=(const StopRequest &) = delete;

	// Called on the signals' thread each time something asks for the end. Set it before the first signal can
	// matter.
	void on_request(std::function<void()> call);

	// From now on calls this on the signals' thread each time the signal comes; one that came before counts. It
	// must not wait. nullptr: no longer. SIGHUP and SIGUSR1.
	void on_signal(int number, std::function<void()> call);

	// The flag.
	const std::atomic<bool> &stop() const { return stop_; }
	// Asks for the end, as a signal would. Any thread.
	void request();

	// Asks for the end by itself once this time has passed from now; nothing: not any more. Any thread.
	void stop_after(std::optional<std::chrono::seconds> time);
	// Whether it did.
	bool timed_out() const { return timed_out_.load(); }

	// The signal that came, or 0.
	int received() const { return received_.load(); }

private:
	void wait();
	void tell();
	void take(int number, bool from_kernel);
	// Until the time that stop_after set, for poll; -1: for ever.
	int wait_ms() const;

	std::atomic<bool> stop_{false};
	std::atomic<bool> over_{false}; // nobody is to be woken any more
	std::atomic<int> received_{0};
	std::atomic<bool> timed_out_{false};
	std::atomic<int64_t> deadline_{0}; // on the steady clock, milliseconds; 0: none
	pthread_t capture_;
	std::mutex call_mutex_;
	std::function<void()> call_;                     // guarded by call_mutex_
	std::map<int, std::function<void()>> on_signal_; // guarded by call_mutex_
	int poke_;                                       // an eventfd: one of the flags changed
	int signals_; // a signalfd: those that somebody asked for; the kernel keeps the others
	std::thread thread_;
};

} // namespace falco::host
