// SPDX-License-Identifier: Apache-2.0
//
// Plugin instances as the configuration describes them, for the start and for a reload. All throw Error, or
// yaml::Error, for what is wrong.
#pragma once

#include "host/app/source_choice.hpp"
#include "host/app/taps.hpp"
#include "host/app/watched_calls.hpp"
#include "host/config/config.hpp"
#include "host/log/log.hpp"
#include "host/pipeline/pipeline.hpp"
#include "host/plugins/plugin.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace falco::host {

// Reads the configuration. Run as root, its file must be safe from other users.
Config read_config(const ConfigRequest &request);

// The configuration of an instance with those of the top-level blocks that its plugin knows. What the instance says
// itself is more particular and stays.
nlohmann::json config_with_blocks(const Plugin &plugin, InstanceConfig instance,
				  const std::vector<yaml::Entry> &blocks);

// The sources that the configuration lets falco choose from, each of the matcher's family. One whose library cannot be
// loaded is refused when it is not the only one; a mistake in the configuration of any is a mistake.
void make_sources(const Config &config, const HostServices &services, const Matcher &matcher, Log &log,
		  SourceChoice &choice);

std::unique_ptr<Matcher> make_matcher(const Config &config, const HostServices &services);

// What is found in the rules files is logged.
std::shared_ptr<const RuleSet> load_rules(Matcher &matcher, const Config &config, Log &log);

// In the configuration's order. One for which `stays` is true comes without an instance; one that fails and is not
// required is left out, with a warning. Throws LeftBehind when one does not come back; `services` must then live
// until the process ends.
std::vector<Outputs::Entry> make_outputs(const Config &config, const HostServices &services, Log &log,
					 const std::function<bool()> &falco_ends,
					 const std::function<bool(const InstanceConfig &)> &stays = nullptr);

// What the matcher's plugin says about its configuration; null when it takes none.
nlohmann::json matcher_schema(const Config &config);

// The same of all plugins in the folder of plugins, by library; without those that say nothing or cannot be loaded.
std::map<std::string, nlohmann::json> plugin_schemas(const Config &config);

// Loads the outputs' plugins and checks their configurations without making them. Throws Error or yaml::Error.
void check_outputs(const Config &config);

// Adds them to `taps`. One that fails and is not required is left out, with a warning; but a mistake in its
// configuration is one in any case.
void make_taps(const Config &config, const HostServices &services, Log &log, const Source &source, Taps &taps);

FormatOptions format_options(const Config &config, const HostServices &services);

} // namespace falco::host
