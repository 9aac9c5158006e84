// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "findings.hpp"
#include "item.hpp"

namespace falco::matcher {

// The version of the rules language: what `required_engine_version` is compared with.
constexpr const char *kEngineVersion = "0.46.0";

// Reads the files in order. An entry that defines an item again takes the earlier one's position, with a warning; one
// with `override` changes it. What is wrong goes to `findings`, and reading goes on.
RulesFiles read_rules(const char *const *paths, Findings &findings);

} // namespace falco::matcher
