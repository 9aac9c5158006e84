// SPDX-License-Identifier: Apache-2.0
//
// Captures live with libsinsp and does nothing with the events but ask for the next: whether an engine works on a
// kernel, and the floor that falco's cost is measured from.
//
//     next_only kmod|ebpf [SECONDS [BUFFER_BYTES [SYSTEM_CALLS]]]
//
// Captures all system calls, or only those that are named, with commas between.
//
// Prints "capturing" when events can come. Ends after SECONDS (0: never), or at SIGTERM or SIGINT, and then, as
// at each SIGUSR1, prints one line:
//     events=N drops=N cpu_s=X longest_cgroup=PATH
// The last is the longest path of a cgroup that any process was seen in, which the kernel's side composes itself.
// Exit status: 0; 1 when the engine cannot be opened or fails, with its words on standard error.
#include <libsinsp/logger.h>
#include <libsinsp/sinsp.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <exception>
#include <sstream>
#include <stdexcept>
#include <string>
#include <unordered_set>

namespace {

using Calls = libsinsp::events::set<ppm_sc_code>; // none means all

volatile std::sig_atomic_t stopped = 0;
volatile std::sig_atomic_t asked = 0;

void stop(int)
{
	stopped = 1;
}

void ask(int)
{
	asked = 1;
}

double cpu_seconds()
{
	timespec time = {};
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

void keep_longest_cgroup(sinsp_evt &event, std::string &longest)
{
	// The kernel sends the cgroups of a process with the end of its clone and execve.
	const auto type = event.get_type();
	if (type != PPME_SYSCALL_CLONE_20_X && type != PPME_SYSCALL_CLONE3_X && type != PPME_SYSCALL_EXECVE_19_X &&
	    type != PPME_SYSCALL_FORK_20_X && type != PPME_SYSCALL_VFORK_20_X) {
		return;
	}
	const sinsp_threadinfo *thread = event.get_thread_info();
	if (thread == nullptr) {
		return;
	}
	for (const auto &[controller, path] : thread->cgroups()) {
		if (path.size() > longest.size()) longest = path;
	}
}

Calls calls_named(const std::string &text)
{
	std::unordered_set<std::string> names;
	std::istringstream rest(text);
	for (std::string name; std::getline(rest, name, ',');) {
		names.insert(name);
	}
	Calls calls = libsinsp::events::sc_names_to_sc_set(names);
	if (calls.size() != names.size()) {
		throw std::invalid_argument("SYSTEM_CALLS: " + std::to_string(names.size() - calls.size()) +
					    " of the names are none of a system call");
	}
	return calls;
}

int run(bool ebpf, double seconds, unsigned long buffer_bytes, const Calls &calls)
{
	// When an engine cannot be opened, only the log says why.
	libsinsp_logger()->set_severity(sinsp_logger::SEV_WARNING);
	libsinsp_logger()->add_stderr_log();
	sinsp inspector;
	if (ebpf) {
		inspector.open_modern_bpf(buffer_bytes, DEFAULT_CPU_FOR_EACH_BUFFER, true, calls);
	} else {
		inspector.open_kmod(buffer_bytes, calls);
	}
	inspector.start_capture();
	std::puts("capturing");
	std::fflush(stdout);

	const double cpu_before = cpu_seconds();
	const std::time_t begun = std::time(nullptr);
	unsigned long long events = 0;
	std::string longest_cgroup;
	const auto report = [&] {
		scap_stats stats = {};
		inspector.get_capture_stats(&stats);
		std::printf("events=%llu drops=%llu cpu_s=%.3f longest_cgroup=%s\n", events,
			    static_cast<unsigned long long>(stats.n_drops), cpu_seconds() - cpu_before,
			    longest_cgroup.c_str());
		std::fflush(stdout);
	};
	while (stopped == 0) {
		sinsp_evt *event = nullptr;
		const auto result = inspector.next(&event);
		if (result == SCAP_SUCCESS) {
			events++;
			keep_longest_cgroup(*event, longest_cgroup);
		} else if (result != SCAP_TIMEOUT && result != SCAP_FILTERED_EVENT) {
			std::fprintf(stderr, "next_only: %s\n", inspector.getlasterr().c_str());
			return 1;
		}
		if (asked != 0) {
			asked = 0;
			report();
		}
		if (seconds > 0 && std::difftime(std::time(nullptr), begun) >= seconds) break;
	}
	report();
	return 0;
}

} // namespace

int main(int argc, char **argv)
{
	const bool ebpf = argc > 1 && std::strcmp(argv[1], "ebpf") == 0;
	const bool kmod = argc > 1 && std::strcmp(argv[1], "kmod") == 0;
	if (argc > 5 || (!ebpf && !kmod)) {
		std::fputs("usage: next_only kmod|ebpf [SECONDS [BUFFER_BYTES [SYSTEM_CALLS]]]\n", stderr);
		return 2;
	}
	std::signal(SIGTERM, stop);
	std::signal(SIGINT, stop);
	std::signal(SIGUSR1, ask);
	try {
		return run(ebpf, argc > 2 ? std::atof(argv[2]) : 0,
			   argc > 3 ? std::strtoul(argv[3], nullptr, 10) : DEFAULT_DRIVER_BUFFER_BYTES_DIM,
			   argc > 4 ? calls_named(argv[4]) : Calls());
	} catch (const std::exception &error) {
		std::fprintf(stderr, "next_only: %s\n", error.what());
		return 1;
	}
}
