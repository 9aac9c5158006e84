// SPDX-License-Identifier: Apache-2.0
#include "host/isolation/wire.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <unistd.h>

namespace falco::host::isolation {

namespace {

constexpr uint64_t kNull = UINT64_MAX; // the size of a text that is not there
constexpr uint64_t kMost = 1 << 20;    // tags or fields of an alert

struct Header {
	uint64_t size;
	uint64_t type;
};

// Until the socket is ready. Throws TimedOut at the deadline.
void wait_for(int socket, short what, std::optional<Clock::time_point> deadline)
{
	for (;;) {
		int wait = -1;
		if (deadline) {
			const auto left =
				std::chrono::duration_cast<std::chrono::milliseconds>(*deadline - Clock::now()).count();
			if (left <= 0) throw TimedOut("it did not answer in time");
			wait = static_cast<int>(std::min<int64_t>(left + 1, 60000));
		}
		pollfd one{socket, what, 0};
		const int ready = poll(&one, 1, wait);
		if (ready > 0) return;
		if (ready < 0 && errno != EINTR) throw Gone(std::string("poll: ") + std::strerror(errno));
	}
}

void send_all(int socket, const char *data, size_t size, std::optional<Clock::time_point> deadline)
{
	while (size > 0) {
		const ssize_t sent = send(socket, data, size, MSG_NOSIGNAL);
		if (sent > 0) {
			data += sent;
			size -= static_cast<size_t>(sent);
		} else if (sent < 0 && errno == EAGAIN) {
			wait_for(socket, POLLOUT, deadline);
		} else if (sent < 0 && errno != EINTR) {
			throw Gone(std::strerror(errno));
		}
	}
}

void receive_all(int socket, char *data, size_t size, std::optional<Clock::time_point> deadline)
{
	while (size > 0) {
		const ssize_t got = recv(socket, data, size, 0);
		if (got > 0) {
			data += got;
			size -= static_cast<size_t>(got);
		} else if (got == 0) {
			throw Gone("it has closed the connection");
		} else if (errno == EAGAIN) {
			wait_for(socket, POLLIN, deadline);
		} else if (errno != EINTR) {
			throw Gone(std::strerror(errno));
		}
	}
}

} // namespace

void Writer::text(std::string_view value)
{
	number(value.size());
	bytes_.append(value);
	bytes_ += '\0';
}

void Writer::text_or_null(falco_str value)
{
	if (value.data)
		text({value.data, value.size});
	else
		number(kNull);
}

std::string_view Reader::take(size_t size)
{
	if (size > left_.size()) throw BadMessage("a message is too short");
	const std::string_view taken = left_.substr(0, size);
	left_.remove_prefix(size);
	return taken;
}

uint64_t Reader::number()
{
	uint64_t value = 0;
	std::memcpy(&value, take(sizeof value).data(), sizeof value);
	return value;
}

uint64_t Reader::number_up_to(uint64_t most)
{
	const uint64_t value = number();
	if (value > most) throw BadMessage("a number in a message is too large");
	return value;
}

std::string_view Reader::text()
{
	const uint64_t size = number_up_to(left_.size());
	const std::string_view value = take(size);
	if (take(1)[0] != '\0') throw BadMessage("a text in a message does not end");
	return value;
}

falco_str Reader::text_or_null()
{
	uint64_t size = 0;
	if (left_.size() >= sizeof size) std::memcpy(&size, left_.data(), sizeof size);
	if (size == kNull) {
		take(sizeof size);
		return {nullptr, 0};
	}
	const std::string_view value = text();
	return {value.data(), value.size()};
}

void write_alert(Writer &writer, const falco_alert &alert)
{
	writer.number(static_cast<uint64_t>(static_cast<int64_t>(alert.priority)));
	writer.number(alert.time_ns);
	writer.number(alert.sequence);
	for (const char *text : {alert.id, alert.rule, alert.source, alert.hostname})
		writer.text(text ? text : "");
	size_t tags = 0;
	while (alert.tags && alert.tags[tags])
		++tags;
	writer.number(tags);
	for (size_t i = 0; i < tags; ++i)
		writer.text(alert.tags[i]);
	writer.text_or_null(alert.line);
	writer.text_or_null(alert.message);
	writer.number(alert.field_count);
	for (uint32_t i = 0; i < alert.field_count; ++i) {
		writer.text(alert.fields[i].name);
		writer.text_or_null(alert.fields[i].value.text);
		writer.text_or_null(alert.fields[i].value.json);
	}
}

void AlertList::read(Reader &reader, size_t count)
{
	alerts_.assign(count, {});
	parts_.resize(std::max(parts_.size(), count));
	pointers_.clear();
	for (size_t i = 0; i < count; ++i) {
		falco_alert &alert = alerts_[i];
		Parts &parts = parts_[i];
		alert.struct_size = sizeof alert;
		alert.priority = static_cast<int32_t>(static_cast<int64_t>(reader.number()));
		alert.time_ns = reader.number();
		alert.sequence = reader.number();
		for (const char **text : {&alert.id, &alert.rule, &alert.source, &alert.hostname})
			*text = reader.text().data();
		parts.tags.clear();
		for (uint64_t left = reader.number_up_to(kMost); left > 0; --left)
			parts.tags.push_back(reader.text().data());
		parts.tags.push_back(nullptr);
		alert.tags = parts.tags.data();
		alert.line = reader.text_or_null();
		alert.message = reader.text_or_null();
		parts.fields.clear();
		for (uint64_t left = reader.number_up_to(kMost); left > 0; --left) {
			falco_field field{};
			field.name = reader.text().data();
			field.value.text = reader.text_or_null();
			field.value.json = reader.text_or_null();
			parts.fields.push_back(field);
		}
		alert.fields = parts.fields.data();
		alert.field_count = static_cast<uint32_t>(parts.fields.size());
		pointers_.push_back(&alert);
	}
}

void send_frame(int socket, Frame type, std::string_view bytes, std::optional<Clock::time_point> deadline)
{
	const Header header{bytes.size(), static_cast<uint64_t>(type)};
	if (bytes.size() < 4096) { // one packet, and one wake-up of the other side
		char packet[sizeof header + 4096];
		std::memcpy(packet, &header, sizeof header);
		if (!bytes.empty()) std::memcpy(packet + sizeof header, bytes.data(), bytes.size());
		send_all(socket, packet, sizeof header + bytes.size(), deadline);
		return;
	}
	send_all(socket, reinterpret_cast<const char *>(&header), sizeof header, deadline);
	send_all(socket, bytes.data(), bytes.size(), deadline);
}

Received receive_frame(int socket, size_t longest, std::optional<Clock::time_point> deadline)
{
	Header header{};
	receive_all(socket, reinterpret_cast<char *>(&header), sizeof header, deadline);
	if (header.size > longest || header.type > static_cast<uint64_t>(Frame::result))
		throw BadMessage("it sent what is no message");
	Received received{static_cast<Frame>(header.type), std::string(header.size, '\0')};
	receive_all(socket, received.bytes.data(), received.bytes.size(), deadline);
	return received;
}

} // namespace falco::host::isolation
