// SPDX-License-Identifier: Apache-2.0
#include "host/app/printing_commands.hpp"

#include "host/app/describe.hpp"
#include "host/app/language_commands.hpp"
#include "host/app/make_plugins.hpp"

#include <algorithm>
#include <cstdio>

namespace falco::host {

namespace {

// -L and -l. `only`: one rule's name; empty: all.
int describe(const RuleSet &rules, const std::string &only, Log &log)
{
	RuleSet shown = rules;
	if (!only.empty()) {
		shown.erase(
			std::remove_if(shown.begin(), shown.end(), [&](const Rule &rule) { return rule.name != only; }),
			shown.end());
		if (shown.empty()) {
			log.flush();
			std::fprintf(stderr, "No such rule: %s\n", only.c_str());
			return 1;
		}
	}
	std::fputs(describe_rules(shown).c_str(), stdout);
	return 0;
}

} // namespace

int run_printing_command(const Options &options, const ConfigRequest &request, const Config &config, Matcher &matcher,
			 Log &log)
{
	const Listing form = options.markdown ? Listing::markdown : config.json_output ? Listing::json : Listing::text;
	switch (options.command) {
	case Options::Command::validate:
		return validate_rules(matcher, config, request.working_directory);
	case Options::Command::list_fields:
		return list_fields(matcher, options.filter, form);
	case Options::Command::list_events:
		return list_events(matcher, form);
	case Options::Command::rule_schema:
		return print_rule_schema(matcher);
	case Options::Command::config_schema:
		return print_config_schema(matcher_schema(config), plugin_schemas(config));
	default:
		break;
	}
	const auto rules = load_rules(matcher, config, log);
	const std::string only = options.command == Options::Command::describe_rule ? options.rule : std::string();
	return config.json_output ? describe_as_json(matcher, only) : describe(*rules, only, log);
}

} // namespace falco::host
