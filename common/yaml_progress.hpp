// SPDX-License-Identifier: Apache-2.0
//
// Long YAML for which somebody waits.
#pragma once

#include "common/yaml_tree.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace falco::yaml {

// Told how many bytes of how many are parsed, at every value.
using Progress = std::function<void(uint64_t done, uint64_t total)>;

// As `parse` without `progress`, which may be null.
Document parse(const std::string &text, const std::string &name, const Progress &progress);

} // namespace falco::yaml
