// SPDX-License-Identifier: Apache-2.0
#include "host/app/service_manager.hpp"

#include <systemd/sd-daemon.h>

#include <algorithm>
#include <cstdint>
#include <ctime>

namespace falco::host {

namespace {

// A status is one line of the message.
std::string one_line(std::string text)
{
	std::replace(text.begin(), text.end(), '\n', ' ');
	return text;
}

} // namespace

ServiceManager::ServiceManager() : watched_(sd_watchdog_enabled(0, nullptr) > 0) {}

void ServiceManager::ready(const std::string &status, bool live)
{
	std::string state = "READY=1\nSTATUS=" + one_line(status);
	if (watched_ && !live) {
		watched_ = false;
		state += "\nWATCHDOG_USEC=0";
	}
	tell(state);
}

void ServiceManager::reloading()
{
	timespec now = {};
	clock_gettime(CLOCK_MONOTONIC, &now);
	const auto microseconds =
		static_cast<uint64_t>(now.tv_sec) * 1'000'000 + static_cast<uint64_t>(now.tv_nsec) / 1000;
	tell("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(microseconds) + "\nSTATUS=Reloading");
}

void ServiceManager::reloaded(const std::string &status)
{
	tell("READY=1\nSTATUS=" + one_line(status));
}

void ServiceManager::stopping()
{
	watched_ = false;
	tell("STOPPING=1\nSTATUS=Delivering what was found");
}

void ServiceManager::alive()
{
	if (watched_) {
		tell("WATCHDOG=1");
	}
}

void ServiceManager::tell(const std::string &state)
{
	// A manager that cannot be reached notices that itself; falco has nothing to do about it.
	static_cast<void>(sd_notify(0, state.c_str()));
}

} // namespace falco::host
