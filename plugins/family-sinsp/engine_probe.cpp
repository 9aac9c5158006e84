// SPDX-License-Identifier: Apache-2.0
#include "engine_probe.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <poll.h>
#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace falco::sinsp_family {

namespace {

using namespace std::string_view_literals;

// HTTP/2, RFC 9113: the parts of a frame, and those of its types that matter here.
constexpr size_t kFrameHead = 9;
constexpr char kData = 0, kHeaders = 1, kSettings = 4;
constexpr char kEndStream = 1, kEndHeaders = 4;
constexpr char kOurStream = 1;

std::string frame(char type, char flags, char stream, std::string_view payload)
{
	const auto size = static_cast<char>(payload.size()); // all of ours are short
	const char head[kFrameHead] = {0, 0, size, type, flags, 0, 0, 0, stream};
	return std::string(head, sizeof head).append(payload);
}

// A header field in the plainest of its forms (RFC 7541, 6.2.2).
std::string field(std::string_view name, std::string_view value)
{
	std::string text(1, '\0');
	for (const std::string_view part : {name, value}) {
		text += static_cast<char>(part.size());
		text += part;
	}
	return text;
}

// A gRPC call with an empty message.
std::string version_request()
{
	const std::string headers = field(":method", "POST") + field(":scheme", "http") +
				    field(":path", "/runtime.v1.RuntimeService/Version") +
				    field(":authority", "localhost") + field("content-type", "application/grpc") +
				    field("te", "trailers");
	return "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(kSettings, 0, 0, "") +
	       frame(kHeaders, kEndHeaders, kOurStream, headers) + frame(kData, kEndStream, kOurStream, "\0\0\0\0\0"sv);
}

constexpr const char *kPing = "GET /_ping HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n";

} // namespace

int connect_at_once(const std::string &path)
{
	sockaddr_un address = {};
	address.sun_family = AF_UNIX;
	if (path.size() >= sizeof address.sun_path) {
		return -1;
	}
	path.copy(address.sun_path, sizeof address.sun_path - 1);
	const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 && connect(fd, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

EngineProbe::EngineProbe(const std::string &path, Speaks language) : language_(language), fd_(connect_at_once(path))
{
	const std::string request = language == Speaks::cri ? version_request() : kPing;
	// So little fits into the socket's buffer.
	if (fd_ >= 0 && send(fd_, request.data(), request.size(), MSG_NOSIGNAL) < 0) {
		close(std::exchange(fd_, -1));
	}
}

EngineProbe::~EngineProbe()
{
	if (fd_ >= 0) {
		close(fd_);
	}
}

EngineProbe::State EngineProbe::look()
{
	std::array<char, 4096> part;
	while (fd_ >= 0) {
		const ssize_t got = recv(fd_, part.data(), part.size(), 0);
		if (got > 0) {
			received_.append(part.data(), static_cast<size_t>(got));
			if (find_answer()) {
				return State::answered;
			}
		} else if (got < 0 && errno == EAGAIN) {
			return State::waiting;
		} else if (got == 0 || errno != EINTR) {
			close(std::exchange(fd_, -1));
		}
	}
	return State::failed;
}

EngineProbe::State EngineProbe::wait_until(std::chrono::steady_clock::time_point end)
{
	for (;;) {
		const State state = look();
		const auto left =
			std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
		if (state != State::waiting || left.count() <= 0) {
			return state;
		}
		pollfd connection = {fd_, POLLIN, 0};
		poll(&connection, 1, static_cast<int>(left.count()));
	}
}

bool EngineProbe::find_answer()
{
	if (language_ == Speaks::docker) {
		return true; // whatever it says
	}
	while (received_.size() >= kFrameHead) {
		const auto byte = [this](size_t at) { return static_cast<uint8_t>(received_[at]); };
		const size_t size = kFrameHead + (size_t{byte(0)} << 16 | size_t{byte(1)} << 8 | byte(2));
		if (received_[3] == kHeaders) {
			return true;
		}
		if (received_.size() < size) {
			return false;
		}
		received_.erase(0, size);
	}
	return false;
}

} // namespace falco::sinsp_family
