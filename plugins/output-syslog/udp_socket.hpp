// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "datagram.hpp"

#include <string>

// Sends datagrams to a server that is looked up when the first is sent, and again after one failed. A server that
// nobody listens on may be noticed with the next datagram. One thread at a time.
class UdpSocket {
public:
	UdpSocket(std::string server, std::string port) : server_(std::move(server)), port_(std::move(port)) {}
	~UdpSocket() { disconnect(); }
	UdpSocket(const UdpSocket &) = delete;
	UdpSocket &operator=(const UdpSocket &) = delete;

	// Throws RetryLater. True: the message was too long and cut.
	bool send(const std::string &message);

private:
	void connect();
	void disconnect();

	const std::string server_, port_;
	int fd_ = -1;
};
