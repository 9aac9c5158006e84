// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/app/plugin_commands.hpp"
#include "host/app/rule_options.hpp"
#include "host/app/tool_run.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace falco::host {

// What falco was asked to do.
struct Options : RuleOptions {
	enum class Command {
		run,
		list_rules,
		describe_rule,
		validate,
		list_fields,
		list_events,
		rule_schema,
		config_schema,
		version,
		plugin_list,
		plugin_info,
		plugin_check,
		tool,
		plugin_fuzz,
		plugin_host,
		plugin_new
	};
	Command command = Command::run;
	std::function<int()> action; // instead of `command`, of a subcommand: does it and returns the exit status

	bool daemon = false; // -d
	std::string pid_file = "/var/run/falco.pid";
	bool write_pid_file = false;            // -P: also in the foreground
	std::vector<std::string> trace_files;   // -e
	unsigned jobs = 1;                      // -j
	std::optional<std::string> source;      // --source
	std::string rule;                       // -l
	std::vector<std::string> validate;      // -V
	std::string filter;                     // --list FILTER
	bool markdown = false;                  // --markdown
	bool dry_run = false;                   // --dry-run
	bool unbuffered = false;                // -U
	std::optional<std::string> record_file; // -w
	std::optional<int64_t> run_seconds;     // -M

	std::string plugin_dir; // falco plugin ... --plugin-dir; empty: the default
	std::string plugin;     // NAME or FILE of falco plugin info; NAME of falco plugin new
	std::string new_kind;   // falco plugin new
	std::string new_dir;
	bool json = false; // falco plugin ... --json
	PluginCheckRequest check;
	ToolCall tool; // falco TOOL COMMAND ...
};

// Reads the command line. Returns false when falco should end with `status`: usage was printed, or what is wrong.
bool parse_options(int argc, char **argv, Options &options, int &status);

} // namespace falco::host
