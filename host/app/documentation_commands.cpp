// SPDX-License-Identifier: Apache-2.0
#include "host/app/command_line_docs.hpp"
#include "host/app/command_line_walk.hpp"
#include "host/error.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>

namespace falco::host {

namespace {

// By name: "falco", "falco-explain".
std::map<std::string, std::string> man_pages(const CLI::App &app)
{
	std::map<std::string, std::string> pages;
	walk_commands(app, "falco", [&](const CLI::App &command, const std::string &path) {
		pages[page_name(path)] = man_page(command, path, FALCO_VERSION);
	});
	return pages;
}

int print(const std::string &text)
{
	std::fputs(text.c_str(), stdout);
	return 0;
}

int write_pages(const std::map<std::string, std::string> &pages, const std::string &folder)
{
	std::error_code error;
	std::filesystem::create_directories(folder, error);
	if (error) throw Error("cannot make the folder " + folder + ": " + error.message());
	for (const auto &[name, page] : pages) {
		const std::string path = folder + "/" + name + ".8";
		std::ofstream file(path);
		file << page << std::flush;
		if (!file) throw Error("cannot write " + path + ": " + std::strerror(errno));
	}
	return 0;
}

} // namespace

void add_documentation_commands(CLI::App &app, std::function<int()> &action)
{
	auto *completion = app.add_subcommand("completion", "Print a script that teaches a shell to complete falco");
	auto *shell = completion->add_option("shell", "Which shell: bash, zsh or fish")->type_name("SHELL")->required();
	shell->check(CLI::IsMember({"bash", "zsh", "fish"}));
	completion->callback([&app, &action, shell] {
		const auto name = shell->as<std::string>();
		const auto script = name == "bash"  ? bash_completion(app)
				    : name == "zsh" ? zsh_completion(app)
						    : fish_completion(app);
		action = [script] { return print(script); };
	});

	auto *man = app.add_subcommand("man", "Print the man page of falco or of one of its commands (roff)");
	man->footer("To read one: falco man falco-explain | man -l -");
	auto *name =
		man->add_option("page", "falco (default), or falco and the command: falco-explain, falco-plugin-list")
			->type_name("PAGE");
	auto *all =
		man->add_option("--all", "Write all pages to this folder instead: falco.8, falco-explain.8 and so on")
			->type_name("DIR")
			->excludes(name);
	man->callback([&app, &action, name, all] {
		const auto pages = man_pages(app);
		if (all->count() > 0) {
			action = [pages, folder = all->as<std::string>()] { return write_pages(pages, folder); };
			return;
		}
		const std::string wanted = name->count() > 0 ? name->as<std::string>() : "falco";
		const auto page = pages.find(wanted);
		if (page == pages.end()) throw CLI::ValidationError("man", "there is no page '" + wanted + "'");
		action = [text = page->second] { return print(text); };
	});
}

} // namespace falco::host
