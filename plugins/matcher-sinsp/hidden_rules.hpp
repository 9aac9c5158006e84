// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compiled_rule.hpp"
#include "findings.hpp"

#include <vector>

namespace falco::matcher {

// Warns of rules that an earlier one always hides when the first match wins.
void warn_of_hidden(const std::vector<CompiledRule> &rules, Findings &findings);

} // namespace falco::matcher
