// SPDX-License-Identifier: Apache-2.0
//
// Values that the field they are compared with never has, or that do not mean what they seem to.
#pragma once

#include "part_findings.hpp"

namespace falco::matcher {

void warn_of_values(const ast::binary_check_expr &check, PartFindings &findings);

} // namespace falco::matcher
