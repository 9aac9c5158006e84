// SPDX-License-Identifier: Apache-2.0
#include "file_ring.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <stdexcept>
#include <sys/stat.h>
#include <unistd.h>

namespace falco::recorder {

namespace fs = std::filesystem;

namespace {

// What stands behind the number: an ending that source-scapfile looks for.
size_t length_of_scap_ending(const std::string &path)
{
	for (const std::string ending : {".scap.gz", ".scap"}) {
		if (path.size() > ending.size() && path[path.size() - ending.size() - 1] != '/' &&
		    path.compare(path.size() - ending.size(), ending.size(), ending) == 0) {
			return ending.size();
		}
	}
	return 0;
}

std::string folder_of(const std::string &path)
{
	const std::string folder = fs::path(path).parent_path().string();
	return folder.empty() ? "." : folder;
}

} // namespace

FileRing::FileRing(const std::string &path, size_t max_files)
    : files_(path, length_of_scap_ending(path)), max_files_(max_files)
{
}

std::string FileRing::problem() const
{
	const std::string &path = files_.path();
	const std::string folder = folder_of(path);
	struct stat info = {};
	if (stat(folder.c_str(), &info) != 0) {
		return "the folder " + folder + " cannot be used: " + std::strerror(errno);
	}
	if (!S_ISDIR(info.st_mode)) {
		return folder + " is no folder";
	}
	if (access(folder.c_str(), W_OK | X_OK) != 0) {
		return "no file can be made in the folder " + folder + ": " + std::strerror(errno);
	}
	if (lstat(path.c_str(), &info) != 0) {
		return errno == ENOENT ? "" : path + " cannot be used: " + std::strerror(errno);
	}
	if (S_ISLNK(info.st_mode)) {
		return path + " is a symbolic link, which a recording does not follow: name the file itself";
	}
	return S_ISREG(info.st_mode) ? "" : path + " is no regular file";
}

int FileRing::open_next(std::vector<std::string> &removed)
{
	const std::string wrong = problem();
	if (!wrong.empty()) {
		throw std::runtime_error(wrong);
	}
	files_.make_room(max_files_, removed);
	// Nobody else's file: one that appeared in between is not written into, nor is a link followed.
	const int fd = open(path().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0) {
		throw std::runtime_error("cannot make " + path() + ": " + std::strerror(errno));
	}
	return fd;
}

} // namespace falco::recorder
