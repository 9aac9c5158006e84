// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/trace.hpp"

#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <random>
#include <string>
#include <vector>

namespace falco::test {

// Processes with ancestors of several names that connect, listen and accept, by IPv4 and IPv6, and open files. What has
// the event's fields differs by one bit here and there, and letters by case.
inline Trace network_trace(unsigned seed, unsigned steps = 150)
{
	static const char *const addresses[] = {"10.0.0.1",        "10.0.0.2",       "10.0.1.1", "11.0.0.1",
						"127.0.0.1",       "8.8.8.8",        "fe80::1",  "fe80::2",
						"fe80:1::1",       "fe81::1",        "::1",      "2001:db8:0:8000::1",
						"::ffff:10.0.0.1", "2001:db8:0:1::1"};
	static const char *const names[] = {"sshd", "bash", "Bash", "make", "worker-1", "Worker-2", "d29ya2Vy"};
	static const char *const files[] = {"/etc/passwd", "/ETC/Passwd", "/var/log/a.log/", "b", "/tmp/d29ya2Vy"};
	std::mt19937 random(seed);
	const auto below = [&random](size_t limit) { return random() % limit; };
	const auto one_of = [&below](const auto &of) { return std::string(of[below(std::size(of))]); };
	const auto port = [&below] { return static_cast<std::uint16_t>(below(2) ? 53 + below(3) : 40000 + below(3)); };

	Trace trace;
	std::vector<Pid> processes = {trace.process(Process("sshd").path("/usr/sbin/sshd").args({"-D"}))};
	for (unsigned step = 0; step < steps; step++) {
		const Pid process = processes[below(processes.size())];
		switch (below(6)) {
		case 0: {
			const std::string name = one_of(names);
			processes.push_back(trace.spawn(process, Process(name)
									 .path("/usr/bin/" + name)
									 .args({"--" + one_of(names), one_of(files)})
									 .env({"WORK=" + one_of(names), "HOME=/"})));
			break;
		}
		case 1: {
			const std::int64_t socket = trace.listen(process, one_of(addresses), port());
			trace.accept(process, socket, one_of(addresses), port());
			break;
		}
		case 2:
			trace.openat(process, AT_FDCWD, one_of(files), O_RDONLY, below(4) ? Trace::kNextFd : -ENOENT);
			break;
		default:
			trace.connect(process, one_of(addresses), port(), below(4) ? 0 : -ECONNREFUSED,
				      below(2) ? 1 : 2);
		}
	}
	return trace;
}

} // namespace falco::test
