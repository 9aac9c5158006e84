// SPDX-License-Identifier: Apache-2.0
//
// Fields that outputs need for templates and deduplication whether or not a rule shows them. The matcher is asked for
// them with its setting `extra_fields` and gives them as every rule's last fields, in the order asked for.
#pragma once

#include "host/config/config.hpp"
#include "host/pipeline/rule_texts.hpp"
#include "host/plugins/plugin.hpp"

#include <string>
#include <vector>

namespace falco::host {

// Of all outputs, each once, in order.
std::vector<WantedField> extra_fields(const Config &config);

// Adds them to the matcher's settings. Throws yaml::Error when the matcher does not know the setting.
void ask_for_fields(InstanceConfig &matcher, const std::vector<WantedField> &fields, const Plugin &plugin);

// Throws yaml::Error for one that the matcher does not have, where it lists its fields.
void check_fields(const std::vector<WantedField> &fields, Matcher &matcher);

// Takes note in the rules of which fields are extra. Throws Error when they are not there.
void mark_extra_fields(RuleSet &rules, const std::vector<WantedField> &fields, const std::string &matcher);

} // namespace falco::host
