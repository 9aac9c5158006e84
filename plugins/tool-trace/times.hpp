// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/yaml_tree.hpp"

#include <cstdint>
#include <string>

namespace falco::trace_tool {

// "2016-06-06T23:47:44Z", with up to nine digits of a second, or nanoseconds since the Unix epoch. Throws yaml::Error.
std::uint64_t read_time(const yaml::Node &node, const std::string &what);
std::string time_text(std::uint64_t time);

// Nanoseconds of "1.5s", "10ms", "250us", "7ns", "2m", "1h"; a number without a unit is seconds. Throws yaml::Error.
std::uint64_t read_duration(const yaml::Node &node, const std::string &text, const std::string &what);

} // namespace falco::trace_tool
