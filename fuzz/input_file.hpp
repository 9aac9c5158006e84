// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

namespace falco::fuzz {

// A file in memory that has a path, for what reads files. It lives as long as the process.
class InputFile {
public:
	InputFile() : fd_(memfd_create("input", MFD_CLOEXEC)), path_("/proc/self/fd/" + std::to_string(fd_))
	{
		if (fd_ < 0) std::abort();
	}

	// The path of the file that has just these bytes now.
	const std::string &write(const uint8_t *data, size_t size)
	{
		if (ftruncate(fd_, 0) != 0 || pwrite(fd_, data, size, 0) != static_cast<ssize_t>(size)) std::abort();
		return path_;
	}

private:
	int fd_;
	std::string path_;
};

} // namespace falco::fuzz
