// SPDX-License-Identifier: Apache-2.0
#include "host/app/daemon.hpp"

#include "host/error.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace falco::host {

namespace {

constexpr char kReady = '\0'; // no error message begins with it

// Waits for the child's word and ends this process with what it says.
[[noreturn]] void wait_as_parent(int from_child, pid_t child)
{
	std::string said;
	char buffer[512];
	for (;;) {
		const ssize_t got = read(from_child, buffer, sizeof buffer);
		if (got < 0 && errno == EINTR) {
			continue;
		}
		if (got <= 0) {
			break;
		}
		said.append(buffer, static_cast<size_t>(got));
		if (said[0] == kReady) {
			_exit(0);
		}
	}
	if (said.empty()) {
		int status = 0;
		waitpid(child, &status, 0);
		said = "falco: the background process ended before it was ready\n";
	}
	fwrite(said.data(), 1, said.size(), stderr);
	fflush(stderr);
	_exit(1);
}

} // namespace

Daemon::Daemon(const std::string &pid_file)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) != 0) {
		throw Error(std::string("cannot run in the background: pipe: ") + std::strerror(errno));
	}
	fflush(nullptr);
	const pid_t child = fork();
	if (child < 0) {
		throw Error(std::string("cannot run in the background: fork: ") + std::strerror(errno));
	}
	if (child > 0) {
		close(ends[1]);
		wait_as_parent(ends[0], child);
	}
	close(ends[0]);
	parent_ = ends[1];
	try {
		setsid();
		umask(027);
		const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
		if (chdir("/") != 0 || null < 0) {
			throw Error(std::string("cannot run in the background: ") + std::strerror(errno));
		}
		for (int fd = 0; fd <= 2; fd++) {
			dup2(null, fd);
		}
		if (null > 2) {
			close(null);
		}
		pid_file_.emplace(pid_file);
	} catch (const Error &e) {
		failed(std::string("Runtime error: ") + e.what() + ". Exiting.");
		_exit(1);
	}
}

Daemon::~Daemon()
{
	leave();
}

void Daemon::leave()
{
	if (parent_ >= 0) {
		close(parent_);
	}
	pid_file_.reset();
}

void Daemon::ready()
{
	tell(std::string(1, kReady));
}

void Daemon::failed(const std::string &message)
{
	pid_file_.reset(); // before the parent ends: who waited for it finds things as they were
	tell(message + "\n");
}

void Daemon::tell(const std::string &message)
{
	if (parent_ < 0) {
		return;
	}
	// The parent does nothing but wait for this: if it was killed, there is nobody left to tell.
	[[maybe_unused]] const ssize_t written = write(parent_, message.data(), message.size());
	close(parent_);
	parent_ = -1;
}

} // namespace falco::host
