// SPDX-License-Identifier: Apache-2.0
//
// The values of events' parameters, as YAML and as the bytes in an event.
#pragma once

#include "common/yaml_tree.hpp"

#include <libscap/scap.h>

#include <cstdint>
#include <string>

namespace falco::trace_tool {

// Throws yaml::Error that says what the parameter takes.
std::string encode_param(const yaml::Node &node, const ppm_param_info &param);

// What a parameter is that nothing is said about: zero, or an empty text.
std::string default_value(const ppm_param_info &param);

// YAML (in flow style, one line) from which encode_param makes the same bytes.
std::string describe_param(const std::string &bytes, const ppm_param_info &param);

// A number: decimal, 0x..., 0... or 0o... (octal). Throws yaml::Error: `what` is not one, or does not lie in the range.
std::int64_t read_number(const yaml::Node &node, const std::string &what, std::int64_t minimum = INT64_MIN,
			 std::int64_t maximum = INT64_MAX);

// What a call returns: a number, or the name of an error (ENOENT).
std::int64_t read_result(const yaml::Node &node, const std::string &what);

// Names of flags, joined with |, and numbers. `names`: a table of libscap, or nullptr.
std::uint64_t read_flags(const yaml::Node &node, const std::string &what, const ppm_name_value *names);

// The text of a scalar. Throws yaml::Error when it is none.
const std::string &read_text(const yaml::Node &node, const std::string &what);

// A text as a YAML scalar: plain where that means the same, else in double quotes.
std::string yaml_text(const std::string &text);
bool is_utf8(const std::string &text);

// "{hex: 00ff}"
std::string yaml_hex(const std::string &bytes);

} // namespace falco::trace_tool
