// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace falco::matcher {

// A JSON Schema of rules files, for editors. It accepts what loading accepts as far as a schema can tell; names,
// conditions and outputs are text to it.
extern const char *const kRulesSchema;

} // namespace falco::matcher
