// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "curl_handle.hpp"

#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

// A syslog server over TCP or TLS. Each message is framed by its length (RFC 6587 3.4.1, RFC 5425). libcurl makes the
// connection. A message is kept until the server's kernel has acknowledged all of it, and is sent again over the next
// connection when this one breaks before. One thread at a time.
class RemoteServer {
public:
	using Clock = std::chrono::steady_clock;

	struct Address {
		std::string server, port;
		bool tls;
		falco::TlsFiles files; // for TLS
	};

	// Reads the files, connects to nobody. Throws ConfigError.
	explicit RemoteServer(Address address);
	~RemoteServer();
	RemoteServer(const RemoteServer &) = delete;
	RemoteServer &operator=(const RemoteServer &) = delete;

	// Sends a message, connecting first if need be. One that throws RetryLater is to be sent again with the same
	// id of the alert.
	void send(std::string_view message, const std::string &id);

	// Waits until all messages are acknowledged, and connects again if need be. Throws RetryLater.
	void confirm();

	// Closes the connection, and reads the files again for the next one.
	void renew();

	std::string name() const { return address_.server + ":" + address_.port; }

private:
	struct Message {
		std::string frame;
		std::string id; // of the alert: sequence numbers begin anew with each run
	};

	void connect();
	void disconnect();
	bool is_connected() const { return socket_ >= 0; }
	// A server refuses a certificate only after this side takes the connection for good: waits for its first word.
	void look_for_refusal();
	// Notices a server that has closed the connection, which nothing else tells before it is too late.
	void look_for_end();
	void send_all(Clock::time_point deadline);
	void forget_confirmed();
	// Nothing waits to be acknowledged.
	bool is_quiet() const;
	[[noreturn]] void broken(const std::string &reason);

	const Address address_;
	std::unique_ptr<falco::CurlHandle> settings_; // never connects
	std::unique_ptr<falco::CurlHandle> curl_;     // the connection
	int socket_ = -1;                             // of the connection; libcurl owns it
	std::deque<Message> messages_;                // not acknowledged
	size_t sent_ = 0;                             // of these, over this connection
	size_t begun_ = 0;                            // bytes of the next one that are out
};
