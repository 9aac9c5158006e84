// SPDX-License-Identifier: Apache-2.0
//
// The definition of the command line as plain data.
#pragma once

#include <CLI/CLI.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace falco::host {

struct ShownOption {
	std::vector<std::string> names;   // with their dashes; of a positional its name
	std::string value;                // "FILE"; empty: takes none
	std::vector<std::string> choices; // the values, where they are listed
	std::string text, default_text;
	bool positional = false, required = false;

	bool takes_path() const
	{
		return value.find("FILE") != std::string::npos || value.find("DIR") != std::string::npos ||
		       value.find("PATH") != std::string::npos || value.find("TRACE") != std::string::npos;
	}
};

inline std::vector<ShownOption> options_of(const CLI::App &command)
{
	std::vector<ShownOption> options;
	for (const CLI::Option *option : command.get_options()) {
		if (option->get_group().empty()) continue; // for falco itself
		ShownOption shown;
		shown.positional = option->get_positional();
		for (const auto &name : option->get_snames())
			shown.names.push_back("-" + name);
		for (const auto &name : option->get_lnames())
			shown.names.push_back("--" + name);
		if (shown.positional) shown.names = {option->get_name()};
		if (option->get_type_size() != 0 && option->get_items_expected_max() != 0) {
			const std::string type = option->get_type_name();
			shown.value = type.substr(0, type.find(':')); // without what CLI11 adds of its checks
			if (const auto list = type.find(":{"); list != std::string::npos) {
				shown.choices =
					CLI::detail::split(type.substr(list + 2, type.find('}') - list - 2), ',');
			}
		}
		shown.text = option->get_description();
		shown.default_text = option->get_default_str();
		shown.required = option->get_required();
		options.push_back(std::move(shown));
	}
	return options;
}

// The name of the man page of the command of this path: "falco-plugin-list".
inline std::string page_name(std::string path)
{
	std::replace(path.begin(), path.end(), ' ', '-');
	return path;
}

// The commands right below this one, without those that are for falco itself.
inline std::vector<const CLI::App *> commands_of(const CLI::App &command)
{
	return command.get_subcommands([](const CLI::App *inner) { return !inner->get_group().empty(); });
}

// Calls `visit` for a command and those below it, with its path: "falco plugin list".
template <typename Visit>
void walk_commands(const CLI::App &command, const std::string &path, const Visit &visit)
{
	visit(command, path);
	for (const CLI::App *inner : commands_of(command)) {
		walk_commands(*inner, path + " " + inner->get_name(), visit);
	}
}

} // namespace falco::host
