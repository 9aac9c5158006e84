// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/pipeline/pipeline.hpp"

#include <memory>
#include <vector>

namespace falco::bench {

/// A rule and a match of it as they come from the matcher: the shape of a shipped rule, five values in its output.
struct SampleAlert {
	SampleAlert();
	SampleAlert(const SampleAlert &) = delete;
	SampleAlert &operator=(const SampleAlert &) = delete;

	std::shared_ptr<const host::RuleSet> rules;
	std::vector<falco_value> values;
	falco_match match{};
};

// What an alert that waits in a queue takes of the heap.
double bytes_of_queued();

} // namespace falco::bench
