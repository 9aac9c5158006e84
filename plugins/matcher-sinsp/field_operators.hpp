// SPDX-License-Identifier: Apache-2.0
//
// Operators that libsinsp takes when it compiles a check of certain fields, and gives up on when it compares an event.
#pragma once

#include "ast_node.hpp"

#include <optional>
#include <string>

namespace falco::matcher {

// What is wrong with the check's operator; nothing when the field can be compared so.
std::optional<std::string> refuse_operator(const ast::expr *check);

} // namespace falco::matcher
