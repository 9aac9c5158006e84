// SPDX-License-Identifier: Apache-2.0
//
// Dropping capabilities in every thread. The kernel knows them by thread and lets a thread change only its own, and
// falco's threads belong to libraries, too; so each is interrupted and does it itself, in a signal handler that makes
// nothing but system calls. /proc says when all have.
#include "host/app/capabilities.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <linux/capability.h>
#include <map>
#include <semaphore.h>
#include <string>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

namespace falco::host {

namespace {

using Set = uint64_t; // a bit for each capability

constexpr std::chrono::seconds kPatience{2};
// A thread that is just being made blocks every signal for a moment; one that does so for longer will not answer.
constexpr std::chrono::milliseconds kPatienceWithTheDeaf{1000};
constexpr std::chrono::milliseconds kLookAgainAfter{1};
// A thread is asked once; but its number may pass to a new one.
constexpr std::chrono::milliseconds kAskAgainAfter{50};

// Each answer of a thread that was asked. Never destroyed: a thread may answer at any time.
sem_t *answers()
{
	static sem_t *const forever = [] {
		auto *made = new sem_t;
		sem_init(made, 0, 0);
		return made;
	}();
	return forever;
}

// Until so many have answered, or for as long.
void wait_for_answers(size_t count, std::chrono::milliseconds patience)
{
	timespec until = {};
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += std::chrono::nanoseconds(patience).count();
	until.tv_sec += until.tv_nsec / 1'000'000'000;
	until.tv_nsec %= 1'000'000'000;
	while (count > 0 && (sem_clockwait(answers(), CLOCK_MONOTONIC, &until) == 0 || errno == EINTR)) {
		count--;
	}
}

// For the handler, which gets no arguments.
std::atomic<Set> keep_in_handler{0};
static_assert(std::atomic<Set>::is_always_lock_free, "a signal handler reads it");

// Makes system calls only.
void drop_in_this_thread()
{
	const int before = errno;
	const Set keep = keep_in_handler.load();
	// Needs CAP_SETPCAP, so it comes first; without it the set stays as it is.
	for (int number = 0; number < 64 && prctl(PR_CAPBSET_READ, number, 0, 0, 0) >= 0; number++) {
		if ((keep >> number & 1) == 0) {
			prctl(PR_CAPBSET_DROP, number, 0, 0, 0);
		}
	}
	__user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	__user_cap_data_struct data[2] = {};
	if (syscall(SYS_capget, &header, data) == 0) {
		for (int half = 0; half < 2; half++) {
			const auto mask = static_cast<uint32_t>(keep >> (32 * half));
			data[half].effective &= mask;
			data[half].permitted &= mask;
			data[half].inheritable = 0; // and with it what is ambient
		}
		syscall(SYS_capset, &header, data);
	}
	errno = before;
}

// What /proc says of one thread; nothing of one that has ended.
struct Sets {
	Set permitted = 0, inheritable = 0, blocked_signals = 0;
};

Sets sets_of(const std::string &task)
{
	std::ifstream status(task + "/status");
	std::string text;
	std::getline(status, text, '\0'); // all of it; no error when the thread ends between opening and reading
	const auto read = [&text](const char *name) {
		const size_t at = text.find(name);
		return at == std::string::npos ? Set{0}
					       : std::strtoull(text.c_str() + at + std::strlen(name), nullptr, 16);
	};
	return {read("\nCapPrm:"), read("\nCapInh:"), read("\nSigBlk:")};
}

// A thread that still has something that is not to be kept.
struct Above {
	int thread;
	bool deaf; // it blocks the signal
};

std::vector<Above> threads_above(Set keep)
{
	std::vector<Above> threads;
	std::error_code gone; // a thread may end at any time
	for (const auto &task : std::filesystem::directory_iterator("/proc/self/task", gone)) {
		const Sets sets = sets_of(task.path());
		if (((sets.permitted | sets.inheritable) & ~keep) != 0) {
			const bool deaf = (sets.blocked_signals >> (SIGRTMAX - 1) & 1) != 0;
			threads.push_back({std::atoi(task.path().filename().c_str()), deaf});
		}
	}
	return threads;
}

} // namespace

DroppedCapabilities drop_capabilities_except(const std::vector<int> &keep)
{
	DroppedCapabilities result;
	Set keep_set = 0;
	for (const int number : keep) {
		keep_set |= Set{1} << number;
	}
	std::vector<Above> threads = threads_above(keep_set);
	result.any_dropped = !threads.empty();
	keep_in_handler = keep_set;

	struct sigaction action = {};
	answers(); // made here, not in the handler
	action.sa_handler = [](int) {
		drop_in_this_thread();
		sem_post(answers());
	};
	action.sa_flags = SA_RESTART;
	sigaction(SIGRTMAX, &action, nullptr); // and stays: the signal may be pending somewhere for long
	drop_in_this_thread();
	const auto begun = std::chrono::steady_clock::now();
	std::map<int, std::chrono::steady_clock::time_point> asked; // by thread
	while (!(threads = threads_above(keep_set)).empty()) {
		const bool all_deaf =
			std::all_of(threads.begin(), threads.end(), [](const Above &one) { return one.deaf; });
		const auto now = std::chrono::steady_clock::now();
		if (now - begun >= (all_deaf ? kPatienceWithTheDeaf : kPatience)) {
			break;
		}
		for (const Above &one : threads) {
			const auto [last, first_time] = asked.try_emplace(one.thread, now);
			if (first_time || now - last->second >= kAskAgainAfter) {
				last->second = now;
				syscall(SYS_tgkill, getpid(), one.thread, SIGRTMAX);
			}
		}
		wait_for_answers(threads.size(), kLookAgainAfter);
	}
	for (const Above &one : threads) {
		result.threads_that_did_not.push_back(one.thread);
	}
	const Set left = sets_of("/proc/thread-self").permitted;
	for (int number = 0; number < 64; number++) {
		if ((left >> number & 1) != 0) {
			result.kept.push_back(number);
		}
	}
	return result;
}

} // namespace falco::host
