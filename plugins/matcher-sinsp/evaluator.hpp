// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compiled_rule.hpp"

#include <cstdint>
#include <vector>

namespace falco::matcher {

// Decides which rules match an event. Bound to one inspector, used on the capture thread. Every implementation gives
// the verdicts of the reference evaluator.
class Evaluator {
public:
	virtual ~Evaluator() = default;

	// Appends the numbers of the rules that match, in file order: only the first one unless `all`.
	virtual void evaluate(sinsp_evt *event, bool all, std::vector<uint32_t> &matched) = 0;

	// How many verdicts were found to differ from the reference evaluator's, by an evaluator that looks for that.
	virtual uint64_t differences() const { return 0; }

protected:
	Evaluator() = default;
	Evaluator(const Evaluator &) = delete;
	Evaluator &operator=(const Evaluator &) = delete;
};

} // namespace falco::matcher
