// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

namespace falco::host {

// A JSON Schema of falco.yaml, for editors. `matcher` is the schema of the matcher's own configuration, in which stands
// what the keys are that are handed to it; null: unknown. Keys that would only bring a warning are refused.
nlohmann::json config_schema(const nlohmann::json &matcher);

} // namespace falco::host
