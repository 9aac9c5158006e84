// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compiled_rule.hpp"

#include <nlohmann/json.hpp>

namespace falco::matcher {

// {"rules": [...], "macros": [...], "lists": [...]}, each in file order, as written and as it was understood.
nlohmann::json describe_rules(const RulesFiles &files, const std::vector<CompiledRule> &rules);

// [{"name", "type", "description"}] of every field that a condition may use.
nlohmann::json describe_fields(const filter_check_list &checks);

} // namespace falco::matcher
