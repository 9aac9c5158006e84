// SPDX-License-Identifier: Apache-2.0
//
// The command line: the options of a run and of `falco plugin`, and who describes the rest. CLI11 stays in host/app.
#include "host/app/options.hpp"

#include "common/nearest.hpp"
#include "host/app/command_line_docs.hpp"
#include "host/app/paths.hpp"
#include "host/app/repeatable_option.hpp"
#include "host/app/tool_command_line.hpp"
#include "host/app/verify_options.hpp"
#include "host/error.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <string_view>

namespace falco::host {

namespace {

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
	app.add_option(
		   "-j,--jobs", options.jobs,
		   "With -e: replay so many files at a time, each in a process of its own; alerts come in the order of "
		   "the files all the same")
		->type_name("N")
		->check(CLI::Range(1U, 1024U));
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
		   "Check these rules files or folders, tell all that is wrong with them, and exit; with json_output "
		   "as "
		   "JSON. -r does not go with it")
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
	auto *plugin = app.add_subcommand("plugin", "List, describe, make and check plugins");
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

	auto *made = plugin->add_subcommand("new", "Writes the project of a new plugin: code, build, tests");
	made->add_option("kind", options.new_kind, "What it is")->required()->type_name("output");
	made->add_option("name", options.plugin, "What it is called, without output-")->required()->type_name("NAME");
	made->add_option("--dir", options.new_dir, "The folder (default: output-NAME)")->type_name("DIR");
	made->callback([&options] { options.command = Options::Command::plugin_new; });

	auto *check = plugin->add_subcommand("check", "Tries a plugin against the rules of the plugin ABI");
	check->add_option("file", options.check.file, "The plugin's file, or a name in the plugin folder")
		->required()
		->type_name("NAME|FILE");
	check->add_option("--config", options.check.config, "The instance's configuration")->type_name("JSON");
	check->add_option("--with", options.check.with, "A trace for a source or a tap, or a rules file for a matcher")
		->type_name("FILE");
	check->add_option("--source", options.check.source,
			  "For a tap: the source plugin that reads the trace (default: one "
			  "in the tap's folder)")
		->type_name("FILE");
	check->add_flag("--json", options.check.json, "Print JSON");
	// falco calls itself with these
	check->add_option("--internal-check", options.check.internal_check)->group("");
	check->add_option("--seed", options.check.seed)->group("");
	check->add_option("--seconds", options.check.seconds)->group("");
	check->callback([&options] { options.command = Options::Command::plugin_check; });

	// The process that starts isolated outputs; falco calls itself.
	plugin->add_subcommand("host")->group("")->callback(
		[&options] { options.command = Options::Command::plugin_host; });

	auto *fuzz =
		plugin->add_subcommand("fuzz", "Tries random configurations, alerts and orders of calls on a plugin");
	fuzz->add_option("file", options.check.file, "The plugin's file, or a name in the plugin folder")
		->required()
		->type_name("NAME|FILE");
	fuzz->add_option("--config", options.check.config, "The instance's configuration")->type_name("JSON");
	fuzz->add_option("--seconds", options.check.seconds, "How long; 0: one round")
		->type_name("S")
		->check(CLI::Range(0, 1000000))
		->capture_default_str();
	fuzz->add_option("--seed", options.check.seed, "Of the first round; each further one has the next number")
		->type_name("N")
		->capture_default_str();
	fuzz->add_flag("--json", options.check.json, "Print JSON");
	fuzz->callback([&options] { options.command = Options::Command::plugin_fuzz; });
}

// The value of an option before the command line is parsed, since a tool describes a part of that.
std::string find_value(int argc, char **argv, std::string_view option)
{
	for (int i = 1; i < argc; i++) {
		const std::string_view argument = argv[i];
		if (argument == option && i + 1 < argc) {
			return argv[i + 1];
		}
		if (argument.size() > option.size() && argument[option.size()] == '=' &&
		    argument.substr(0, option.size()) == option) {
			return std::string(argument.substr(option.size() + 1));
		}
	}
	return {};
}

void add_tool_named(CLI::App &app, const std::string &name, const std::string &folder, Options &options, bool &called)
{
	const Plugin plugin = load_tool(name, folder);
	add_tool(app, name, plugin.table->description, read_tool_commands(plugin.table->tool->commands), options.tool,
		 called);
}

std::vector<std::string> names_of(const CLI::App &app)
{
	std::vector<std::string> names;
	for (const CLI::App *command : app.get_subcommands(nullptr)) {
		names.push_back(command->get_name());
	}
	return names;
}

// Throws Error when `command` is none of `whose`.
void check_command(const std::string &whose, const std::string &command, std::vector<std::string> commands)
{
	if (std::find(commands.begin(), commands.end(), command) != commands.end()) {
		return;
	}
	std::sort(commands.begin(), commands.end());
	std::string list;
	for (const std::string &name : commands) {
		list += (list.empty() ? "" : ", ") + name;
	}
	throw Error((whose == "falco" ? "there is" : "'" + whose + "' has") + " no command '" + command + "'" +
		    did_you_mean(command, commands) + ". Commands: " + list);
}

// Adds the tool that the command line begins with, or all of them when it asks for help or what is made of that. Throws
// Error.
void add_tools(CLI::App &app, int argc, char **argv, Options &options, bool &called)
{
	const std::string first = argc > 1 ? argv[1] : "";
	const bool is_command = !first.empty() && first[0] != '-';
	const bool asks_for_help = std::any_of(argv + 1, argv + argc, [](const char *argument) {
		return std::string_view(argument) == "-h" || std::string_view(argument) == "--help";
	});
	const auto commands = app.get_subcommands(nullptr);
	const bool is_host_command = std::any_of(commands.begin(), commands.end(),
						 [&](const CLI::App *command) { return command->get_name() == first; });
	const bool wants_all = is_command ? first == "completion" || first == "man" : asks_for_help;
	if (!wants_all && (is_host_command || !is_command)) {
		return;
	}
	std::string folder = find_value(argc, argv, "--plugin-dir");
	if (folder.empty()) {
		folder = default_plugin_dir();
	}
	std::vector<std::string> names = list_tools(folder);
	if (wants_all) {
		for (const std::string &name : names) {
			try {
				add_tool_named(app, name, folder, options, called);
			} catch (const std::exception &) {
				continue; // `falco plugin list` tells why
			}
		}
		return;
	}
	if (std::find(names.begin(), names.end(), first) != names.end()) {
		add_tool_named(app, first, folder, options, called);
		const std::string command = argc > 2 ? argv[2] : "";
		if (!command.empty() && command[0] != '-') {
			check_command("falco " + first, command, names_of(*app.get_subcommand(first)));
		}
		return;
	}
	const auto own = names_of(app);
	names.insert(names.end(), own.begin(), own.end());
	check_command("falco", first, std::move(names));
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
	bool calls_tool = false;
	try {
		add_tools(app, argc, argv, options, calls_tool);
		app.parse(argc, argv);
	} catch (const CLI::CallForHelp &e) {
		status = app.exit(e);
		return false;
	} catch (const CLI::ParseError &e) {
		std::fprintf(stderr, "falco: %s\nRun falco --help for the options.\n", e.what());
		status = 1;
		return false;
	} catch (const std::exception &e) {
		std::fprintf(stderr, "falco: %s\n", e.what());
		status = 1;
		return false;
	}
	if (calls_tool) {
		options.command = Options::Command::tool;
		return true;
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
	if (options.jobs > 1 && (options.trace_files.empty() || options.record_file)) {
		std::fprintf(
			stderr,
			"falco: -j replays several trace files at a time: it needs -e, and -w does not go with it\n");
		status = 1;
		return false;
	}
	if (options.command == Options::Command::validate && !options.rules.empty()) {
		std::fprintf(stderr,
			     "falco: -V checks the files that are given to it: -r does not go with it; name all files "
			     "after -V, in the order in which they are read\n");
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
