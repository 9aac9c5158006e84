// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/config.hpp"
#include "host/plugins/plugin.hpp"

#include <string>
#include <vector>

namespace falco::host {

// True when an output with this filter gets the alerts of this rule. Nothing else of an alert counts, so the answer is
// worked out once a load for each rule and output.
bool wants(const FilterConfig &filter, const Rule &rule);

// What in the filter means none of these rules, a sentence each; empty: nothing.
std::vector<std::string> idle_parts(const FilterConfig &filter, const std::vector<Rule> &rules);

} // namespace falco::host
