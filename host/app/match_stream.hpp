// SPDX-License-Identifier: Apache-2.0
//
// What a worker of a parallel replay tells falco, through a pipe: which file it reads, what matched there, what went
// wrong, and that it is done with it. Both ends are the same program, so numbers go as they are in memory.
#pragma once

#include <falco/plugin.h>

#include <cstdint>
#include <string>
#include <vector>

namespace falco::host {

// The worker's end. Throws Error when nobody listens any more.
class MatchWriter {
public:
	explicit MatchWriter(int fd) : fd_(fd) {}

	void begin(uint32_t file);
	// `values`: how many the match has.
	void match(const falco_match &match, size_t values);
	void failure(const std::string &text);
	void end();
	// What was said so far is on its way; the others wait until it is worth it.
	void flush();

private:
	const int fd_;
	std::string waiting_;
};

// The other end.
class MatchReader {
public:
	// The descriptor becomes its own.
	explicit MatchReader(int fd) : fd_(fd) {}
	~MatchReader();
	MatchReader(const MatchReader &) = delete;
	MatchReader &operator=(const MatchReader &) = delete;

	enum class Kind : uint8_t { begin, match, failure, end };
	struct Message {
		Kind kind = Kind::end;
		uint32_t file = 0;      // begin
		falco_match match = {}; // match; valid until the next message
		std::string text;       // failure
	};

	int fd() const { return fd_; }
	// Takes what has come, waiting if there is nothing. False: the worker has ended, or the wait was interrupted.
	bool fill();
	bool ended() const { return ended_; }
	// The next message if all of it has come.
	bool next(Message &message);

private:
	const int fd_;
	bool ended_ = false;
	std::string come_;
	size_t at_ = 0; // what of it was taken
	std::vector<falco_value> values_;
	std::string current_; // the values' text
};

} // namespace falco::host
