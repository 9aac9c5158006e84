// SPDX-License-Identifier: Apache-2.0
#include "host/app/pid_file.hpp"

#include "host/error.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace falco::host {

PidFile::PidFile(std::string path) : path_(std::move(path))
{
	const int fd = open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	const std::string text = std::to_string(getpid()) + "\n";
	if (fd < 0 || write(fd, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
		const int error = errno;
		if (fd >= 0) {
			close(fd);
		}
		throw Error("cannot write pid file " + path_ + ": " + std::strerror(error) +
			    ". Name another one with -p or -P");
	}
	close(fd);
}

PidFile::~PidFile()
{
	unlink(path_.c_str());
}

} // namespace falco::host
