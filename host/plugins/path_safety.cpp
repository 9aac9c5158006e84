// SPDX-License-Identifier: Apache-2.0
#include "host/plugins/path_safety.hpp"

#include "host/error.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

namespace falco::host {

namespace {

std::string owner_problem(const std::string &path, const struct stat &entry)
{
	if (entry.st_uid == 0 || entry.st_uid == geteuid()) return {};
	return path + " belongs to user " + std::to_string(entry.st_uid) +
	       ", who is neither root nor the user that runs falco: change its owner";
}

// One step of the way: a folder, a link or, at the end, the file.
std::string entry_problem(const std::string &path)
{
	struct stat entry {};
	if (lstat(path.c_str(), &entry) != 0) return path + ": " + std::strerror(errno);
	std::string problem = owner_problem(path, entry);
	if (!problem.empty()) return problem;
	if (S_ISLNK(entry.st_mode)) return {}; // a link's mode means nothing; its target is looked at on its own way
	const bool sticky_folder = S_ISDIR(entry.st_mode) && (entry.st_mode & S_ISVTX) != 0;
	if ((entry.st_mode & (S_IWGRP | S_IWOTH)) == 0 || sticky_folder) return {};
	char mode[8];
	std::snprintf(mode, sizeof mode, "%04o", static_cast<unsigned>(entry.st_mode & 07777));
	return path + " can be written to by users other than its owner (mode " + mode + "): run chmod go-w on it";
}

std::string way_problem(const std::string &path)
{
	for (size_t end = 0; end != std::string::npos;) {
		end = path.find('/', end + 1);
		std::string problem = entry_problem(path.substr(0, end));
		if (!problem.empty()) return problem;
	}
	return {};
}

} // namespace

std::string path_problem(const std::string &path)
{
	if (path.empty() || path[0] != '/') return path + " is not an absolute path";
	const std::unique_ptr<char, decltype(&std::free)> real(realpath(path.c_str(), nullptr), &std::free);
	if (!real) return path + ": " + std::strerror(errno);
	struct stat file {};
	if (stat(real.get(), &file) != 0) return path + ": " + std::strerror(errno);
	if (!S_ISREG(file.st_mode)) return path + " is not a regular file";
	for (const std::string &way : {std::string("/"), path, std::string(real.get())}) {
		std::string problem = way == "/" ? entry_problem(way) : way_problem(way);
		if (!problem.empty()) return problem;
	}
	return {};
}

void require_safe_path(const std::string &path, const char *what)
{
	const std::string problem = path_problem(path);
	if (!problem.empty()) throw Error(std::string(what) + " " + path + " is not used: " + problem);
}

} // namespace falco::host
