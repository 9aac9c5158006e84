// SPDX-License-Identifier: Apache-2.0
#include "host/app/signals.hpp"

#include "host/error.hpp"

#include <cerrno>
#include <cstring>
#include <poll.h>
#include <string>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include <utility>

namespace falco::host {

namespace {

// Interrupts a blocking read of the capture thread. Its handler does nothing; it is there so that read() returns.
constexpr int kWake = SIGURG;
// A wake-up that comes just before the read begins is lost, so it is repeated until the capture thread has stopped.
constexpr int kWakeEveryMs = 50;

sigset_t stop_signals()
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	return set;
}

} // namespace

void block_signals()
{
	const sigset_t set = stop_signals();
	pthread_sigmask(SIG_BLOCK, &set, nullptr);
	struct sigaction ignore = {};
	ignore.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &ignore, nullptr);
}

StopRequest::StopRequest() : capture_(pthread_self()), poke_(eventfd(0, EFD_CLOEXEC))
{
	if (poke_ < 0) {
		throw Error(std::string("cannot wait for signals: eventfd: ") + std::strerror(errno));
	}
	struct sigaction wake = {};
	wake.sa_handler = [](int) {};
	sigaction(kWake, &wake, nullptr); // without SA_RESTART: read() shall return
	thread_ = std::thread([this] { wait(); });
}

StopRequest::~StopRequest()
{
	over_ = true;
	eventfd_write(poke_, 1);
	thread_.join();
	close(poke_);
}

void StopRequest::on_request(std::function<void()> call)
{
	const std::lock_guard<std::mutex> lock(call_mutex_);
	call_ = std::move(call);
}

void StopRequest::tell()
{
	const std::lock_guard<std::mutex> lock(call_mutex_);
	if (call_) {
		call_();
	}
}

void StopRequest::request()
{
	stop_ = true;
	eventfd_write(poke_, 1);
}

void StopRequest::wait()
{
	const sigset_t set = stop_signals();
	const int signals = signalfd(-1, &set, SFD_CLOEXEC);
	pollfd waits[] = {{poke_, POLLIN, 0}, {signals, POLLIN, 0}};
	while (!over_.load()) {
		poll(waits, 2, stop_.load() ? kWakeEveryMs : -1);
		if ((waits[0].revents & POLLIN) != 0) {
			eventfd_t count;
			eventfd_read(poke_, &count);
			if (stop_.load() && !over_.load()) {
				tell();
			}
		}
		if ((waits[1].revents & POLLIN) != 0) {
			signalfd_siginfo info = {};
			if (read(signals, &info, sizeof info) == sizeof info) {
				received_ = static_cast<int>(info.ssi_signo);
				stop_ = true;
				tell();
			}
		}
		if (stop_.load() && !over_.load()) {
			pthread_kill(capture_, kWake);
		}
	}
	close(signals);
}

} // namespace falco::host
