// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/plugins/plugin.hpp"

#include <string>
#include <vector>

namespace falco::host {

// The table that -L and -l print.
std::string describe_rules(const std::vector<Rule> &rules);

// `text` in lines of at most `width` columns, broken before the word that would pass them. A longer word has a line of
// its own. White space between words counts as one space.
std::vector<std::string> wrap(const std::string &text, size_t width);

} // namespace falco::host
