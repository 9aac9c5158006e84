// SPDX-License-Identifier: Apache-2.0
#include "plugins/trace-builder/block_file.hpp"

#include <zlib.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <unistd.h>
#include <utility>

namespace falco::trace {

namespace {

constexpr int kGzip = 15 + 16;  // the largest window, and a gzip header instead of zlib's
constexpr int kMemoryLevel = 8; // zlib's default

} // namespace

BlockFile::BlockFile(int fd, std::string path, bool compress) : fd_(fd), path_(std::move(path)), compress_(compress) {}

BlockFile::~BlockFile()
{
	close(fd_);
}

void BlockFile::write(std::string_view blocks)
{
	std::string_view left = compress_ ? pack(blocks) : blocks;
	const size_t whole = left.size();
	while (!left.empty()) {
		const ssize_t written = ::write(fd_, left.data(), left.size());
		if (written > 0) {
			left.remove_prefix(static_cast<size_t>(written));
			continue;
		}
		if (written < 0 && errno == EINTR) {
			continue;
		}
		const int error = written < 0 ? errno : EIO;
		std::string text = "cannot write " + path_ + ": " + std::strerror(error);
		if (ftruncate(fd_, static_cast<off_t>(size_)) != 0) {
			text += "; it ends in the middle of an event";
		}
		throw std::runtime_error(text);
	}
	size_ += whole;
}

std::string_view BlockFile::pack(std::string_view blocks)
{
	z_stream stream = {};
	if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzip, kMemoryLevel, Z_DEFAULT_STRATEGY) != Z_OK) {
		throw std::runtime_error("cannot compress " + path_ + ": not enough memory");
	}
	packed_.resize(deflateBound(&stream, blocks.size()));
	stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(blocks.data())); // zlib only reads there
	stream.avail_in = static_cast<uInt>(blocks.size());
	stream.next_out = reinterpret_cast<Bytef *>(packed_.data());
	stream.avail_out = static_cast<uInt>(packed_.size());
	const int result = deflate(&stream, Z_FINISH); // into that much room always at one go
	const size_t size = packed_.size() - stream.avail_out;
	deflateEnd(&stream);
	if (result != Z_STREAM_END) {
		throw std::runtime_error("cannot compress " + path_ + ": zlib returned " + std::to_string(result));
	}
	return {packed_.data(), size};
}

} // namespace falco::trace
