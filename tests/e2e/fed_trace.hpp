// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/trace.hpp"

#include <string>
#include <thread>

namespace falco::test {

// A recording that a falco with `-e -` reads from a pipe in two halves, so that something can happen between them.
class FedTrace {
public:
	explicit FedTrace(const Trace &trace);
	// Waits until what was to be fed has been read, or the falco has ended.
	~FedTrace();
	FedTrace(const FedTrace &) = delete;
	FedTrace &operator=(const FedTrace &) = delete;

	// The end to read from: the standard input of the falco to come, which must be started before the first half is
	// fed.
	[[nodiscard]] int reading_end() const { return ends_[0]; }

	// Both return at once and feed in a thread of their own.
	void feed_half();
	void feed_rest();

private:
	void write_part(size_t from, size_t to) const;

	std::string bytes_;
	int ends_[2] = {-1, -1};
	std::thread half_, rest_;
};

} // namespace falco::test
