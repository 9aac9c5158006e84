// SPDX-License-Identifier: Apache-2.0
#include "host/app/signals.hpp"

#include "host/error.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <initializer_list>
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

int64_t now_ms()
{
	using namespace std::chrono;
	return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

sigset_t set_of(std::initializer_list<int> signals)
{
	sigset_t set;
	sigemptyset(&set);
	for (const int number : signals) {
		sigaddset(&set, number);
	}
	return set;
}

} // namespace

void block_signals()
{
	const sigset_t set = set_of({SIGINT, SIGTERM, SIGHUP, SIGUSR1});
	pthread_sigmask(SIG_BLOCK, &set, nullptr);
	struct sigaction ignore = {};
	ignore.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &ignore, nullptr);
	sigaction(SIGXFSZ, &ignore, nullptr);
}

bool end_is_pending()
{
	sigset_t pending;
	sigpending(&pending);
	return sigismember(&pending, SIGINT) == 1 || sigismember(&pending, SIGTERM) == 1;
}

StopRequest::StopRequest() : capture_(pthread_self()), poke_(eventfd(0, EFD_CLOEXEC)), signals_(-1)
{
	const sigset_t stopping = set_of({SIGINT, SIGTERM});
	signals_ = signalfd(-1, &stopping, SFD_CLOEXEC | SFD_NONBLOCK);
	if (poke_ < 0 || signals_ < 0) {
		throw Error(std::string("cannot wait for signals: ") + std::strerror(errno));
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
	close(signals_);
}

void StopRequest::on_request(std::function<void()> call)
{
	const std::lock_guard<std::mutex> lock(call_mutex_);
	call_ = std::move(call);
}

void StopRequest::on_signal(int number, std::function<void()> call)
{
	const std::lock_guard<std::mutex> lock(call_mutex_);
	on_signal_[number] = std::move(call);
	sigset_t set = set_of({SIGINT, SIGTERM});
	for (const auto &[signal, wanted] : on_signal_) {
		if (wanted) {
			sigaddset(&set, signal);
		}
	}
	signalfd(signals_, &set, 0);
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

void StopRequest::stop_after(std::optional<std::chrono::seconds> time)
{
	deadline_ = time ? now_ms() + std::chrono::milliseconds(*time).count() : 0;
	eventfd_write(poke_, 1);
}

int StopRequest::wait_ms() const
{
	constexpr int64_t kLongest = int64_t{3600} * 1000; // poll takes no more than an int
	const int64_t deadline = deadline_.load();
	if (deadline == 0) {
		return -1;
	}
	return static_cast<int>(std::clamp<int64_t>(deadline - now_ms(), 0, kLongest));
}

void StopRequest::wait()
{
	pollfd waits[] = {{poke_, POLLIN, 0}, {signals_, POLLIN, 0}};
	while (!over_.load()) {
		poll(waits, 2, stop_.load() ? kWakeEveryMs : wait_ms());
		const int64_t deadline = deadline_.load();
		if (deadline != 0 && now_ms() >= deadline && !stop_.load()) {
			timed_out_ = true;
			stop_ = true;
			tell();
		}
		if ((waits[0].revents & POLLIN) != 0) {
			eventfd_t count;
			eventfd_read(poke_, &count);
			if (stop_.load() && !over_.load()) {
				tell();
			}
		}
		if ((waits[1].revents & POLLIN) != 0) {
			signalfd_siginfo info = {};
			if (read(signals_, &info, sizeof info) == sizeof info) {
				take(static_cast<int>(info.ssi_signo), info.ssi_code == SI_KERNEL);
			}
		}
		if (stop_.load() && !over_.load()) {
			pthread_kill(capture_, kWake);
		}
	}
}

void StopRequest::take(int number, bool from_kernel)
{
	// A SIGHUP of the kernel's own: the terminal is gone, and nobody asks for a reload.
	if (number == SIGINT || number == SIGTERM || (number == SIGHUP && from_kernel)) {
		received_ = number;
		stop_ = true;
		tell();
		return;
	}
	const std::lock_guard<std::mutex> lock(call_mutex_);
	if (const auto &call = on_signal_[number]) {
		call();
	}
}

} // namespace falco::host
