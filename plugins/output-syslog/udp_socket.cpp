// SPDX-License-Identifier: Apache-2.0
#include "udp_socket.hpp"

#include <falco/plugin.hpp>

#include <cerrno>
#include <cstring>
#include <memory>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

constexpr int kRefusalMs = 200;

} // namespace

bool UdpSocket::send(const std::string &message)
{
	if (fd_ < 0) connect();
	const Sent sent = send_datagram(fd_, message);
	if (sent == Sent::failed) fail(errno);
	// The refusal of a datagram comes back a while later, if at all: it is waited for once one has come.
	pollfd one{fd_, 0, 0};
	if (::poll(&one, 1, was_refused_ ? kRefusalMs : 0) > 0) {
		int error = 0;
		socklen_t size = sizeof error;
		::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
		if (error != 0) fail(error);
	}
	was_refused_ = false;
	return sent == Sent::shortened;
}

void UdpSocket::fail(int error)
{
	was_refused_ = error == ECONNREFUSED;
	disconnect();
	throw falco::RetryLater(server_ + ":" + port_ + ": " + std::strerror(error));
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
