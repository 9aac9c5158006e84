// SPDX-License-Identifier: Apache-2.0
#include "packed_input.hpp"

#include <isa-l/igzip_lib.h>

#include <cerrno>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace falco::scapfile {

namespace {

size_t read_file(int fd, void *buffer, size_t size)
{
	for (;;) {
		const ssize_t got = ::read(fd, buffer, size);
		if (got >= 0) {
			return static_cast<size_t>(got);
		}
		if (errno != EINTR) {
			throw std::system_error(errno, std::generic_category());
		}
	}
}

class PlainInput final : public Input {
public:
	explicit PlainInput(int fd) : fd_(fd) {}
	size_t read(char *buffer, size_t size) override { return read_file(fd_, buffer, size); }

private:
	const int fd_;
};

class GzipInput final : public Input {
public:
	explicit GzipInput(int fd) : fd_(fd), packed_(kPackedSize)
	{
		isal_inflate_init(&state_);
		state_.crc_flag = ISAL_GZIP;
	}

	size_t read(char *buffer, size_t size) override
	{
		state_.next_out = reinterpret_cast<uint8_t *>(buffer);
		state_.avail_out = static_cast<uint32_t>(size);
		while (state_.avail_out > 0 && !ended_) {
			if (state_.avail_in == 0 && !fill()) {
				throw UnpackError("ends early");
			}
			if (const int result = isal_inflate(&state_); result < 0) {
				throw UnpackError("damaged: " + std::to_string(result));
			}
			if (state_.block_state == ISAL_BLOCK_FINISH) {
				begin_member();
			}
		}
		return size - state_.avail_out;
	}

private:
	static constexpr size_t kPackedSize = size_t{128} * 1024;

	bool fill()
	{
		state_.next_in = packed_.data();
		state_.avail_in = static_cast<uint32_t>(read_file(fd_, packed_.data(), packed_.size()));
		return state_.avail_in > 0;
	}

	// Files may be put together of several; what else is behind one does not belong to it.
	void begin_member()
	{
		std::vector<uint8_t> start;
		while (start.size() < 2 && (state_.avail_in > 0 || fill())) {
			start.push_back(*state_.next_in++);
			state_.avail_in--;
		}
		ended_ = start.size() < 2 || start[0] != 0x1f || start[1] != 0x8b;
		if (ended_) {
			return;
		}
		if (state_.next_in - packed_.data() < 2) { // the magic number came in two parts
			throw UnpackError("header in two parts");
		}
		state_.next_in -= 2;
		state_.avail_in += 2;
		isal_inflate_reset(&state_);
		state_.crc_flag = ISAL_GZIP;
	}

	const int fd_;
	std::vector<uint8_t> packed_;
	inflate_state state_ = {};
	bool ended_ = false;
};

} // namespace

std::unique_ptr<Input> open_plain(int fd)
{
	return std::make_unique<PlainInput>(fd);
}

std::unique_ptr<Input> open_gzip(int fd)
{
	return std::make_unique<GzipInput>(fd);
}

} // namespace falco::scapfile
