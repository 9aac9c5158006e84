// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ctime>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <sys/types.h>

// A file that is open for appending, or not. One thread at a time.
class AlertFile {
public:
	AlertFile() = default;
	~AlertFile() { close(); }
	AlertFile(const AlertFile &) = delete;
	AlertFile &operator=(const AlertFile &) = delete;

	// Makes the file if need be. False: errno says why.
	bool open(const std::string &path);
	bool is_open() const { return fd_ >= 0; }

	// One write(2), so that lines of several writers do not mix; may write less. -1: errno says why.
	ssize_t append(std::string_view bytes);

	// Of an open file: ends the last line when nobody has, since a falco was killed while it wrote it. False: errno
	// says why.
	bool end_last_line(const std::string &path);

	// False: errno says why; some file systems tell only now that what was written is not stored.
	bool close();

	// Of an open file.
	bool is_regular() const { return S_ISREG(status_.st_mode); }
	bool is_same(const struct stat &other) const
	{
		return status_.st_dev == other.st_dev && status_.st_ino == other.st_ino;
	}
	const struct stat &status() const { return status_; }
	off_t size() const { return status_.st_size; } // with what was appended since
	// When it was made, or opened first where the file system does not tell.
	std::time_t begun() const { return begun_; }

private:
	int fd_ = -1;
	struct stat status_ {};
	std::time_t begun_ = 0;
};
