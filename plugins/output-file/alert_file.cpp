// SPDX-License-Identifier: Apache-2.0
#include "alert_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace {

// Alerts quote command lines and file names of others: for the owner and, to collect them, the group.
constexpr mode_t kMode = 0640;

std::time_t made_at(int fd, std::time_t otherwise)
{
	struct statx status {};
	const bool known =
		::statx(fd, "", AT_EMPTY_PATH, STATX_BTIME, &status) == 0 && (status.stx_mask & STATX_BTIME) != 0;
	return known ? static_cast<std::time_t>(status.stx_btime.tv_sec) : otherwise;
}

} // namespace

bool AlertFile::open(const std::string &path)
{
	close();
	// Non-blocking for the sake of FIFOs: one that nobody reads is an error then, not a wait without end.
	fd_ = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, kMode);
	if (fd_ < 0) return false;
	const struct stat before = status_;
	if (::fstat(fd_, &status_) != 0) {
		const int error = errno;
		close();
		errno = error;
		return false;
	}
	if (begun_ == 0 || !is_same(before)) begun_ = made_at(fd_, std::time(nullptr));
	return true;
}

ssize_t AlertFile::append(std::string_view bytes)
{
	ssize_t size;
	do {
		size = ::write(fd_, bytes.data(), bytes.size());
	} while (size < 0 && errno == EINTR);
	if (size > 0) status_.st_size += size;
	return size;
}

bool AlertFile::end_last_line(const std::string &path)
{
	if (!is_regular() || size() == 0) return true;
	const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
	char last = '\n';
	const bool is_known = fd >= 0 && ::pread(fd, &last, 1, size() - 1) == 1;
	if (fd >= 0) ::close(fd);
	return !is_known || last == '\n' || append("\n") == 1; // a file that we may not read is taken as it is
}

bool AlertFile::close()
{
	if (fd_ < 0) return true;
	const int fd = fd_;
	fd_ = -1;
	return ::close(fd) == 0 || errno == EINTR;
}
