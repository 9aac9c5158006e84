// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/palette.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>

namespace falco::host {

// A profile for people: how it was measured, and tables of at most `limit` rows (0: all), the dearest first.
std::string profile_text(const nlohmann::json &profile, size_t limit, const Palette &palette);

} // namespace falco::host
