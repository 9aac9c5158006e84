// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace falco::trace {

// A file that holds whole blocks at any time: what is written is written at once, compressed as a gzip member of its
// own, so the file can be read to its end even when the program was killed. (Reading gzip, members that follow one
// another are one stream.) A write that fails is undone. One thread.
class BlockFile {
public:
	// Takes the descriptor. `path` is for messages.
	BlockFile(int fd, std::string path, bool compress);
	~BlockFile();
	BlockFile(const BlockFile &) = delete;
	BlockFile &operator=(const BlockFile &) = delete;

	// Throws std::runtime_error with path and reason.
	void write(std::string_view blocks);

	// Bytes in the file.
	uint64_t size() const { return size_; }

private:
	std::string_view pack(std::string_view blocks);

	int fd_;
	std::string path_;
	bool compress_;
	uint64_t size_ = 0;
	std::vector<char> packed_;
};

} // namespace falco::trace
