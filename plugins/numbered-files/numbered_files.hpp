// SPDX-License-Identifier: Apache-2.0
//
// The names of a file and of the full ones before it. The newest is always PATH itself; when it is full it becomes PATH
// with a number in front of its ending, which rises: out.000001.log, out.000002.log, ..., out.log. So the order of the
// names is that of time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace falco {

class NumberedFiles {
public:
	// `ending`: how many of the last bytes of `path` stand behind the number.
	NumberedFiles(std::string path, size_t ending) : path_(std::move(path)), number_at_(path_.size() - ending) {}

	const std::string &path() const { return path_; }

	// Gives PATH the next number if there is such a file, and removes the oldest files until one more than those
	// that stay makes no more than `max_files` (0: any number); these are added to `removed`. Throws
	// std::runtime_error.
	void make_room(size_t max_files, std::vector<std::string> &removed) const;

private:
	std::string numbered(uint64_t number) const;
	// The numbers that are there, rising.
	std::vector<uint64_t> numbers() const;

	std::string path_;
	size_t number_at_;
};

// The length of the ending of a path's last part, ".log"; 0 when it has none.
size_t length_of_ending(std::string_view path);

} // namespace falco
