// SPDX-License-Identifier: Apache-2.0
//
// Commands about rules and their language. They need a matcher and open nothing; each returns the exit status.
#pragma once

#include "host/config/config.hpp"
#include "host/plugins/plugin.hpp"

#include <map>
#include <string>

namespace falco::host {

enum class Listing { text, json, markdown };

// falco -V: tells all that is wrong with the configured rules files. `folder` is left out of paths below it.
int validate_rules(Matcher &matcher, const Config &config, const std::string &folder);

// falco --list and --list-events. `filter`: a part of the name or class; * and ? are wildcards; empty: all.
int list_fields(Matcher &matcher, const std::string &filter, Listing form);
int list_events(Matcher &matcher, Listing form);

// falco --rule-schema
int print_rule_schema(Matcher &matcher);

// falco --config-schema; `matcher` is the schema of the matcher's own configuration, `plugins` those of all plugins, by
// library.
int print_config_schema(const nlohmann::json &matcher, const std::map<std::string, nlohmann::json> &plugins);

// falco -L and -l with json_output, of the loaded rules; `rule` empty: all.
int describe_as_json(Matcher &matcher, const std::string &rule);

} // namespace falco::host
