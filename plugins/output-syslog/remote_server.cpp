// SPDX-License-Identifier: Apache-2.0
#include "remote_server.hpp"

#include <falco/plugin.hpp>

#include <algorithm>
#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <thread>

namespace {

constexpr auto kPatience = std::chrono::seconds(1); // of one call, where the server is slow
constexpr long kConnectMs = 1500;
constexpr auto kRefusal = std::chrono::milliseconds(500);
constexpr size_t kMostUnconfirmed = 1000;

// Waits for an event of a socket. False: not before the deadline.
bool wait_for(int socket, short events, RemoteServer::Clock::time_point deadline)
{
	const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - RemoteServer::Clock::now());
	pollfd one{socket, events, 0};
	return ::poll(&one, 1, static_cast<int>(std::max<int64_t>(left.count(), 0))) > 0;
}

std::unique_ptr<falco::CurlHandle> handle(const RemoteServer::Address &address)
{
	auto curl = std::make_unique<falco::CurlHandle>();
	const bool is_v6 = address.server.find(':') != std::string::npos;
	const std::string host = is_v6 ? "[" + address.server + "]" : address.server;
	// The scheme stands for TLS alone: nothing of HTTP is spoken.
	const std::string url = (address.tls ? "https://" : "http://") + host + ":" + address.port;
	curl->set(CURLOPT_URL, url.c_str());
	curl->set(CURLOPT_CONNECT_ONLY, 1L);
	curl->set(CURLOPT_SSL_ENABLE_ALPN, 0L);
	curl->set(CURLOPT_CONNECTTIMEOUT_MS, kConnectMs);
	curl->set(CURLOPT_TCP_KEEPALIVE, 1L);
	if (address.tls) curl->use(address.files);
	return curl;
}

} // namespace

RemoteServer::RemoteServer(Address address) : address_(std::move(address)), settings_(handle(address_)) {}

RemoteServer::~RemoteServer() = default;

void RemoteServer::send(std::string_view message, const std::string &id)
{
	if (messages_.empty() || messages_.back().id != id) {
		if (messages_.size() >= kMostUnconfirmed) confirm();
		messages_.push_back({std::to_string(message.size()) + ' ' + std::string(message), id});
	}
	try {
		send_all(Clock::now() + kPatience);
	} catch (...) {
		// Nothing of it is out: whoever sends it may still leave it.
		const bool is_begun = sent_ == messages_.size() || (sent_ + 1 == messages_.size() && begun_ > 0);
		if (!is_begun) messages_.pop_back();
		throw;
	}
}

void RemoteServer::confirm()
{
	const auto deadline = Clock::now() + kPatience;
	for (auto pause = std::chrono::microseconds(50);;
	     pause = std::min(pause * 2, std::chrono::microseconds(20000))) {
		if (messages_.empty()) return;
		send_all(deadline);
		forget_confirmed();
		if (messages_.empty()) return;
		if (Clock::now() >= deadline)
			throw falco::RetryLater(name() + " has not acknowledged " + std::to_string(messages_.size()) +
						" messages");
		std::this_thread::sleep_for(pause); // nothing tells when the acknowledgement comes
	}
}

void RemoteServer::renew()
{
	settings_ = handle(address_);
	disconnect();
}

void RemoteServer::connect()
{
	curl_ = settings_->copy();
	const CURLcode code = curl_easy_perform(curl_->get());
	if (code != CURLE_OK) throw falco::RetryLater(name() + ": " + curl_->text_of(code));
	curl_socket_t socket = CURL_SOCKET_BAD;
	curl_easy_getinfo(curl_->get(), CURLINFO_ACTIVESOCKET, &socket);
	if (socket == CURL_SOCKET_BAD) throw falco::RetryLater(name() + ": the connection is closed");
	socket_ = socket;
	sent_ = begun_ = 0;
	if (address_.tls) look_for_refusal();
}

void RemoteServer::look_for_refusal()
{
	wait_for(socket_, POLLIN, Clock::now() + kRefusal);
	look_for_end();
}

void RemoteServer::disconnect()
{
	socket_ = -1;
	sent_ = begun_ = 0;
	curl_.reset();
}

void RemoteServer::broken(const std::string &reason)
{
	// What is acknowledged must not come twice.
	forget_confirmed();
	disconnect();
	throw falco::RetryLater(name() + ": " + reason);
}

void RemoteServer::look_for_end()
{
	char byte;
	size_t size = 0;
	for (;;) {
		const CURLcode code = curl_easy_recv(curl_->get(), &byte, 1, &size);
		if (code == CURLE_AGAIN) return;
		if (code != CURLE_OK) broken(curl_->text_of(code));
		if (size == 0) broken("the server has closed the connection");
	} // a syslog server has nothing to say
}

void RemoteServer::send_all(Clock::time_point deadline)
{
	for (bool is_new = false;; is_new = true) {
		if (!is_connected()) {
			connect();
			is_new = true;
		}
		try {
			look_for_end();
			break;
		} catch (const falco::RetryLater &) {
			if (is_new) throw; // else a restarted server: once more over a new connection
		}
	}
	while (sent_ < messages_.size()) {
		const std::string &frame = messages_[sent_].frame;
		size_t size = 0;
		const CURLcode code = curl_easy_send(curl_->get(), frame.data() + begun_, frame.size() - begun_, &size);
		if (code == CURLE_AGAIN) {
			if (!wait_for(socket_, POLLOUT, deadline)) throw falco::RetryLater(name() + " does not read");
			continue;
		}
		if (code != CURLE_OK) broken(curl_->text_of(code));
		begun_ += size;
		if (begun_ < frame.size()) continue;
		begun_ = 0;
		++sent_;
	}
}

bool RemoteServer::is_quiet() const
{
	int unacknowledged = 0;
	return is_connected() && ::ioctl(socket_, SIOCOUTQ, &unacknowledged) == 0 && unacknowledged == 0;
}

void RemoteServer::forget_confirmed()
{
	if (sent_ == 0 || !is_quiet()) return;
	messages_.erase(messages_.begin(), messages_.begin() + static_cast<std::ptrdiff_t>(sent_));
	sent_ = 0;
}
