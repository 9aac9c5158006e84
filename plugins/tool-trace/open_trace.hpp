// SPDX-License-Identifier: Apache-2.0
//
// Traces as libsinsp reads them: with the state of processes and files at each event.
#pragma once

#include <libsinsp/filter.h>
#include <libsinsp/sinsp.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

namespace falco::trace_tool {

// Where a trace is damaged: what() tells all of it.
class DamageError : public std::runtime_error {
public:
	DamageError(const std::string &file, std::uint64_t at_byte, std::uint64_t after_events, std::string reason);

	std::uint64_t byte;   // of the unpacked data
	std::uint64_t events; // before it
	std::string why;
};

// A file that is to be read: its name for messages ("standard input" for "-") and a path that libscap can open. Throws
// std::runtime_error: it cannot be opened, is empty or no trace.
class TraceInput {
public:
	explicit TraceInput(const std::string &path);
	~TraceInput();
	TraceInput(const TraceInput &) = delete;
	TraceInput &operator=(const TraceInput &) = delete;

	const std::string &name() const { return name_; }
	// Can be opened as often as needed, also when it is standard input: that was copied.
	std::string path() const;
	// Of the file, in bytes; 0: unknown.
	std::uint64_t size() const { return size_; }

private:
	std::string name_;
	int fd_ = -1;
	std::uint64_t size_ = 0;
};

// One reading of it, event by event.
class OpenTrace {
public:
	explicit OpenTrace(const TraceInput &input);

	sinsp &inspector() { return *inspector_; }
	// How much of the input was read, of its size.
	std::uint64_t bytes_read() const;
	// nullptr at the end. Throws DamageError.
	sinsp_evt *next();
	// The next event and whether it is one that is not shown, but changes the state.
	sinsp_evt *next(bool &is_hidden);
	// After a DamageError: with the block that begins there.
	void go_on_at(std::uint64_t byte) { inspector_->fseek(byte); }

private:
	const TraceInput &input_;
	std::unique_ptr<sinsp> inspector_;
};

// Throws std::runtime_error with the name of the option: what is wrong, and the nearest name of a field.
std::unique_ptr<sinsp_filter> compile_filter(sinsp &inspector, const std::string &filter);

// The text with a suggestion for the field that it names as one that does not exist.
std::string with_nearest_field(const std::string &text);

} // namespace falco::trace_tool
