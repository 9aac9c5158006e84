// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "findings.hpp"
#include "item.hpp"

namespace falco::matcher {

// Whether fields, operators and values of a rule's exceptions go together; if not, it was said what is wrong. An
// operator that is not written is `in` for a single field and = for each of several.
bool check_exceptions(const Item &rule, Findings &findings);

// The operator of a field, by the same rule.
std::string operator_of(const Exception &exception, size_t field);

// Whether an operator takes a list of values.
bool takes_list(const std::string &op);

} // namespace falco::matcher
