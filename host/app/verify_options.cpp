// SPDX-License-Identifier: Apache-2.0
#include "host/app/verify_options.hpp"

#include "host/app/repeatable_option.hpp"
#include "host/verify/compare.hpp"
#include "host/verify/explain.hpp"
#include "host/verify/profile.hpp"
#include "host/verify/test_command.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace falco::host {

namespace {

// Which rules of the files are used, and how, as for a run of falco.
void add_matching_options(CLI::App &app, RuleOptions &options)
{
	app.add_option("-c", options.config_file, "Configuration file (default: as for a run of falco)")
		->type_name("FILE");
	add_repeatable(app, "-o,--option", options.overrides, "KEY=VAL",
		       "Set the value of option KEY to VAL, overriding the configuration file");
	add_repeatable(app, "-D", options.disabled_rules, "RULE", "Switch off the rules of this name");
	add_repeatable(app, "-T", options.disabled_tags, "TAG", "Switch off the rules with this tag");
	add_repeatable(app, "-t", options.enabled_tags, "TAG", "Switch on the rules with this tag, and off all others");
	app.add_flag("-A", options.match_all_events, "Match all events, also those that are ignored by default");
}

void add_rule_options(CLI::App &app, RuleOptions &options)
{
	add_matching_options(app, options);
	add_repeatable(app, "-r", options.rules, "FILE|DIR", "Rules file or folder, instead of the configured ones");
}

void add_explain(CLI::App &app, std::function<int()> &action)
{
	const auto request = std::make_shared<ExplainRequest>();
	auto *command = app.add_subcommand("explain", "Why rules match events of a trace, or why not");
	command->footer("Without --event, --time, --match or --why-not: the events that give alerts.");
	add_rule_options(*command, request->options);
	command->add_option("-e", request->trace, "Trace file (.scap, - for standard input)")
		->type_name("FILE")
		->required();
	auto *event = command->add_option("--event", request->event, "The event of this number")
			      ->type_name("N")
			      ->check(CLI::NonNegativeNumber);
	auto *time = command->add_option("--time", request->time,
					 "The first event at or after this time: as in alerts (16:47:44.080226697), "
					 "2016-06-06T23:47:44Z, or seconds since 1970")
			     ->type_name("TIME");
	auto *match = command->add_option("--match", request->match,
					  "The events that this condition holds for; it can use the macros and "
					  "lists of the rules")
			      ->type_name("COND");
	auto *rule = command->add_option("--rule", request->rule, "Explain this rule only")->type_name("RULE");
	auto *why_not = command->add_option("--why-not", request->why_not,
					    "Over the whole trace: what rejected the events that RULE looked at, and "
					    "which of them it nearly matched")
				->type_name("RULE");
	event->excludes(time)->excludes(match)->excludes(why_not);
	time->excludes(match)->excludes(why_not);
	match->excludes(why_not);
	rule->excludes(why_not);
	command->add_option("--limit", request->limit, "Explain at most so many events")
		->excludes(why_not)
		->type_name("N")
		->check(CLI::PositiveNumber)
		->capture_default_str();
	command->add_flag("--json", request->json, "Print JSON");
	command->callback([request, &action] { action = [request] { return explain(*request); }; });
}

CLI::Option *add_workers(CLI::App &app, size_t &workers)
{
	return app.add_option("-j", workers, "Use so many processes (default: one for each core)")
		->type_name("N")
		->check(CLI::Range(1, 1000));
}

void add_test(CLI::App &app, std::function<int()> &action)
{
	const auto request = std::make_shared<TestRequest>();
	auto *command = app.add_subcommand("test", "Try rules on traces and compare the alerts with what cases expect");
	command->footer("Exit status: 0 all passed, 1 a case failed or too little is covered, 2 a case could not be "
			"tried.");
	command->add_option("path", request->paths, "Files of cases, or folders of them")
		->type_name("PATH...")
		->required();
	command->add_option("-c", request->config_file,
			    "Configuration file (default: the built-in configuration, whatever falco.yaml there is)")
		->type_name("FILE");
	command->add_option("--only", request->only, "Only cases with TEXT in their names")->type_name("TEXT");
	add_workers(*command, request->workers);
	command->add_flag("-v,--verbose", request->verbose, "Name the cases that pass, too");
	auto *json = command->add_flag("--json", request->json, "Print JSON");
	auto *junit = command->add_option("--junit", request->junit, "Write a JUnit report to FILE")->type_name("FILE");
	auto *update =
		command->add_flag("--update", request->update,
				  "Show how the alerts differ from what failing cases expect, and rewrite these");
	auto *watch = command->add_flag("--watch", request->watch,
					"Run again whenever a case, a rules file or a trace changes");
	auto *coverage =
		command->add_flag("--coverage", request->coverage,
				  "Tell of every rule, macro and check whether it was ever true and ever false");
	auto *coverage_json =
		command->add_option("--coverage-json", request->coverage_json, "Write the coverage to FILE as JSON")
			->type_name("FILE");
	auto *coverage_html = command->add_option("--coverage-html", request->coverage_html,
						  "Write a page to FILE that shows the rules files in colours")
				      ->type_name("FILE");
	auto *min_coverage = command->add_option("--min-coverage", request->min_coverage,
						 "Fail when less than so many percent are covered")
				     ->type_name("PERCENT")
				     ->check(CLI::Range(0.0, 100.0));
	for (auto *other : {watch, json, junit, coverage, coverage_json, coverage_html, min_coverage})
		update->excludes(other);
	watch->excludes(json);
	command->callback([request, &action] { action = [request] { return test_rules(*request); }; });
}

void add_compare(CLI::App &app, std::function<int()> &action)
{
	const auto request = std::make_shared<CompareRequest>();
	auto *command = app.add_subcommand("compare", "How the alerts of two sets of rules differ on recordings");
	command->footer("A recording that is damaged is told of and left out. Exit status 2: a path does not exist, or "
			"no recording "
			"could be read.");
	add_matching_options(*command, request->options);
	add_repeatable(*command, "--old", request->old_rules, "FILE|DIR", "Rules file or folder of the old rules")
		->required();
	add_repeatable(*command, "--new", request->new_rules, "FILE|DIR", "Rules file or folder of the new rules")
		->required();
	command->add_option("trace", request->traces, "Recordings, or folders of them")
		->type_name("TRACE|DIR...")
		->required();
	add_workers(*command, request->workers);
	command->add_option("--examples", request->examples, "Examples of each rule and kind of difference")
		->type_name("N")
		->check(CLI::NonNegativeNumber)
		->capture_default_str();
	command->add_flag("--cost", request->cost, "Tell how long matching took with either");
	command->add_flag("--exit-code", request->exit_code, "Exit with 1 when there is a difference");
	command->add_flag("--json", request->json, "Print JSON");
	command->callback([request, &action] { action = [request] { return compare_rules(*request); }; });
}

void add_profile(CLI::App &app, std::function<int()> &action)
{
	const auto request = std::make_shared<ProfileRequest>();
	auto *command = app.add_subcommand("profile", "What rules, macros, checks and fields cost on a trace");
	command->footer("Give -e or --read. A flame graph shows the shared times.");
	add_rule_options(*command, request->options);
	auto *trace = command->add_option("-e", request->trace, "Trace file (.scap, - for standard input)")
			      ->type_name("FILE");
	const auto of_a_trace =
		command->get_options([&](const CLI::Option *option) { return option != command->get_help_ptr(); });
	auto *read = command->add_option("--read", request->read,
					 "Show the last profile in FILE, which a run of falco wrote (`profile` in its "
					 "configuration)")
			     ->type_name("FILE");
	for (CLI::Option *other : of_a_trace)
		read->excludes(other);
	command->add_option("--limit", request->limit, "Rows of each table; 0: all")
		->type_name("N")
		->check(CLI::NonNegativeNumber)
		->capture_default_str();
	command->add_option("--folded", request->folded, "Write folded stacks to FILE, for flame graph programs")
		->type_name("FILE");
	command->add_option("--svg", request->svg, "Write a flame graph to FILE, an SVG image")->type_name("FILE");
	command->add_flag("--json", request->json, "Print JSON");
	command->callback([request, trace, read, &action] {
		if (trace->empty() && read->empty()) {
			throw CLI::RequiredError("-e or --read");
		}
		action = [request] { return profile_rules(*request); };
	});
}

} // namespace

void add_verify_commands(CLI::App &app, std::function<int()> &action)
{
	add_explain(app, action);
	add_test(app, action);
	add_compare(app, action);
	add_profile(app, action);
}

} // namespace falco::host
