// SPDX-License-Identifier: Apache-2.0
//
// YAML of which one part may be too long without spoiling the rest.
#pragma once

#include "common/yaml_progress.hpp"

#include <string>

namespace falco::yaml {

// As `parse`, but of a text with more than a million values the longest lists and maps are left empty, `cut`, beginning
// with the one that was being read when there were so many.
Document parse_cut(const std::string &text, const std::string &name, const Progress &progress);

// The first node that was cut; nullptr: none was.
const Node *find_cut(const Node &node);

// Throws Error at the first node that was cut.
void check_whole(const Node &node);

} // namespace falco::yaml
