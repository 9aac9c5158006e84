// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace falco::matcher {

enum class SchemaVerdict { accepts, refuses, not_yaml };

// What the JSON Schema of rules files says of a file with this text.
SchemaVerdict fits_rules_schema(const std::string &yaml);

} // namespace falco::matcher
