// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/app/config_watch.hpp"

#include <atomic>
#include <functional>
#include <string>
#include <thread>

namespace falco::host {

// The thread that does what is slow and must not hold up the capture: reloads. What is asked for while one runs leads
// to one more after it, however often it was asked.
class Control {
public:
	// Called on this object's thread with what the reload is for. `over`: whether somebody waits for its end, since
	// falco ends.
	using ReloadFunction = std::function<void(const std::string &reason, const std::atomic<bool> &over)>;
	Control(ConfigWatch &watch, ReloadFunction reload);
	// Waits for a reload that runs.
	~Control();
	Control(const Control &) = delete;
	Control &operator=(const Control &) = delete;

	// Asks for a reload. Any thread; does not wait.
	void reload();

private:
	void serve();

	ConfigWatch &watch_; // used by the thread alone
	const ReloadFunction reload_;
	std::atomic<bool> over_{false};
	int asked_; // an eventfd
	std::thread thread_;
};

} // namespace falco::host
