// SPDX-License-Identifier: Apache-2.0
#include "block_walk.hpp"

#include <zlib.h>

#include <stdexcept>

namespace falco::trace_tool {

namespace {

constexpr std::uint32_t kSmallestBlock = 12; // its type, and its length at both ends
constexpr unsigned kBuffer = 128 * 1024;

} // namespace

void BlockWalk::Close::operator()(gzFile_s *file) const
{
	gzclose(file);
}

BlockWalk::BlockWalk(const std::string &path) : file_(gzopen(path.c_str(), "rbe"))
{
	if (!file_) throw std::runtime_error("cannot read the blocks of " + path);
	gzbuffer(file_.get(), kBuffer);
}

const BlockWalk::Block &BlockWalk::at(std::uint64_t byte)
{
	while (block_.wrong.empty() && block_.end <= byte)
		step();
	return block_;
}

bool BlockWalk::read(std::uint32_t &number)
{
	return gzread(file_.get(), &number, sizeof number) == static_cast<int>(sizeof number);
}

void BlockWalk::step()
{
	block_.begin = block_.end;
	std::uint32_t type = 0, length = 0, again = 0;
	if (!read(type) || !read(length)) {
		block_.wrong = "the file ends in its first 8 bytes";
		return;
	}
	if (length < kSmallestBlock) {
		block_.wrong = "its length is " + std::to_string(length) + ", which is too short for any block";
		return;
	}
	block_.end = block_.begin + length;
	gzseek(file_.get(), static_cast<z_off_t>(length - kSmallestBlock), SEEK_CUR);
	if (!read(again))
		block_.wrong = "its length is " + std::to_string(length) + " bytes, and the file ends before";
	else if (again != length)
		block_.wrong = "its length is " + std::to_string(length) + " bytes where it begins and " +
			       std::to_string(again) + " where it should end";
}

} // namespace falco::trace_tool
