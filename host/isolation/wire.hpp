// SPDX-License-Identifier: Apache-2.0
//
// What falco and the process of an isolated output say to each other: frames of a size, a type and bytes, on a socket
// that nobody else holds; each is answered before the next one. A batch of alerts is in memory that both have
// (shared_memory). Both ends are the same program, so numbers are as the machine has them.
#pragma once

#include <falco/plugin.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace falco::host::isolation {

using Clock = std::chrono::steady_clock;

// The other side sent what is no message.
struct BadMessage : std::runtime_error {
	using std::runtime_error::runtime_error;
};

// The other side is gone.
struct Gone : std::runtime_error {
	using std::runtime_error::runtime_error;
};
// It did not answer in time.
struct TimedOut : Gone {
	using Gone::Gone;
};

// Builds a message. Texts are followed by a NUL, so that the reader can point to them.
class Writer {
public:
	void number(uint64_t value) { append(&value, sizeof value); }
	void text(std::string_view value);
	// `data` NULL is not the same as empty.
	void text_or_null(falco_str value);
	const std::string &get() const { return bytes_; }

private:
	void append(const void *data, size_t size) { bytes_.append(static_cast<const char *>(data), size); }
	std::string bytes_;
};

// Reads what a Writer wrote. What it returns points into the message. Throws BadMessage.
class Reader {
public:
	explicit Reader(std::string_view bytes) : left_(bytes) {}
	uint64_t number();
	// A number that is at most so large.
	uint64_t number_up_to(uint64_t most);
	std::string_view text();
	falco_str text_or_null();
	bool at_end() const { return left_.empty(); }

private:
	std::string_view take(size_t size);
	std::string_view left_;
};

enum class Frame : uint32_t {
	// to the plugin's process
	create,
	write, // the batch in the shared memory: how many alerts, how many bytes
	flush,
	reopen,
	metrics,
	destroy,
	// from it
	hello,
	refused, // the plugin could not be loaded; text
	result
};

// What a frame may be long when it comes from the plugin's process, whose memory is the plugin's, too.
constexpr size_t kLongestAnswer = size_t{16} << 20;

struct Received {
	Frame type;
	std::string bytes;
};

// Sends or receives one frame. The socket may be non-blocking. Throw TimedOut at the deadline and Gone when the other
// side has closed; receive throws BadMessage for a frame longer than `longest`, and for more than one.
void send_frame(int socket, Frame type, std::string_view bytes, std::optional<Clock::time_point> deadline);
Received receive_frame(int socket, size_t longest, std::optional<Clock::time_point> deadline);

// The descriptors of the plugin's process.
constexpr int kCallFd = 3;   // frames
constexpr int kLogFd = 4;    // its log lines
constexpr int kMemoryFd = 5; // shared_memory's

// One line of the log on its way, in one write to a pipe, which is then never mixed with another's.
constexpr size_t kLongestLogLine = 3900;

} // namespace falco::host::isolation
