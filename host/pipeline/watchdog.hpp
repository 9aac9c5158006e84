// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace falco::host {

// A thread that looks at something every `interval` until it is destroyed. A worker that is inside its plugin cannot
// say so itself.
class Watchdog {
public:
	Watchdog(std::chrono::milliseconds interval, std::function<void()> look);
	~Watchdog();
	Watchdog(const Watchdog &) = delete;
	Watchdog &operator=(const Watchdog &) = delete;

private:
	void run();

	const std::chrono::milliseconds interval_;
	const std::function<void()> look_;
	std::mutex mutex_; // for stop_
	std::condition_variable stopped_;
	bool stop_ = false;
	std::thread thread_;
};

// How often to look at calls of which those are told that take longer than `limit`.
std::chrono::milliseconds watch_interval(std::chrono::milliseconds limit);

} // namespace falco::host
