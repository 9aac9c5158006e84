// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/error.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <string_view>
#include <unistd.h>

namespace falco::host {

// A file of its own with this content, gone with the object.
class TempFile {
public:
	explicit TempFile(std::string_view content)
	{
		const char *folder = std::getenv("TMPDIR");
		path_ = std::string(folder && *folder ? folder : "/tmp") + "/falco-XXXXXX";
		const int fd = mkostemp(path_.data(), O_CLOEXEC);
		if (fd < 0) {
			throw Error("cannot make a temporary file " + path_ + ": " + std::strerror(errno));
		}
		bool good = true;
		while (good && !content.empty()) {
			const ssize_t written = write(fd, content.data(), content.size());
			good = written > 0;
			content.remove_prefix(good ? static_cast<size_t>(written) : 0);
		}
		close(fd);
		if (!good) {
			unlink(path_.c_str());
			throw Error("cannot write the temporary file " + path_);
		}
	}
	~TempFile() { unlink(path_.c_str()); }
	TempFile(const TempFile &) = delete;
	TempFile &operator=(const TempFile &) = delete;

	const std::string &path() const { return path_; }

private:
	std::string path_;
};

} // namespace falco::host
