// SPDX-License-Identifier: Apache-2.0
//
// Explanations for people.
#pragma once

#include "common/palette.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace falco::host {

// A rule that is loaded but switched off.
struct InactiveRule {
	std::string rule, because;
};

// An event as `explain` gives it: its line, then every rule by what became of it.
std::string explanation_text(const nlohmann::json &explained, const std::vector<InactiveRule> &inactive,
			     bool every_tree, const Palette &palette);

// One part of a condition a line, the deciding ones marked.
std::string condition_text(const nlohmann::json &part, const std::string &indent, const Palette &palette);

// "file:line:column" of a part
std::string place_text(const nlohmann::json &part);

} // namespace falco::host
