// SPDX-License-Identifier: Apache-2.0
//
// What can be said of the parts of written conditions without looking at an event. A macro is what its name is.
#pragma once

#include "written_condition.hpp"

#include <string>
#include <vector>

namespace falco::matcher {

using Parts = std::vector<const Written *>;

// `and` or `or`.
bool is_group(const Written &part);
// The parts of a group with those of groups of the same kind in it; of any other part itself.
Parts parts_of(const Written &part, Written::Kind kind);

// As it would be written, on one line; as part of a group with parentheses if it is a group.
std::string text_of(const Written &part);
std::string text_in_group(const Written &part);
std::string text_of(const Parts &parts, Written::Kind kind);
// With `and` or `or` between them.
std::string joined(const std::vector<std::string> &texts, Written::Kind kind);

// Whether both ask the same in the same order.
bool is_same(const Written &a, const Written &b);
// Whether `b` holds whenever `a` does, as far as it can be proved.
bool implies(const Written &a, const Written &b);

} // namespace falco::matcher
