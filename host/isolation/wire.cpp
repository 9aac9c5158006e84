// SPDX-License-Identifier: Apache-2.0
#include "host/isolation/wire.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <unistd.h>

namespace falco::host::isolation {

namespace {

constexpr uint64_t kNull = UINT64_MAX; // the size of a text that is not there
constexpr size_t kPacket = 4096;       // most frames are shorter

struct Header {
	uint64_t size;
	uint64_t type;
};

// Until the socket is ready. Throws TimedOut at the deadline.
void wait_for(int socket, short what, std::optional<Clock::time_point> deadline)
{
	for (;;) {
		int wait = -1;
		if (deadline) {
			const auto left =
				std::chrono::duration_cast<std::chrono::milliseconds>(*deadline - Clock::now()).count();
			if (left <= 0) throw TimedOut("it did not answer in time");
			wait = static_cast<int>(std::min<int64_t>(left + 1, 60000));
		}
		pollfd one{socket, what, 0};
		const int ready = poll(&one, 1, wait);
		if (ready > 0) return;
		if (ready < 0 && errno != EINTR) throw Gone(std::string("poll: ") + std::strerror(errno));
	}
}

void send_all(int socket, const char *data, size_t size, std::optional<Clock::time_point> deadline)
{
	while (size > 0) {
		const ssize_t sent = send(socket, data, size, MSG_NOSIGNAL);
		if (sent > 0) {
			data += sent;
			size -= static_cast<size_t>(sent);
		} else if (sent < 0 && errno == EAGAIN) {
			wait_for(socket, POLLOUT, deadline);
		} else if (sent < 0 && errno != EINTR) {
			throw Gone(std::strerror(errno));
		}
	}
}

// Up to `most` bytes, at least `least`; returns how many.
size_t receive_some(int socket, char *data, size_t least, size_t most, std::optional<Clock::time_point> deadline)
{
	size_t size = 0;
	while (size < least) {
		if (deadline) wait_for(socket, POLLIN, deadline);
		const ssize_t got = recv(socket, data + size, most - size, 0);
		if (got > 0)
			size += static_cast<size_t>(got);
		else if (got == 0)
			throw Gone("it has closed the connection");
		else if (errno != EAGAIN && errno != EINTR)
			throw Gone(std::strerror(errno));
	}
	return size;
}

} // namespace

void Writer::text(std::string_view value)
{
	number(value.size());
	bytes_.append(value);
	bytes_ += '\0';
}

void Writer::text_or_null(falco_str value)
{
	if (value.data)
		text({value.data, value.size});
	else
		number(kNull);
}

std::string_view Reader::take(size_t size)
{
	if (size > left_.size()) throw BadMessage("a message is too short");
	const std::string_view taken = left_.substr(0, size);
	left_.remove_prefix(size);
	return taken;
}

uint64_t Reader::number()
{
	uint64_t value = 0;
	std::memcpy(&value, take(sizeof value).data(), sizeof value);
	return value;
}

uint64_t Reader::number_up_to(uint64_t most)
{
	const uint64_t value = number();
	if (value > most) throw BadMessage("a number in a message is too large");
	return value;
}

std::string_view Reader::text()
{
	const uint64_t size = number_up_to(left_.size());
	const std::string_view value = take(size);
	if (take(1)[0] != '\0') throw BadMessage("a text in a message does not end");
	return value;
}

falco_str Reader::text_or_null()
{
	uint64_t size = 0;
	if (left_.size() >= sizeof size) std::memcpy(&size, left_.data(), sizeof size);
	if (size == kNull) {
		take(sizeof size);
		return {nullptr, 0};
	}
	const std::string_view value = text();
	return {value.data(), value.size()};
}

void send_frame(int socket, Frame type, std::string_view bytes, std::optional<Clock::time_point> deadline)
{
	const Header header{bytes.size(), static_cast<uint64_t>(type)};
	if (bytes.size() <= kPacket) { // one packet, and one wake-up of the other side
		char packet[sizeof header + kPacket];
		std::memcpy(packet, &header, sizeof header);
		if (!bytes.empty()) std::memcpy(packet + sizeof header, bytes.data(), bytes.size());
		send_all(socket, packet, sizeof header + bytes.size(), deadline);
		return;
	}
	send_all(socket, reinterpret_cast<const char *>(&header), sizeof header, deadline);
	send_all(socket, bytes.data(), bytes.size(), deadline);
}

Received receive_frame(int socket, size_t longest, std::optional<Clock::time_point> deadline)
{
	char packet[sizeof(Header) + kPacket];
	const size_t got = receive_some(socket, packet, sizeof(Header), sizeof packet, deadline) - sizeof(Header);
	Header header{};
	std::memcpy(&header, packet, sizeof header);
	// The other side says nothing more before it is answered.
	if (header.size > longest || header.size < got || header.type > static_cast<uint64_t>(Frame::result))
		throw BadMessage("it sent what is no message");
	Received received{static_cast<Frame>(header.type), std::string(packet + sizeof header, got)};
	received.bytes.resize(header.size);
	const size_t left = header.size - got;
	receive_some(socket, received.bytes.data() + got, left, left, deadline);
	return received;
}

} // namespace falco::host::isolation
