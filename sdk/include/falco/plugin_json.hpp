// SPDX-License-Identifier: Apache-2.0
//
// falco/plugin_json.hpp - falco/plugin.hpp for plugins that read their configuration with nlohmann/json, which is the
// plugin's to find (find_package(nlohmann_json)).
#pragma once

#include "falco/plugin.hpp"

#include <nlohmann/json.hpp>

#include <string_view>

namespace falco {

// The configuration that an instance gets. Throws ConfigError for what is no JSON object; the host passes none.
inline nlohmann::json parse_config(std::string_view config)
{
	nlohmann::json parsed = nlohmann::json::parse(config, nullptr, false);
	if (!parsed.is_object()) throw ConfigError("the configuration is no JSON object");
	return parsed;
}

} // namespace falco
