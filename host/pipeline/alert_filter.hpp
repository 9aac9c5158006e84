// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/config.hpp"
#include "host/plugins/plugin.hpp"

namespace falco::host {

// True when an output with this filter gets the alerts of this rule. Nothing else of an alert counts, so the answer is
// worked out once a load for each rule and output.
bool wants(const FilterConfig &filter, const Rule &rule);

} // namespace falco::host
