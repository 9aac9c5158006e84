// SPDX-License-Identifier: Apache-2.0
//
// Makes a trace of processes that work: services that read and write files and talk to peers, shells that start
// programs.
//
//   bench-generate-trace all TO         all system calls: mostly reads, writes and closes, as on a real machine
//   bench-generate-trace relevant TO    only those that detection rules look at: opens, starts, connections, changes of
//                                       files
//
// The same at every run. bench-make-trace makes it as long as one likes.
#include "tests/support/trace.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <fcntl.h>
#include <random>
#include <string>
#include <vector>

namespace {

using falco::test::Pid;
using falco::test::Process;
using falco::test::Trace;

constexpr int kSteps = 20000; // each of one to a few system calls

class Machine {
public:
	explicit Machine(bool all) : all_(all)
	{
		shell_ = trace_.process(Process("bash").path("/bin/bash").user("alice"));
		for (const char *name : {"nginx", "postgres", "java", "node", "sshd", "cron", "rsyslogd", "python3"}) {
			services_.push_back(trace_.process(Process(name).path(std::string("/usr/sbin/") + name)));
		}
	}

	Trace &run()
	{
		for (int step = 0; step < kSteps; step++) {
			work(services_[below(services_.size())]);
			if (step % 50 == 0) {
				start_program();
			}
		}
		return trace_;
	}

private:
	size_t below(size_t limit) { return random_() % limit; }
	std::string number(size_t limit) { return std::to_string(below(limit)); }

	std::string any_file()
	{
		static const char *const folders[] = {
			"/etc/app/",  "/var/lib/app/", "/var/log/", "/usr/lib/x86_64-linux-gnu/",
			"/tmp/work-", "/srv/data/",    "/proc/",    "/home/alice/"};
		return folders[below(std::size(folders))] + ("file" + number(400));
	}

	void work(Pid pid)
	{
		switch (below(all_ ? 12 : 4)) {
		case 0: {
			const auto fd =
				trace_.openat(pid, AT_FDCWD, any_file(), below(4) ? O_RDONLY : O_WRONLY | O_CREAT,
					      below(5) ? Trace::kNextFd : -ENOENT);
			if (all_ && fd >= 0) {
				for (size_t reads = below(6); reads > 0; reads--) {
					trace_.read(pid, fd, "some bytes of the file");
				}
				trace_.close(pid, fd);
			}
			break;
		}
		case 1:
			trace_.connect(pid, "10.0." + number(250) + "." + number(250),
				       static_cast<uint16_t>(1024 + below(9000)));
			break;
		case 2:
			trace_.unlink(pid, any_file(), below(2) ? 0 : -ENOENT);
			break;
		case 3:
			trace_.rename(pid, any_file(), any_file());
			break;
		default:
			if (below(2)) {
				trace_.read(pid, 0, "a line that was read\n");
			} else {
				trace_.write(pid, 1, "a line that was written\n");
			}
		}
	}

	void start_program()
	{
		static const char *const names[] = {"ls", "grep", "curl", "python3", "tar", "ps", "id", "cat"};
		const std::string name = names[below(std::size(names))];
		const Pid child = trace_.spawn(
			shell_, Process(name).path("/usr/bin/" + name).args({"--option" + number(50), any_file()}));
		work(child);
		trace_.exit(child);
	}

	bool all_;
	Trace trace_;
	Pid shell_ = 0;
	std::vector<Pid> services_;
	std::mt19937 random_{1};
};

} // namespace

int main(int argc, char **argv)
{
	const bool all = argc == 3 && std::strcmp(argv[1], "all") == 0;
	if (argc != 3 || (!all && std::strcmp(argv[1], "relevant") != 0)) {
		std::fputs("usage: bench-generate-trace all|relevant TO\n", stderr);
		return 2;
	}
	try {
		Machine(all).run().save(argv[2]);
		return 0;
	} catch (const std::exception &e) {
		std::fprintf(stderr, "bench-generate-trace: %s\n", e.what());
		return 1;
	}
}
