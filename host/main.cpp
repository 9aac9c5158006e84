// SPDX-License-Identifier: Apache-2.0
#include "host/app/options.hpp"
#include "host/app/paths.hpp"
#include "host/app/run.hpp"
#include "host/app/standard_output.hpp"
#include "host/isolation/spawner.hpp"

#include <cstdio>
#include <exception>

using namespace falco::host;

namespace {

int carry_out(const Options &options)
{
	if (options.action) {
		return options.action();
	}
	const auto plugin_dir = [&] { return options.plugin_dir.empty() ? default_plugin_dir() : options.plugin_dir; };
	switch (options.command) {
	case Options::Command::version:
		std::printf("falco version %s\n", FALCO_VERSION);
		return 0;
	case Options::Command::plugin_list:
		return plugin_list(plugin_dir(), options.json);
	case Options::Command::plugin_info:
		return plugin_info(options.plugin, plugin_dir(), options.json);
	case Options::Command::plugin_check:
		return plugin_check(options.check);
	case Options::Command::tool:
		return run_tool(options.tool);
	case Options::Command::plugin_fuzz:
		return plugin_fuzz(options.check);
	case Options::Command::plugin_new:
		return plugin_new(options.new_kind, options.plugin, options.new_dir);
	case Options::Command::plugin_host:
		return isolation::run_spawner();
	case Options::Command::run:
	case Options::Command::list_rules:
	case Options::Command::describe_rule:
	case Options::Command::validate:
	case Options::Command::list_fields:
	case Options::Command::list_events:
	case Options::Command::rule_schema:
	case Options::Command::config_schema:
		break;
	}
	return run(options);
}

} // namespace

int main(int argc, char **argv)
{
	Options options;
	int status = 0;
	try {
		const bool is_asked = parse_options(argc, argv, options, status);
		if (is_asked) {
			status = carry_out(options);
		}
		// What a run of falco prints are alerts, whose outputs tell of failures themselves.
		if (!is_asked || options.action || options.command != Options::Command::run) {
			StandardOutput().finish();
		}
		return status;
	} catch (const std::exception &e) {
		print_fatal(e.what());
		return 1;
	}
}
