// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compiled_rule.hpp"

namespace falco::matcher {

// Whether a rule, in its condition or output, looks at a field that depends on events of any type, not only on those
// that change libsinsp's state: then the source must not leave out any (interests.hpp).
bool needs_whole_state(const std::vector<CompiledRule> &rules);

} // namespace falco::matcher
