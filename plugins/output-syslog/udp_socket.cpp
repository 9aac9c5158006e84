// SPDX-License-Identifier: Apache-2.0
#include "udp_socket.hpp"

#include <falco/plugin.hpp>

#include <cerrno>
#include <cstring>
#include <memory>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

bool UdpSocket::send(const std::string &message)
{
	if (fd_ < 0) connect();
	// The kernel tells with this datagram that an earlier one was refused: this one is sent once more.
	Sent sent = send_datagram(fd_, message);
	if (sent == Sent::failed && errno == ECONNREFUSED) sent = send_datagram(fd_, message);
	if (sent != Sent::failed) return sent == Sent::shortened;
	const std::string reason = std::strerror(errno);
	disconnect();
	throw falco::RetryLater(server_ + ":" + port_ + ": " + reason);
}

void UdpSocket::connect()
{
	addrinfo hints{};
	hints.ai_socktype = SOCK_DGRAM;
	addrinfo *found = nullptr;
	const int code = ::getaddrinfo(server_.c_str(), port_.c_str(), &hints, &found);
	if (code != 0) throw falco::RetryLater(server_ + ": " + ::gai_strerror(code));
	const std::unique_ptr<addrinfo, void (*)(addrinfo *)> freed(found, ::freeaddrinfo);
	std::string reason;
	for (const addrinfo *one = found; one; one = one->ai_next) {
		const int fd = ::socket(one->ai_family, one->ai_socktype | SOCK_CLOEXEC, one->ai_protocol);
		if (fd >= 0 && ::connect(fd, one->ai_addr, one->ai_addrlen) == 0) {
			fd_ = fd;
			return;
		}
		reason = std::strerror(errno);
		if (fd >= 0) ::close(fd);
	}
	throw falco::RetryLater(server_ + ":" + port_ + ": " + reason);
}

void UdpSocket::disconnect()
{
	if (fd_ >= 0) ::close(fd_);
	fd_ = -1;
}
