// SPDX-License-Identifier: Apache-2.0
//
// P-01 to P-06: the file, and what can be said before an instance exists.
#include "host/app/plugin_checks.hpp"
#include "host/plugins/elf_file.hpp"
#include "host/plugins/library.hpp"
#include "host/plugins/path_safety.hpp"
#include "host/plugins/schema.hpp"
#include "host/plugins/table_check.hpp"

#include <clocale>
#include <csignal>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <pthread.h>
#include <unistd.h>

extern char **environ;

namespace falco::host {

namespace {

CheckResult fail_if(const std::string &problem)
{
	if (problem.empty()) return {};
	return {Verdict::fail, problem};
}

std::string umask_text()
{
	std::ifstream status("/proc/self/status");
	for (std::string line; std::getline(status, line);)
		if (line.rfind("Umask:", 0) == 0) return line;
	return {};
}

std::string signal_actions()
{
	std::string text;
	for (int number = 1; number < NSIG; ++number) {
		struct sigaction action {};
		if (sigaction(number, nullptr, &action) != 0) continue;
		char line[64];
		std::snprintf(line, sizeof line, "%d %p %x;", number, reinterpret_cast<void *>(action.sa_handler),
			      static_cast<unsigned>(action.sa_flags));
		text += line;
	}
	return text;
}

std::string signal_mask()
{
	std::string text;
	sigset_t mask;
	pthread_sigmask(SIG_SETMASK, nullptr, &mask);
	for (int number = 1; number < NSIG; ++number)
		text += sigismember(&mask, number) == 1 ? '1' : '0';
	return text;
}

std::string environment()
{
	std::string text;
	for (char **variable = environ; variable && *variable; ++variable)
		text += std::string(*variable) + "\n";
	return text;
}

// What belongs to the process and no plugin may change, by the name it has for people.
std::map<std::string, std::string> process_state()
{
	const auto threads = std::distance(std::filesystem::directory_iterator("/proc/self/task"), {});
	const char *locale = std::setlocale(LC_ALL, nullptr);
	return {{"the number of threads", std::to_string(threads)},
		{"signal handlers", signal_actions()},
		{"the signal mask", signal_mask()},
		{"the umask", umask_text()},
		{"the locale", locale ? locale : ""},
		{"the working directory", std::filesystem::current_path().string()},
		{"the environment", environment()}};
}

} // namespace

CheckResult check_file(const CheckSubject &subject)
{
	const std::string problem = path_problem(subject.request.file);
	return fail_if(problem.empty() ? elf_problem(subject.request.file) : problem);
}

CheckResult check_exports(const CheckSubject &subject)
{
	const ExportedSymbols symbols = exported_symbols(subject.request.file);
	if (!symbols.problem.empty()) return {Verdict::warn, symbols.problem};
	size_t others = 0;
	std::string text;
	for (const std::string &name : symbols.names) {
		if (name == "falco_plugin_entry") continue;
		if (++others <= 3) text += (text.empty() ? "" : ", ") + name;
	}
	if (others == 0) return {};
	return {Verdict::warn, "exports " + std::to_string(others) + " more: " + text + (others > 3 ? ", ..." : "") +
				       "; add_falco_plugin hides them"};
}

CheckResult check_loads(const CheckSubject &subject)
{
	open_library(subject.request.file); // throws what the loader said
	return {};
}

CheckResult check_load_leaves_process(const CheckSubject &subject)
{
	const auto before = process_state();
	// Of the processor: what else the machine does is not the plugin's.
	const std::clock_t start = std::clock();
	open_library(subject.request.file);
	const auto taken = (std::clock() - start) * 1000 / CLOCKS_PER_SEC;
	const auto after = process_state();
	std::string changed;
	for (const auto &[name, value] : before)
		if (after.at(name) != value) changed += (changed.empty() ? "" : ", ") + name;
	if (!changed.empty()) return {Verdict::fail, "loading changes " + changed};
	if (taken > 250)
		return {Verdict::warn,
			"loading took " + std::to_string(taken) + " ms of processor time, more than 250"};
	return {};
}

CheckResult check_table(const CheckSubject &subject)
{
	const std::string problem = table_problem(*open_library(subject.request.file));
	return fail_if(problem.empty() ? "" : "it " + problem);
}

CheckResult check_schema(const CheckSubject &subject)
{
	if (!subject.table->config_schema) return {Verdict::pass, "takes no configuration"};
	std::string text;
	for (const std::string &bad : Schema(subject.table->config_schema).bad_defaults())
		text += (text.empty() ? "" : "; ") + bad;
	return fail_if(text);
}

} // namespace falco::host
