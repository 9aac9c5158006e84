// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "datagram.hpp"

#include <string>

// Sends datagrams to a server that is looked up when the first is sent, and again after one failed. That nobody listens
// there is noticed with the same or the next datagram when the server's kernel says so. One thread at a time.
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
	[[noreturn]] void fail(int error);

	const std::string server_, port_;
	int fd_ = -1;
	bool was_refused_ = false; // the last one
};
