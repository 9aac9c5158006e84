// SPDX-License-Identifier: Apache-2.0
//
// Keeps a machine busy in ways that a monitor has to cope with.
//
//     crowd storm CALLS         on every CPU, opens and closes a file and writes a byte as fast as it goes, until
//                               CALLS system calls were made on each
//     crowd processes COUNT     makes COUNT processes that sleep, says "ready", and ends them when it is ended
//     crowd threads COUNT       starts and joins COUNT threads, a few at a time
//
// Exit status: 0 done; 1 the system refused something, with its words on standard error; 2 wrong usage.
#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

namespace {

void fail(const char *what)
{
	std::perror(what);
	std::exit(1);
}

void storm_on(int cpu, long calls)
{
	cpu_set_t one;
	CPU_ZERO(&one);
	CPU_SET(static_cast<size_t>(cpu), &one);
	if (sched_setaffinity(0, sizeof one, &one) != 0) {
		fail("sched_setaffinity");
	}
	const int sink = open("/dev/null", O_WRONLY | O_CLOEXEC);
	for (long i = 0; i < calls; i += 3) {
		const int file = open("/etc/hosts", O_RDONLY | O_CLOEXEC);
		if (file < 0 || write(sink, "x", 1) != 1) {
			fail("storm");
		}
		close(file);
	}
	close(sink);
}

int storm(long calls)
{
	const long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	std::vector<std::thread> all;
	for (int cpu = 0; cpu < cpus; cpu++) {
		all.emplace_back(storm_on, cpu, calls);
	}
	for (std::thread &one : all) {
		one.join();
	}
	return 0;
}

int processes(long count)
{
	sigset_t ends;
	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigprocmask(SIG_BLOCK, &ends, nullptr);
	for (long i = 0; i < count; i++) {
		const pid_t child = fork();
		if (child < 0) {
			fail("fork");
		}
		if (child == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			for (;;) {
				pause();
			}
		}
	}
	std::puts("ready");
	std::fflush(stdout);
	int signal = 0;
	sigwait(&ends, &signal);
	return 0; // the children are killed
}

int threads(long count)
{
	constexpr long kAtATime = 8;
	for (long done = 0; done < count; done += kAtATime) {
		std::vector<std::thread> some;
		for (long i = 0; i < kAtATime; i++) {
			some.emplace_back([] { close(open("/etc/hosts", O_RDONLY | O_CLOEXEC)); });
		}
		for (std::thread &one : some) {
			one.join();
		}
	}
	return 0;
}

} // namespace

int main(int argc, char **argv)
{
	const long count = argc == 3 ? std::atol(argv[2]) : 0;
	if (count > 0 && std::strcmp(argv[1], "storm") == 0) {
		return storm(count);
	}
	if (count > 0 && std::strcmp(argv[1], "processes") == 0) {
		return processes(count);
	}
	if (count > 0 && std::strcmp(argv[1], "threads") == 0) {
		return threads(count);
	}
	std::fputs("usage: crowd storm|processes|threads COUNT\n", stderr);
	return 2;
}
