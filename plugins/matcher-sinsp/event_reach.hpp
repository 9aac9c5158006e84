// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compiled_rule.hpp"

#include <string>

namespace falco::matcher {

// Why no event is both matched against the rule and such that its condition may hold, as far as types tell: "there is
// no kind of event at which its condition can hold"; empty when there may be one. `everything`: no event is ignored.
std::string why_unreachable(const CompiledRule &rule, bool everything);

} // namespace falco::matcher
