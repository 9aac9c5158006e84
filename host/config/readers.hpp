// SPDX-License-Identifier: Apache-2.0
//
// Values of a certain type. All throw yaml::Error at the value's place when it is not of that type. `key` is what
// messages call it.
#pragma once

#include "common/yaml_tree.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace falco::host::config {

// true, false, yes, no, on, off in any case.
bool read_bool(const yaml::Node &node, const std::string &key);

// A scalar that is not empty.
std::string read_text(const yaml::Node &node, const std::string &key, const std::string &expected);

int64_t read_integer(const yaml::Node &node, const std::string &key, int64_t smallest, int64_t largest,
		     const std::string &unit = "");

// A number such as 0.1, 3 or 1e-2.
double read_number(const yaml::Node &node, const std::string &key, double smallest, double largest);

// "500ms", "60s", "2m", "1h"; a number alone means seconds. At most a week.
std::chrono::milliseconds read_duration(const yaml::Node &node, const std::string &key);

// The index of the choice, in lower case as written here.
size_t read_choice(const yaml::Node &node, const std::string &key, const std::vector<std::string> &choices);

// A list of texts, or one text.
std::vector<std::string> read_texts(const yaml::Node &node, const std::string &key, const std::string &expected);

// Emergency ... Debug, 0 ... 7; the beginning of a name in any case is enough.
int read_priority(const yaml::Node &node, const std::string &key);

// A log level's name as a falco_level.
int read_log_level(const yaml::Node &node, const std::string &key);

// A file's SHA-256 in hexadecimal, made lower case.
std::string read_sha256(const yaml::Node &node, const std::string &key);

} // namespace falco::host::config
