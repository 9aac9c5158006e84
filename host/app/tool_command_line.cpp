// SPDX-License-Identifier: Apache-2.0
#include "host/app/tool_command_line.hpp"

#include <CLI/CLI.hpp>

#include <charconv>
#include <utility>

namespace falco::host {

using nlohmann::json;

namespace {

using Options = std::vector<std::pair<ToolArgument, CLI::Option *>>;

std::string option_name(const ToolArgument &argument)
{
	if (argument.positional) return argument.name;
	return (argument.short_name.empty() ? "" : "-" + argument.short_name + ",") + argument.shown();
}

std::string option_text(const ToolArgument &argument)
{
	std::string choices;
	for (const json &choice : argument.choices)
		choices += (choices.empty() ? " (one of " : ", ") +
			   (choice.is_string() ? choice.get<std::string>() : choice.dump());
	return argument.description + (choices.empty() ? "" : choices + ")");
}

CLI::Option *add_argument(CLI::App &app, const ToolArgument &argument)
{
	const std::string text = option_text(argument);
	if (argument.type == ToolArgument::Type::flag) return app.add_flag(option_name(argument), text);
	// What was given is read when all is parsed.
	CLI::Option *option = app.add_option(
		option_name(argument), [](const CLI::results_t &) { return true; }, text);
	option->type_name(argument.value)->required(argument.required);
	if (argument.repeated && argument.positional) {
		option->expected(1, CLI::detail::expected_max_vector_size)->allow_extra_args();
	} else if (argument.repeated) {
		option->expected(1, CLI::detail::expected_max_vector_size)->allow_extra_args(false)->take_all();
	} else {
		option->expected(1);
	}
	if (argument.default_value.is_string() || argument.default_value.is_number()) {
		option->default_str(argument.default_value.is_string() ? argument.default_value.get<std::string>()
								       : argument.default_value.dump());
	}
	return option;
}

// A number where the argument takes one and this is one; else the text, which is refused with the others.
json value_of(const ToolArgument &argument, const std::string &text)
{
	int64_t number = 0;
	const char *const end = text.data() + text.size();
	if (argument.type != ToolArgument::Type::integer) return text;
	const auto result = std::from_chars(text.data(), end, number);
	return result.ec == std::errc() && result.ptr == end ? json(number) : json(text);
}

json values_of(const Options &options)
{
	json values = json::object();
	for (const auto &[argument, option] : options) {
		if (option->count() == 0) continue;
		if (argument.type == ToolArgument::Type::flag) {
			values[argument.name] = true;
		} else if (argument.repeated) {
			for (const std::string &text : option->results())
				values[argument.name].push_back(value_of(argument, text));
		} else {
			values[argument.name] = value_of(argument, option->results().front());
		}
	}
	return values;
}

std::string footer_of(const ToolCommand &command)
{
	std::string text = command.details;
	for (const ToolCommand::Example &example : command.examples)
		text += (text.empty() ? "" : "\n") + ("  " + example.command + "\n      " + example.description);
	return text;
}

} // namespace

void add_tool(CLI::App &app, const std::string &name, const std::string &description,
	      const std::vector<ToolCommand> &commands, ToolCall &call, bool &called)
{
	CLI::App *tool = app.add_subcommand(name, description);
	tool->require_subcommand(1);
	for (const ToolCommand &command : commands) {
		CLI::App *sub = tool->add_subcommand(command.name, command.description);
		Options options;
		for (const ToolArgument &argument : command.arguments)
			options.emplace_back(argument, add_argument(*sub, argument));
		sub->add_option("--plugin-dir", call.plugin_dir,
				"Folder of the plugins (default: the one that belongs to this falco)")
			->type_name("DIR");
		sub->footer(footer_of(command));
		sub->callback([options, name, command = command.name, &call, &called] {
			call.tool = name;
			call.command = command;
			call.arguments = values_of(options);
			called = true;
		});
	}
}

} // namespace falco::host
