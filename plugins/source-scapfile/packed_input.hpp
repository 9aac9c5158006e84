// SPDX-License-Identifier: Apache-2.0
//
// Where the bytes of a trace come from: a plain file, or a gzip'd one, unpacked with isa-l, which is some times as fast
// as zlib.
#pragma once

#include <cstddef>
#include <memory>
#include <stdexcept>

namespace falco::scapfile {

// Something about the packed data that this way of unpacking does not understand, or that is damaged.
class UnpackError : public std::runtime_error {
public:
	using std::runtime_error::runtime_error;
};

class Input {
public:
	virtual ~Input() = default;
	// Up to `size` bytes of the trace; 0 at its end. Throws std::system_error when the file cannot be read,
	// UnpackError.
	virtual size_t read(char *buffer, size_t size) = 0;
};

// Both read from the descriptor's position on and leave it open.
std::unique_ptr<Input> open_plain(int fd);
std::unique_ptr<Input> open_gzip(int fd);

} // namespace falco::scapfile
