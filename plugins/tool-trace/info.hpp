// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/palette.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <functional>
#include <string>

namespace falco::trace_tool {

// What is in a trace, as JSON: host, time span, processes, containers, events by name, and the blocks that are damaged.
// Throws std::runtime_error: it cannot be read at all.
nlohmann::json trace_info(const std::string &file, const std::function<void(std::uint64_t, std::uint64_t)> &progress);

// The same for people.
std::string info_text(const nlohmann::json &info, const Palette &palette);

} // namespace falco::trace_tool
