// SPDX-License-Identifier: Apache-2.0
//
// The blocks that a trace file is made of, whatever is in them: where a reader may go on after one that is damaged.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

struct gzFile_s;

namespace falco::trace_tool {

// One thread.
class BlockWalk {
public:
	// Throws std::runtime_error: the file cannot be opened.
	explicit BlockWalk(const std::string &path);
	BlockWalk(const BlockWalk &) = delete;
	BlockWalk &operator=(const BlockWalk &) = delete;

	struct Block {
		std::uint64_t begin = 0, end = 0; // in the unpacked data
		std::string wrong;                // with its lengths; empty: the next block begins at `end`
	};
	// The block that this byte is in, or the one before that which cannot be passed. Bytes must rise.
	const Block &at(std::uint64_t byte);

private:
	struct Close {
		void operator()(gzFile_s *file) const;
	};

	void step();
	bool read(std::uint32_t &number);

	std::unique_ptr<gzFile_s, Close> file_;
	Block block_;
};

} // namespace falco::trace_tool
