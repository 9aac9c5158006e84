// SPDX-License-Identifier: Apache-2.0
#include "host/pipeline/watchdog.hpp"

#include <algorithm>

namespace falco::host {

Watchdog::Watchdog(std::chrono::milliseconds interval, std::function<void()> look)
    : interval_(interval), look_(std::move(look)), thread_([this] { run(); })
{
}

Watchdog::~Watchdog()
{
	{
		std::lock_guard lock(mutex_);
		stop_ = true;
	}
	stopped_.notify_one();
	thread_.join();
}

void Watchdog::run()
{
	std::unique_lock lock(mutex_);
	while (!stopped_.wait_for(lock, interval_, [&] { return stop_; }))
		look_();
}

std::chrono::milliseconds watch_interval(std::chrono::milliseconds limit)
{
	using std::chrono::milliseconds;
	return std::clamp(limit / 4, milliseconds(5), milliseconds(1000));
}

} // namespace falco::host
