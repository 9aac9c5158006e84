// SPDX-License-Identifier: Apache-2.0
#include "numbered_files.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <unistd.h>

namespace falco {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(const std::string &what, int error)
{
	throw std::runtime_error(what + ": " + std::strerror(error));
}

} // namespace

size_t length_of_ending(std::string_view path)
{
	const std::string_view name = path.substr(path.rfind('/') + 1);
	const size_t dot = name.rfind('.');
	return dot == std::string_view::npos || dot == 0 ? 0 : name.size() - dot;
}

void NumberedFiles::make_room(size_t max_files, std::vector<std::string> &removed) const
{
	std::vector<uint64_t> there = numbers();
	if (access(path_.c_str(), F_OK) == 0) {
		const uint64_t next = there.empty() ? 1 : there.back() + 1;
		if (std::rename(path_.c_str(), numbered(next).c_str()) != 0) {
			fail("cannot rename " + path_ + " to " + numbered(next), errno);
		}
		there.push_back(next);
	}
	for (size_t i = 0; max_files != 0 && there.size() - i >= max_files && i < there.size(); i++) {
		if (unlink(numbered(there[i]).c_str()) != 0) {
			fail("cannot remove " + numbered(there[i]), errno);
		}
		removed.push_back(numbered(there[i]));
	}
}

std::string NumberedFiles::numbered(uint64_t number) const
{
	char text[32];
	std::snprintf(text, sizeof text, ".%06llu", static_cast<unsigned long long>(number));
	return path_.substr(0, number_at_) + text + path_.substr(number_at_);
}

std::vector<uint64_t> NumberedFiles::numbers() const
{
	std::vector<uint64_t> found;
	std::error_code error;
	const size_t name_at = path_.rfind('/') + 1; // 0 when there is no folder in it
	const std::string folder = name_at == 0 ? "." : path_.substr(0, name_at);
	const std::string name = path_.substr(name_at);
	const size_t at = number_at_ - name_at;
	for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
		const std::string other = it->path().filename().string();
		if (other.size() <= name.size() + 1 || other.compare(0, at, name, 0, at) != 0 || other[at] != '.') {
			continue;
		}
		uint64_t number = 0;
		const char *const first = other.data() + at + 1;
		const char *const last = other.data() + other.size() - (name.size() - at);
		const auto result = std::from_chars(first, last, number);
		// Only names that this class makes: the same number in another spelling is somebody else's file.
		if (result.ec == std::errc() && result.ptr == last &&
		    numbered(number).compare(name_at, std::string::npos, other) == 0) {
			found.push_back(number);
		}
	}
	if (error) {
		throw std::runtime_error("cannot read the folder " + folder + ": " + error.message());
	}
	std::sort(found.begin(), found.end());
	return found;
}

} // namespace falco
