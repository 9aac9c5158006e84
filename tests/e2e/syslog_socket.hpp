// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstring>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <vector>

namespace falco::test {

// The socket of a syslog daemon.
class SyslogSocket {
public:
	explicit SyslogSocket(const std::string &path) : fd_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0))
	{
		sockaddr_un address = {};
		address.sun_family = AF_UNIX;
		std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
		bind(fd_, reinterpret_cast<const sockaddr *>(&address), sizeof address);
	}
	~SyslogSocket() { close(fd_); }
	SyslogSocket(const SyslogSocket &) = delete;
	SyslogSocket &operator=(const SyslogSocket &) = delete;

	std::vector<std::string> received() const
	{
		std::vector<std::string> messages;
		char buffer[4096];
		for (ssize_t got; (got = recv(fd_, buffer, sizeof buffer, MSG_DONTWAIT)) >= 0;) {
			messages.emplace_back(buffer, static_cast<size_t>(got));
		}
		return messages;
	}

private:
	int fd_;
};

} // namespace falco::test
