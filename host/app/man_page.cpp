// SPDX-License-Identifier: Apache-2.0
#include "host/app/command_line_docs.hpp"
#include "host/app/command_line_walk.hpp"

#include <algorithm>
#include <cctype>

namespace falco::host {

namespace {

// As roff takes it: a line must not begin with a dot or a quote, and a dash is one that can be copied.
std::string roff(const std::string &text)
{
	std::string out;
	for (const char c : text) {
		if (c == '\\') {
			out += "\\e";
		} else if (c == '-') {
			out += "\\-";
		} else if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n')) {
			out += std::string("\\&") + c;
		} else {
			out += c;
		}
	}
	return out;
}

std::string upper(std::string text)
{
	std::transform(text.begin(), text.end(), text.begin(),
		       [](unsigned char c) { return c == ' ' ? '-' : static_cast<char>(std::toupper(c)); });
	return text;
}

std::string names_of(const ShownOption &option)
{
	std::string text;
	for (const auto &name : option.names) {
		text += (text.empty() ? "" : ", ") + ("\\fB" + roff(name) + "\\fR");
	}
	return text + (option.value.empty() || option.positional ? "" : " \\fI" + roff(option.value) + "\\fR");
}

std::string synopsis(const std::string &path, const std::vector<ShownOption> &options, bool has_commands)
{
	std::string text = "\\fB" + roff(path) + "\\fR [options]";
	for (const auto &option : options) {
		if (option.required && !option.positional) {
			text += " \\fB" + roff(option.names.front()) + "\\fR \\fI" + roff(option.value) + "\\fR";
		}
	}
	for (const auto &option : options) {
		if (option.positional) {
			text += " \\fI" + roff(option.value.empty() ? option.names.front() : option.value) + "\\fR";
		}
	}
	return text + (has_commands ? " [command]" : "");
}

} // namespace

std::string man_page(const CLI::App &command, const std::string &path, const std::string &version)
{
	const auto options = options_of(command);
	const auto commands = commands_of(command);
	std::string out = ".TH " + upper(path) + " 8 \"\" \"falco " + version + "\" \"System Administration\"\n";
	out += ".SH NAME\n" + roff(page_name(path)) + " \\- " + roff(command.get_description()) + "\n";
	out += ".SH SYNOPSIS\n" + synopsis(path, options, !commands.empty()) + "\n";
	out += ".SH OPTIONS\n";
	for (const auto &option : options) {
		out += ".TP\n" + names_of(option) + "\n" + roff(option.text) +
		       (option.default_text.empty() ? "" : " (default: " + roff(option.default_text) + ")") + "\n";
	}
	if (!commands.empty()) {
		out += ".SH COMMANDS\n";
		for (const CLI::App *inner : commands) {
			out += ".TP\n\\fB" + roff(inner->get_name()) + "\\fR\n" + roff(inner->get_description()) +
			       "; see " + roff(page_name(path + " " + inner->get_name())) + "(8)\n";
		}
	}
	if (!command.get_footer().empty()) {
		out += ".SH NOTES\n" + roff(command.get_footer()) + "\n";
	}
	return out;
}

} // namespace falco::host
