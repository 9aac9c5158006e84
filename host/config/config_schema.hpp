// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include <map>
#include <string>

namespace falco::host {

// A JSON Schema of falco.yaml, for editors. `matcher` is the schema of the matcher's own configuration, in which stands
// what the keys are that are handed to it; null: unknown. `plugins` are those of the plugins that there are, by library
// ("output-file"): they say what the keys of an output's block are (`file_output`), of `record`, and below `config`.
// Keys that would only bring a warning are refused.
nlohmann::json config_schema(const nlohmann::json &matcher, const std::map<std::string, nlohmann::json> &plugins = {});

} // namespace falco::host
