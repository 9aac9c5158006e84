// SPDX-License-Identifier: Apache-2.0
#include "host/app/command_line_docs.hpp"
#include "host/app/command_line_walk.hpp"

#include <algorithm>

namespace falco::host {

namespace {

// In single quotes of a shell.
std::string shell_quoted(const std::string &text)
{
	std::string out = "'";
	for (const char c : text) {
		out += c == '\'' ? std::string("'\\''") : std::string(1, c);
	}
	return out + "'";
}

// The first sentence or clause: what fits beside an option.
std::string brief(const std::string &text)
{
	return text.substr(0, text.find_first_of("(:;\n"));
}

// The values that may stand there, where they are known.
std::vector<std::string> choices_of(const ShownOption &option, const CLI::App &app)
{
	if (option.value != "PAGE") return option.choices;
	std::vector<std::string> pages;
	walk_commands(app, "falco",
		      [&](const CLI::App &, const std::string &path) { pages.push_back(page_name(path)); });
	return pages;
}

std::string words_of(const CLI::App &command, const CLI::App &app)
{
	std::string words;
	for (const CLI::App *inner : commands_of(command)) {
		words += (words.empty() ? "" : " ") + inner->get_name();
	}
	for (const auto &option : options_of(command)) {
		for (const auto &word : option.positional ? choices_of(option, app) : option.names)
			words += (words.empty() ? "" : " ") + word;
	}
	return words;
}

// "-c|-r|--junit" of the options that take a value; `paths`: that is a path, or is none.
std::string options_with_value(const CLI::App &command, bool paths)
{
	std::string names;
	for (const auto &option : options_of(command)) {
		if (option.positional || option.value.empty() || option.takes_path() != paths) continue;
		for (const auto &name : option.names)
			names += (names.empty() ? "" : "|") + name;
	}
	return names;
}

bool has_path_argument(const CLI::App &command)
{
	for (const auto &option : options_of(command)) {
		if (option.positional && option.takes_path()) return true;
	}
	return false;
}

// Bash and zsh walk the words the same way; how candidates are offered differs.
struct Dialect {
	std::string words, count;             // the words so far; the index of the one that is completed
	std::string first;                    // index of the first word behind "falco"
	std::string offer_paths, offer_words; // with %s
};

std::string walking_function(const CLI::App &app, const Dialect &dialect)
{
	std::string steps, offers;
	walk_commands(app, "falco", [&](const CLI::App &command, const std::string &path) {
		if (path != "falco") steps += "      " + shell_quoted(path) + ") typed=" + shell_quoted(path) + ";;\n";
		offers += "    " + shell_quoted(path) + ")\n      case \"$prev\" in\n";
		if (const auto names = options_with_value(command, true); !names.empty()) {
			offers += "        " + names + ") " + dialect.offer_paths + "; return;;\n";
		}
		if (const auto names = options_with_value(command, false); !names.empty()) {
			offers += "        " + names + ") return;;\n";
		}
		offers += "      esac\n";
		if (has_path_argument(command)) {
			offers += "      case \"$cur\" in -*) ;; *) " + dialect.offer_paths + "; return;; esac\n";
		}
		std::string offer = dialect.offer_words;
		offer.replace(offer.find("%s"), 2, words_of(command, app));
		offers += "      " + offer + ";;\n";
	});
	return "_falco() {\n  local cur=\"${" + dialect.words + "[" + dialect.count + "]}\" prev=\"${" + dialect.words +
	       "[" + dialect.count + "-1]}\" typed=falco i\n  for ((i = " + dialect.first + "; i < " + dialect.count +
	       "; i++)); do\n    case \"$typed ${" + dialect.words + "[i]}\" in\n" + steps +
	       "    esac\n  done\n  case \"$typed\" in\n" + offers + "  esac\n}\n";
}

} // namespace

std::string bash_completion(const CLI::App &app)
{
	const Dialect bash = {"COMP_WORDS", "COMP_CWORD", "1", "mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")",
			      "mapfile -t COMPREPLY < <(compgen -W '%s' -- \"$cur\")"};
	return "# bash completion of falco: load it from ~/.bashrc, or put it into "
	       "/usr/share/bash-completion/completions/falco\n" +
	       walking_function(app, bash) + "complete -o filenames -F _falco falco\n";
}

std::string zsh_completion(const CLI::App &app)
{
	const Dialect zsh = {"words", "CURRENT", "2", "_files", "compadd -- %s"};
	return "#compdef falco\n# zsh completion of falco: put it into a folder of $fpath as _falco\n" +
	       walking_function(app, zsh) + "_falco \"$@\"\n";
}

std::string fish_completion(const CLI::App &app)
{
	std::string out = "# fish completion of falco: put it into ~/.config/fish/completions/falco.fish\n"
			  "complete -c falco -f\n";
	walk_commands(app, "", [&](const CLI::App &command, const std::string &path) {
		// Every step of the path was typed, and none that leads further.
		std::string condition = "true";
		for (size_t at = 0; at < path.size();) {
			const size_t end = std::min(path.find(' ', at + 1), path.size());
			condition += "; and __fish_seen_subcommand_from " + path.substr(at + 1, end - at - 1);
			at = end;
		}
		std::string further;
		const auto inner = commands_of(command);
		for (const CLI::App *one : inner)
			further += " " + one->get_name();
		if (!further.empty()) condition += "; and not __fish_seen_subcommand_from" + further;
		const std::string start = "complete -c falco -n " + shell_quoted(condition);
		for (const CLI::App *one : inner) {
			out += start + " -a " + one->get_name() + " -d " + shell_quoted(one->get_description()) + "\n";
		}
		for (const auto &option : options_of(command)) {
			std::string line = start;
			for (const auto &name : option.names) {
				if (!option.positional) {
					line += name.rfind("--", 0) == 0 ? " -l " + name.substr(2)
									 : " -s " + name.substr(1);
				}
			}
			const auto choices = option.positional ? choices_of(option, app) : std::vector<std::string>();
			if (!choices.empty()) line += " -a " + shell_quoted(CLI::detail::join(choices, " "));
			if (option.takes_path()) line += " -F";
			if (!option.positional && !option.value.empty()) line += " -r";
			out += line + " -d " + shell_quoted(brief(option.text)) + "\n";
		}
	});
	return out;
}

} // namespace falco::host
