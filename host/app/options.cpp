// SPDX-License-Identifier: Apache-2.0
//
// The command line. CLI11 is used here and in the other files of options.
#include "host/app/options.hpp"

#include "host/app/command_line_docs.hpp"
#include "host/app/verify_options.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>

namespace falco::host {

namespace {

// An option that may be repeated and takes one value each time.
void add_repeatable(CLI::App &app, const std::string &flag, std::vector<std::string> &into, const std::string &value,
		    const std::string &text)
{
	app.add_option(flag, into, text)->type_name(value)->allow_extra_args(false)->take_all();
}

void add_run_options(CLI::App &app, Options &options)
{
	app.set_help_flag("-h,--help", "Print this page");
	app.add_option("-c", options.config_file,
		       "Configuration file (default: ./falco.yaml, /etc/falco/falco.yaml, /etc/falco.yaml)")
		->type_name("FILE");
	add_repeatable(app, "-o,--option", options.overrides, "KEY=VAL",
		       "Set the value of option KEY to VAL, overriding the configuration file. KEY can have parts: "
		       "key.subkey, list[0], list[] (appends)");
	app.add_flag("-d,--daemon", options.daemon, "Run as a daemon");
	app.add_option("-p,--pidfile", options.pid_file, "With -d: write the process id to FILE")
		->type_name("FILE")
		->capture_default_str();
	app.add_option_function<std::string>(
		   "-P",
		   [&options](const std::string &file) {
			   options.pid_file = file;
			   options.write_pid_file = true;
		   },
		   "Write the process id to FILE, also without -d")
		->type_name("FILE");
	add_repeatable(
		app, "-e", options.trace_files, "FILE",
		"Read the events from FILE (.scap, - for standard input, or a folder of them) instead of the live "
		"kernel");
	app.add_option("--source", options.source,
		       "Where live events come from: auto, ebpf, kmod, or the name of another source, instead of the "
		       "configured one")
		->type_name("NAME");
	add_repeatable(app, "-r", options.rules, "FILE|DIR", "Rules file or folder, instead of the configured ones");
	add_repeatable(app, "-D", options.disabled_rules, "RULE",
		       "Switch off the rules of this name; * is any text, ? any character");
	add_repeatable(app, "-T", options.disabled_tags, "TAG", "Switch off the rules with this tag");
	add_repeatable(app, "-t", options.enabled_tags, "TAG", "Switch on the rules with this tag, and off all others");
	app.add_option("-w", options.record_file,
		       "Record the captured events to FILE (.scap), with the settings of the block `record`")
		->type_name("FILE");
	app.add_option("-M", options.run_seconds, "Stop after this many seconds")
		->type_name("SECONDS")
		->check([](const std::string &text) {
			const bool is_number = !text.empty() && text.size() < 10 &&
					       text.find_first_not_of("0123456789") == std::string::npos;
			return is_number && std::stoll(text) > 0
				       ? std::string()
				       : "expected a whole number of seconds from 1 to 999999999, found '" + text + "'";
		});
	app.add_flag("-A", options.match_all_events, "Match all events, also those that are ignored by default");
	app.add_flag(
		"-L", [&options](int64_t) { options.command = Options::Command::list_rules; },
		"Show the name and description of all rules and exit");
	app.add_option_function<std::string>(
		   "-l",
		   [&options](const std::string &rule) {
			   options.command = Options::Command::describe_rule;
			   options.rule = rule;
		   },
		   "Show the name and description of the rule with name RULE and exit")
		->type_name("RULE");
	app.add_option_function<std::vector<std::string>>(
		   "-V,--validate",
		   [&options](const std::vector<std::string> &files) {
			   options.command = Options::Command::validate;
			   options.validate = files;
		   },
		   "Check rules files or folders, tell all that is wrong with them, and exit; with json_output as JSON")
		->type_name("FILE...");
	app.add_option_function<std::string>(
		   "--list",
		   [&options](const std::string &filter) {
			   options.command = Options::Command::list_fields;
			   options.filter = filter;
		   },
		   "Show the fields of conditions and outputs, those whose name or class has FILTER in it, and exit")
		->type_name("[FILTER]")
		->expected(0, 1);
	app.add_flag(
		"--list-events", [&options](int64_t) { options.command = Options::Command::list_events; },
		"Show the events that conditions can name with evt.type, and exit");
	app.add_flag("--markdown", options.markdown, "With --list and --list-events: as Markdown");
	app.add_flag(
		"--rule-schema", [&options](int64_t) { options.command = Options::Command::rule_schema; },
		"Print a JSON Schema of rules files and exit");
	app.add_flag(
		"--config-schema", [&options](int64_t) { options.command = Options::Command::config_schema; },
		"Print a JSON Schema of falco.yaml and exit");
	app.add_flag("--dry-run", options.dry_run,
		     "Do all that a start does, up to and without opening the source and the outputs, and exit");
	app.add_flag("-U,--unbuffered", options.unbuffered,
		     "Write each line to standard output at once, whatever buffered_outputs says");
	app.add_flag(
		"--version", [&options](int64_t) { options.command = Options::Command::version; },
		"Print the version and exit");
}

void add_plugin_commands(CLI::App &app, Options &options)
{
	auto *plugin = app.add_subcommand("plugin", "List, describe and check plugins");
	plugin->require_subcommand(1);
	const std::string dir_text = "Folder of the plugins (default: the one that belongs to this falco)";

	auto *list = plugin->add_subcommand("list", "The plugins in the plugin folder");
	list->add_option("--plugin-dir", options.plugin_dir, dir_text)->type_name("DIR");
	list->add_flag("--json", options.json, "Print JSON");
	list->callback([&options] { options.command = Options::Command::plugin_list; });

	auto *info = plugin->add_subcommand("info", "What a plugin is and which configuration it takes");
	info->add_option("plugin", options.plugin, "A name in the plugin folder, or a file")
		->required()
		->type_name("NAME|FILE");
	info->add_option("--plugin-dir", options.plugin_dir, dir_text)->type_name("DIR");
	info->add_flag("--json", options.json, "Print JSON");
	info->callback([&options] { options.command = Options::Command::plugin_info; });

	auto *check = plugin->add_subcommand("check", "Tries a plugin against the rules of the plugin ABI");
	check->add_option("file", options.check.file, "The plugin's file")->required()->type_name("FILE");
	check->add_option("--config", options.check.config, "The instance's configuration")->type_name("JSON");
	check->add_option("--with", options.check.with, "A trace for a source or a tap, or a rules file for a matcher")
		->type_name("FILE");
	check->add_option("--source", options.check.source,
			  "For a tap: the source plugin that reads the trace (default: one "
			  "in the tap's folder)")
		->type_name("FILE");
	check->add_flag("--json", options.check.json, "Print JSON");
	check->add_option("--internal-check", options.check.internal_check)->group(""); // falco calls itself
	check->callback([&options] { options.command = Options::Command::plugin_check; });
}

} // namespace

bool parse_options(int argc, char **argv, Options &options, int &status)
{
	CLI::App app("Watches system calls and alerts on behaviour that rules describe", "falco");
	app.footer("Commands that end at once: -L, -l, -V, --list, --list-events, --rule-schema, --config-schema, "
		   "--dry-run, --version, "
		   "plugin, explain, test, compare, profile, completion, man. Without -e falco captures from the live "
		   "kernel.");
	add_run_options(app, options);
	add_plugin_commands(app, options);
	add_verify_commands(app, options.action);
	add_documentation_commands(app, options.action);
	try {
		app.parse(argc, argv);
	} catch (const CLI::CallForHelp &e) {
		status = app.exit(e);
		return false;
	} catch (const CLI::ParseError &e) {
		std::fprintf(stderr, "falco: %s\nRun falco --help for the options.\n", e.what());
		status = 1;
		return false;
	}
	if (app.count("-p") > 0 && !options.daemon) {
		std::fprintf(
			stderr,
			"falco: -p names the pid file of a daemon: it needs -d. What is added to the outputs of rules "
			"is set with append_output in the configuration\n");
		status = 1;
		return false;
	}
	if (!options.enabled_tags.empty() && !(options.disabled_rules.empty() && options.disabled_tags.empty())) {
		std::fprintf(stderr, "falco: -t switches off all other rules: -D and -T do not go with it\n");
		status = 1;
		return false;
	}
	if (options.source && !options.trace_files.empty()) {
		std::fprintf(stderr, "falco: -e reads a trace file: --source does not go with it\n");
		status = 1;
		return false;
	}
	return true;
}

} // namespace falco::host
