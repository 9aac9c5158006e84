// SPDX-License-Identifier: Apache-2.0
//
// What is provably not as its author meant it: rules that never match, parts of conditions that change nothing.
#pragma once

#include "compiled_rule.hpp"
#include "condition.hpp"
#include "findings.hpp"

namespace falco::matcher {

// Looks at each condition as it is written, macros and all.
void warn_of_parts(const RulesFiles &files, const Conditions &conditions, Findings &findings);

// Looks at the exceptions of a rule in its condition with everything in place.
void warn_of_exceptions(const Item &rule, ast::expr *condition, const Conditions &conditions, Findings &findings);

// Looks at a rule's condition with everything in place. `everything`: no event is ignored.
void warn_of_never(const CompiledRule &rule, bool everything, const Conditions &conditions, Findings &findings);

} // namespace falco::matcher
