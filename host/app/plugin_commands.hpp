// SPDX-License-Identifier: Apache-2.0
//
// falco plugin list, info, new, check and fuzz. Each prints on standard output and returns the exit status; what it
// cannot do at all is an Error.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace falco::host {

// Every plugin in the folder, also those that are refused, with the reason. 0, or 1 when there is no such folder.
int plugin_list(const std::string &plugin_dir, bool json);

// What one plugin is and which configuration it takes. A word with a slash is a file, any other a name in the folder.
int plugin_info(const std::string &name_or_file, const std::string &plugin_dir, bool json);

// Writes the project of a new plugin into `dir` (empty: output-NAME here), which must be new or empty. Throws Error.
int plugin_new(const std::string &kind, const std::string &name, const std::string &dir);

struct PluginCheckRequest {
	std::string file;
	std::string config; // JSON: the configuration of the instances that are made; empty: the schema's defaults
	std::string
		with; // what to work on: a .scap file for a source or a tap, a rules file that is right for a matcher
	std::string
		source; // for a tap: the source plugin whose events it gets; empty: the first in its folder that fits
	bool json = false;
	std::string internal_check;                  // set in the child that runs this one check
	std::chrono::milliseconds time_limit{10000}; // for each check
	uint64_t seed = 1;                           // falco plugin fuzz: of the first round
	int seconds = 10;                            // falco plugin fuzz: how long rounds begin; 0: one round
};

// Tries the plugin against the requirements of the ABI, each in a process of its own. 0, or 1 when one was not met.
// Instances are made and used: an output writes a few alerts to where its configuration says.
int plugin_check(const PluginCheckRequest &request);

// Tries random configurations, alerts and orders of calls. 0, or 1 when something was found; then the report has the
// seed of that round, which repeats it.
int plugin_fuzz(const PluginCheckRequest &request);

} // namespace falco::host
