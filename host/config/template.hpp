// SPDX-License-Identifier: Apache-2.0
//
// The template of an output: text with values in it, written as in the outputs of rules. %NAME is a value, %20NAME one
// of 20 bytes, %% a percent sign. What the host knows of every alert has names of its own; all other names are fields
// of the matcher.
#pragma once

#include "host/config/config.hpp"

#include <string>
#include <vector>

namespace falco::host::config {

// "rule", "priority", "time", "message" and so on.
const std::vector<std::string> &template_words();

// Throws yaml::Error. Whether the matcher has the fields is not known here.
std::vector<TemplatePiece> read_template(const yaml::Node &node, const std::string &key);

// The fields that an output's template and deduplication need from the matcher, each once.
std::vector<WantedField> wanted_fields(const InstanceConfig &output);

} // namespace falco::host::config
