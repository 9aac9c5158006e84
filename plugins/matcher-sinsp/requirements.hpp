// SPDX-License-Identifier: Apache-2.0
//
// What a rules file asks of the program that reads it.
#pragma once

#include "findings.hpp"
#include "item.hpp"

namespace falco::matcher {

// The value of `required_engine_version`: a number N, which means 0.N.0, or a version.
void require_engine_version(const yaml::Node &value, RulesFiles &files, Findings &findings);

// The value of `required_plugin_versions`: a list of {name, version, alternatives: [{name, version}]}. The plugins
// meant bring sources and fields of their own into the rules language; falco has none of them.
void require_plugin_versions(const yaml::Node &value, RulesFiles &files, Findings &findings);

} // namespace falco::matcher
