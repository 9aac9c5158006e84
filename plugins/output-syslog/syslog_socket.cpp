// SPDX-License-Identifier: Apache-2.0
#include "syslog_socket.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace {

// The daemon went away, or was replaced: connecting again is worth an attempt.
bool is_disconnection(int error)
{
	return error == ECONNREFUSED || error == ECONNRESET || error == ENOTCONN || error == EPIPE || error == ENOENT ||
	       error == EDESTADDRREQ || error == EPROTOTYPE;
}

} // namespace

SyslogSocket::SyslogSocket(std::string path) : path_(std::move(path)) {}

SyslogSocket::~SyslogSocket()
{
	disconnect();
}

bool SyslogSocket::connect()
{
	disconnect();
	return connect_as(SOCK_DGRAM) || (errno == EPROTOTYPE && connect_as(SOCK_STREAM));
}

bool SyslogSocket::connect_as(int type)
{
	sockaddr_un address{};
	address.sun_family = AF_UNIX;
	std::memcpy(address.sun_path, path_.data(), std::min(path_.size(), sizeof address.sun_path - 1));
	const int fd = ::socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
	if (fd < 0) return false;
	// A daemon that does not read is an error after a second, so that this thread does not wait without end.
	const timeval patience{1, 0};
	::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
	if (::connect(fd, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0) {
		const int error = errno;
		::close(fd);
		errno = error;
		return false;
	}
	fd_ = fd;
	is_stream_ = type == SOCK_STREAM;
	return true;
}

void SyslogSocket::disconnect()
{
	if (fd_ >= 0) ::close(fd_);
	fd_ = -1;
	rest_.clear(); // the front of a record went with its connection
}

Sent SyslogSocket::send(const std::string &message, const std::string &id)
{
	// A daemon that was restarted is noticed only by sending: then once more over a new connection.
	for (bool is_new = false;; is_new = true) {
		if ((fd_ < 0 || is_new) && !connect()) return Sent::failed;
		const Sent sent = !is_stream_                ? send_datagram(fd_, message)
				  : send_record(message, id) ? Sent::all
							     : Sent::failed;
		if (sent != Sent::failed) return sent;
		if (!is_disconnection(errno)) return Sent::failed;
		if (is_new) {
			const int error = errno;
			disconnect();
			errno = error;
			return Sent::failed;
		}
	}
}

bool SyslogSocket::send_rest()
{
	while (!rest_.empty()) {
		const ssize_t size = send_bytes(fd_, rest_);
		if (size < 0) return false;
		rest_.erase(0, static_cast<size_t>(size));
	}
	return true;
}

bool SyslogSocket::send_record(const std::string &message, const std::string &id)
{
	const bool is_begun = !rest_.empty() && begun_ == id;
	// A rest from before must leave first, or two records would run into one another.
	if (!send_rest()) return false;
	if (is_begun) return true;
	begun_ = id;
	rest_ = message;
	rest_ += '\0';
	if (send_rest()) return true;
	// Nothing of it is out: whoever sends it may still leave it.
	if (rest_.size() == message.size() + 1) rest_.clear();
	return false;
}
