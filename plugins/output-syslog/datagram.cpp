// SPDX-License-Identifier: Apache-2.0
#include "datagram.hpp"

#include <algorithm>
#include <cerrno>
#include <sys/socket.h>

namespace {

constexpr char kMark[] = "... (truncated)";
constexpr size_t kShortest = 256;

// The front of `message`, which is UTF-8, with the mark: no more than `size` bytes, no character cut in two.
std::string shortened(const std::string &message, size_t size)
{
	size_t end = size - (sizeof kMark - 1);
	while (end > 0 && (static_cast<unsigned char>(message[end]) & 0xc0) == 0x80)
		--end;
	return message.substr(0, end) + kMark;
}

} // namespace

ssize_t send_bytes(int fd, std::string_view bytes)
{
	ssize_t size;
	do {
		size = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
	} while (size < 0 && errno == EINTR);
	return size;
}

Sent send_datagram(int fd, const std::string &message)
{
	if (send_bytes(fd, message) >= 0) return Sent::all;
	if (errno != EMSGSIZE) return Sent::failed;
	// The kernel takes what fits the send buffer less a little; the daemon's own limit is its own business.
	int buffer = 0;
	socklen_t size_of_buffer = sizeof buffer;
	::getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, &size_of_buffer);
	size_t size = std::min(message.size() - 1, static_cast<size_t>(std::max(buffer - 32, 0)));
	for (; size >= kShortest; size /= 2) {
		if (send_bytes(fd, shortened(message, size)) >= 0) return Sent::shortened;
		if (errno != EMSGSIZE) break;
	}
	return Sent::failed;
}
