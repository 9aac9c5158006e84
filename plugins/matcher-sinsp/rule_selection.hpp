// SPDX-License-Identifier: Apache-2.0
//
// Which rules are matched: what they say themselves, what the configuration says about them, and the least priority.
#pragma once

#include "findings.hpp"
#include "item.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace falco::matcher {

// Switches the rules on or off whose name fits the pattern, and those that have the tag.
struct Selection {
	bool enable;
	std::string rule; // * is any text, ? any character; empty: none
	std::string tag;  // empty: none
};

// From the list that the configuration holds.
std::vector<Selection> read_selections(const nlohmann::json &list);

// Sets which rules are active: each selection in order, then the priority. A selection that fits no rule is reported.
void select_rules(RulesFiles &files, const std::vector<Selection> &selections, int least_priority, Findings &findings);

// Whether all of `text` fits the pattern.
bool fits(const std::string &pattern, const std::string &text);

} // namespace falco::matcher
