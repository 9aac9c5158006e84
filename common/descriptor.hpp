// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>

namespace falco {

// A file descriptor that is closed with its owner; -1 is none.
class Descriptor {
public:
	Descriptor() = default;
	explicit Descriptor(int fd) : fd_(fd) {}
	~Descriptor() { reset(); }
	Descriptor(const Descriptor &) = delete;
	Descriptor &operator=(const Descriptor &) = delete;
	int get() const { return fd_; }
	void reset(int fd = -1)
	{
		if (fd_ >= 0) ::close(fd_);
		fd_ = fd;
	}

private:
	int fd_ = -1;
};

} // namespace falco
