// SPDX-License-Identifier: Apache-2.0
//
// Reading a trace on behind what is damaged in it.
#pragma once

#include "block_walk.hpp"
#include "open_trace.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>

namespace falco::trace_tool {

// Collects the damaged blocks of a trace while it is read. A block whose lengths are right is passed over, whatever is
// in it; behind another one nobody knows where the next begins.
class Damages {
public:
	// The input must outlive it.
	explicit Damages(const TraceInput &input) : walk_(input.path()) {}

	// The next event that can be read; nullptr: there is none.
	sinsp_evt *next(OpenTrace &trace, bool &is_hidden);

	std::uint64_t count() const { return count_; }
	// The first ones: an object each with byte, after_events and reason.
	const nlohmann::json &list() const { return list_; }

private:
	bool passes(OpenTrace &trace, const DamageError &error);

	BlockWalk walk_;
	std::uint64_t count_ = 0;
	nlohmann::json list_ = nlohmann::json::array();
};

} // namespace falco::trace_tool
