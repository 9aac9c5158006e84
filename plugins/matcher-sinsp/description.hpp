// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compiled_rule.hpp"

#include <nlohmann/json.hpp>

namespace falco::matcher {

// {"required_engine_version", "required_plugin_versions", "rules": [...], "macros": [...], "lists": [...]}, each in
// file order, with "info", as written, and "details", as understood. `files` loaded without an error; `matched` are the
// rules of them that are matched.
nlohmann::json describe_rules(const RulesFiles &files, const std::vector<CompiledRule> &matched, sinsp *inspector,
			      const filter_check_list &checks);

// [{"class", "name", "type", "description", "events", "directions", ...}] of every field of conditions and outputs.
// `events`: the names of those at which it can have a value; null: any. `directions`: likewise, ">" and "<".
nlohmann::json describe_fields(const filter_check_list &checks);

} // namespace falco::matcher
