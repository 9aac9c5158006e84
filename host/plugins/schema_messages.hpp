// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace falco::host {

// What is wrong with `value` in the words of somebody who edits falco.yaml: "must be at least 1". `description` is what
// the validator said, `schema` the part that `value` does not fit.
std::string schema_message(const std::string &description, const nlohmann::json &schema, const nlohmann::json &value);

// "a string", "a whole number or a list": the types that a schema allows; "anything" when it does not say.
std::string type_words(const nlohmann::json &schema);

// "a, b, c": the values that a schema's enum allows, without the quotes of JSON; empty when it has none.
std::string allowed_values(const nlohmann::json &schema);

} // namespace falco::host
