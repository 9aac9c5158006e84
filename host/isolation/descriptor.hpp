// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/error.hpp"

#include <cerrno>
#include <cstring>
#include <string>
#include <unistd.h>

namespace falco::host::isolation {

// A file descriptor that is closed with its owner.
class Fd {
public:
	Fd() = default;
	explicit Fd(int fd) : fd_(fd) {}
	~Fd() { reset(); }
	Fd(const Fd &) = delete;
	Fd &operator=(const Fd &) = delete;
	int get() const { return fd_; }
	void reset(int fd = -1)
	{
		if (fd_ >= 0) close(fd_);
		fd_ = fd;
	}

private:
	int fd_ = -1;
};

// Why what a process of an output needs is not to be had, by errno.
inline Error cannot_start(const char *what)
{
	return Error(std::string("an isolated output cannot be started: ") + what + ": " + std::strerror(errno));
}

} // namespace falco::host::isolation
