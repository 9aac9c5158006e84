// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/trace.hpp"

#include <random>
#include <string>
#include <vector>

namespace falco::test {

// Single events of a few threads, some of them lost, so that beginnings and ends do not always fit.
inline Trace random_trace(unsigned seed)
{
	std::mt19937 random(seed);
	Trace trace;
	std::vector<Pid> threads = {trace.process(Process("one").path("/bin/one")),
				    trace.process(Process("two").path("/bin/two"))};
	const auto number = [&](unsigned below) { return static_cast<std::int64_t>(random() % below); };
	std::int64_t fd = 0;
	for (unsigned step = 0; step < 400; step++) {
		const Pid thread = number(20) == 0 ? 5000 + number(3) : threads[random() % threads.size()];
		const auto event = [&](ppm_event_code type, const Params &params) {
			if (number(8) != 0) trace.event(thread, type, params); // else it is lost
		};
		const std::string name = "/tmp/" + std::to_string(number(9));
		const std::int64_t command = number(2) == 0 ? PPM_FCNTL_F_DUPFD : PPM_FCNTL_F_GETFL;
		fd = 3 + number(4);
		switch (number(12)) {
		case 0:
			event(PPME_SYSCALL_OPENAT_2_E, {-100, name, 1, 0});
			event(PPME_SYSCALL_OPENAT_2_X, {fd, -100, name, 1, 0, 0x801, 42});
			break;
		case 1:
			event(PPME_SYSCALL_CLOSE_E, {fd});
			event(PPME_SYSCALL_CLOSE_X, {number(3) == 0 ? -9 : 0});
			break;
		case 2:
			event(PPME_SYSCALL_FCNTL_E, {fd, command});
			event(PPME_SYSCALL_FCNTL_X, {3 + number(4), fd, command});
			break;
		case 3:
			event(PPME_SYSCALL_DUP2_E, {fd});
			event(PPME_SYSCALL_DUP2_X, {3 + number(4), fd, 3});
			break;
		case 4:
			event(PPME_SYSCALL_CHDIR_E, {});
			event(PPME_SYSCALL_CHDIR_X, {0, name});
			break;
		case 5:
			if (number(6) == 0 && threads.size() < 6) {
				threads.push_back(trace.spawn(threads[0], Process("child").path("/bin/child")));
			} else if (threads.size() > 3) {
				trace.exit(threads.back());
				threads.pop_back();
			}
			break;
		case 6:
			event(PPME_SYSCALL_LSEEK_E, {fd, 0, 0});
			event(PPME_SYSCALL_LSEEK_X, {0});
			break;
		case 7:
			event(PPME_SYSCALL_UNLINKAT_2_E, {});
			event(PPME_SYSCALL_UNLINKAT_2_X, {0, -100, name, 0});
			break;
		case 8:
			event(PPME_SIGNALDELIVER_E, {1, 2, 15});
			break;
		default:
			event(PPME_SYSCALL_READ_E, {fd, 10});
			event(PPME_SYSCALL_READ_X, {4, Param::Bytes{"data"}, fd, 10});
		}
	}
	return trace;
}

} // namespace falco::test
