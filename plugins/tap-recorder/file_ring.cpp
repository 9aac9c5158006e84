// SPDX-License-Identifier: Apache-2.0
#include "file_ring.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <stdexcept>
#include <sys/stat.h>
#include <unistd.h>

namespace falco::recorder {

namespace fs = std::filesystem;

namespace {

// Where the number goes: before an ending that source-scapfile looks for, else at the end.
size_t ending_of(const std::string &path)
{
	for (const std::string ending : {".scap.gz", ".scap"}) {
		if (path.size() > ending.size() && path[path.size() - ending.size() - 1] != '/' &&
		    path.compare(path.size() - ending.size(), ending.size(), ending) == 0) {
			return path.size() - ending.size();
		}
	}
	return path.size();
}

std::string folder_of(const std::string &path)
{
	const std::string folder = fs::path(path).parent_path().string();
	return folder.empty() ? "." : folder;
}

[[noreturn]] void fail(const std::string &what, int error)
{
	throw std::runtime_error(what + ": " + std::strerror(error));
}

} // namespace

std::string FileRing::problem() const
{
	const std::string folder = folder_of(path_);
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
	if (lstat(path_.c_str(), &info) != 0) {
		return errno == ENOENT ? "" : path_ + " cannot be used: " + std::strerror(errno);
	}
	if (S_ISLNK(info.st_mode)) {
		return path_ + " is a symbolic link, which a recording does not follow: name the file itself";
	}
	return S_ISREG(info.st_mode) ? "" : path_ + " is no regular file";
}

int FileRing::open_next(std::vector<std::string> &removed)
{
	const std::string wrong = problem();
	if (!wrong.empty()) {
		throw std::runtime_error(wrong);
	}
	std::vector<uint64_t> there = numbers();
	if (access(path_.c_str(), F_OK) == 0) {
		const uint64_t next = there.empty() ? 1 : there.back() + 1;
		if (std::rename(path_.c_str(), numbered(next).c_str()) != 0) {
			fail("cannot rename " + path_ + " to " + numbered(next), errno);
		}
		there.push_back(next);
	}
	for (size_t i = 0; max_files_ != 0 && there.size() - i >= max_files_ && i < there.size(); i++) {
		if (unlink(numbered(there[i]).c_str()) != 0) {
			fail("cannot remove " + numbered(there[i]), errno);
		}
		removed.push_back(numbered(there[i]));
	}
	// Nobody else's file: one that appeared in between is not written into, nor is a link followed.
	const int fd = open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0) {
		fail("cannot make " + path_, errno);
	}
	return fd;
}

std::string FileRing::numbered(uint64_t number) const
{
	char text[32];
	std::snprintf(text, sizeof text, ".%06llu", static_cast<unsigned long long>(number));
	const size_t at = ending_of(path_);
	return path_.substr(0, at) + text + path_.substr(at);
}

std::vector<uint64_t> FileRing::numbers() const
{
	std::vector<uint64_t> found;
	std::error_code error;
	const std::string folder = folder_of(path_);
	for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
		const std::string name = fs::path(path_).filename().string(), other = it->path().filename().string();
		const size_t at = ending_of(name);
		if (other.size() <= name.size() + 1 || other.compare(0, at, name, 0, at) != 0 || other[at] != '.') {
			continue;
		}
		uint64_t number = 0;
		const char *const first = other.data() + at + 1;
		const char *const last = other.data() + other.size() - (name.size() - at);
		const auto result = std::from_chars(first, last, number);
		// Only names that this class makes: the same number in another spelling is somebody else's file.
		if (result.ec == std::errc() && result.ptr == last &&
		    fs::path(numbered(number)).filename().string() == other) {
			found.push_back(number);
		}
	}
	if (error) {
		throw std::runtime_error("cannot read the folder " + folder + ": " + error.message());
	}
	std::sort(found.begin(), found.end());
	return found;
}

} // namespace falco::recorder
