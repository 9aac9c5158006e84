// SPDX-License-Identifier: Apache-2.0
//
// What is provably not as its author meant it: rules that never match, parts of conditions that change nothing.
#pragma once

#include "compiled_rule.hpp"
#include "condition.hpp"
#include "findings.hpp"

#include <vector>

namespace falco::matcher {

// Looks at each condition as it is written, macros and all.
void warn_of_parts(const RulesFiles &files, const Conditions &conditions, Findings &findings);

// Looks at a rule's condition with everything in place.
void warn_of_never(const CompiledRule &rule, const Conditions &conditions, Findings &findings);

// Looks for rules that an earlier one always hides when the first match wins.
void warn_of_hidden(const std::vector<CompiledRule> &rules, Findings &findings);

} // namespace falco::matcher
