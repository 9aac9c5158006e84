// SPDX-License-Identifier: Apache-2.0
#include "host/app/match_stream.hpp"

#include "host/error.hpp"

#include <cerrno>
#include <cstring>
#include <unistd.h>

namespace falco::host {

namespace {

// Every message is its length and its kind, then its content.
struct Head {
	uint32_t size; // of the content
	MatchReader::Kind kind;
};

constexpr size_t kFlushAt = size_t{64} * 1024;
constexpr uint32_t kNoText = UINT32_MAX; // of a value

template <typename Number>
void put(std::string &into, Number number)
{
	into.append(reinterpret_cast<const char *>(&number), sizeof number);
}

void put(std::string &into, const falco_str &text)
{
	put(into, text.data ? static_cast<uint32_t>(text.size) : kNoText);
	if (text.data) {
		into.append(text.data, text.size);
	}
}

template <typename Number>
Number take(const char *&from)
{
	Number number;
	std::memcpy(&number, from, sizeof number);
	from += sizeof number;
	return number;
}

falco_str take_text(const char *&from)
{
	const auto size = take<uint32_t>(from);
	if (size == kNoText) {
		return {};
	}
	const falco_str text = {from, size};
	from += size;
	return text;
}

void put_message(std::string &into, MatchReader::Kind kind, const std::string &content)
{
	put(into, Head{static_cast<uint32_t>(content.size()), kind});
	into += content;
}

} // namespace

void MatchWriter::begin(uint32_t file)
{
	std::string content;
	put(content, file);
	put_message(waiting_, MatchReader::Kind::begin, content);
	flush();
}

void MatchWriter::match(const falco_match &match, size_t values)
{
	std::string content;
	put(content, match.rule);
	put(content, match.time_ns);
	put(content, match.event_number);
	put(content, static_cast<uint32_t>(values));
	for (size_t i = 0; i < values; i++) {
		put(content, match.values[i].text);
		put(content, match.values[i].json);
	}
	put_message(waiting_, MatchReader::Kind::match, content);
	if (waiting_.size() >= kFlushAt) {
		flush();
	}
}

void MatchWriter::failure(const std::string &text)
{
	put_message(waiting_, MatchReader::Kind::failure, text);
}

void MatchWriter::end()
{
	put_message(waiting_, MatchReader::Kind::end, "");
	flush();
}

void MatchWriter::flush()
{
	for (size_t done = 0; done < waiting_.size();) {
		const ssize_t written = write(fd_, waiting_.data() + done, waiting_.size() - done);
		if (written < 0 && errno != EINTR) {
			throw Error(std::string("cannot hand over what matched: ") + std::strerror(errno));
		}
		done += written < 0 ? 0 : static_cast<size_t>(written);
	}
	waiting_.clear();
}

MatchReader::~MatchReader()
{
	close(fd_);
}

bool MatchReader::fill()
{
	come_.erase(0, at_);
	at_ = 0;
	char buffer[kFlushAt];
	const ssize_t got = read(fd_, buffer, sizeof buffer);
	if (got > 0) {
		come_.append(buffer, static_cast<size_t>(got));
	}
	ended_ = got == 0 || (got < 0 && errno != EINTR);
	return got > 0;
}

bool MatchReader::next(Message &message)
{
	Head head;
	if (come_.size() - at_ < sizeof head) {
		return false;
	}
	std::memcpy(&head, come_.data() + at_, sizeof head);
	if (come_.size() - at_ - sizeof head < head.size) {
		return false;
	}
	current_.assign(come_, at_ + sizeof head, head.size);
	at_ += sizeof head + head.size;
	message = {};
	message.kind = head.kind;
	const char *from = current_.data();
	switch (head.kind) {
	case Kind::begin:
		message.file = take<uint32_t>(from);
		break;
	case Kind::match:
		message.match.struct_size = sizeof message.match;
		message.match.rule = take<uint32_t>(from);
		message.match.time_ns = take<uint64_t>(from);
		message.match.event_number = take<uint64_t>(from);
		values_.resize(take<uint32_t>(from));
		for (falco_value &value : values_) {
			value.text = take_text(from);
			value.json = take_text(from);
		}
		message.match.values = values_.data();
		break;
	case Kind::failure:
		message.text = current_;
		break;
	case Kind::end:
		break;
	}
	return true;
}

} // namespace falco::host
