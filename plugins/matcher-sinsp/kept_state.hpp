// SPDX-License-Identifier: Apache-2.0
//
// Fields whose value depends on how often, and at which events, libsinsp's check was asked before.
#pragma once

#include "ast_node.hpp"

#include <string>

namespace falco::matcher {

// `field`: its name, with its argument or without.
bool keeps_state(const std::string &field);

// Whether any check of the condition looks at such a field, on whichever side. The verdict is then libsinsp's only if
// its filter of the whole condition is asked at every event that the rule concerns, until one matches.
bool keeps_state(const ast::expr *condition);

} // namespace falco::matcher
