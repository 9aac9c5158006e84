// SPDX-License-Identifier: Apache-2.0
//
// Where the time of rules goes, as stacks: rule, macros, check.
#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace falco::host {

// `rules`: of a profile, each with "name" and "times".

// One stack a line, outermost first, with its nanoseconds: what flame graph programs read.
std::string folded_stacks(const nlohmann::json &rules);

// An image that needs nothing else: boxes as wide as their time, those that a box is made of above it. Pointing at a
// box tells its name and time.
std::string flame_graph(const nlohmann::json &rules);

} // namespace falco::host
