// SPDX-License-Identifier: Apache-2.0
//
// The commands and files of docs/TESTING_RULES.md do what the guide says; completion and man pages.
#include "tests/e2e/fixture.hpp"
#include "tests/support/trace.hpp"

#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace falco::test;
using testing::HasSubstr;

namespace {

struct Block {
	std::string language, text;
};

// The code blocks of the guide, without their indentation.
std::vector<Block> blocks_of_the_guide()
{
	std::ifstream file(FALCO_SOURCE_DIR "/docs/TESTING_RULES.md");
	std::vector<Block> blocks;
	std::string line;
	bool inside = false;
	size_t indent = 0;
	while (std::getline(file, line)) {
		const size_t first = line.find_first_not_of(' ');
		if (first != std::string::npos && line.compare(first, 3, "```") == 0) {
			inside = !inside;
			indent = first;
			if (inside) blocks.push_back({line.substr(first + 3), ""});
		} else if (inside) {
			blocks.back().text += line.substr(std::min(indent, line.size())) + "\n";
		}
	}
	return blocks;
}

std::string block_with(const std::string &language, const std::string &text)
{
	for (const Block &block : blocks_of_the_guide()) {
		if (block.language == language && block.text.find(text) != std::string::npos) return block.text;
	}
	ADD_FAILURE() << "the guide has no " << language << " block with " << text;
	return "";
}

} // namespace

class Guide : public FalcoTest {
protected:
	Guide()
	{
		dir_.write("my_rules.yaml", block_with("yaml", "- rule: Shadow file read"));
		dir_.write("old_rules.yaml", block_with("yaml", "- rule: Shadow file read"));
		dir_.write("my_cases.yaml", block_with("yaml", "trace: incident.scap"));
		Trace trace;
		trace.open(trace.process(Process("cat")), "/etc/passwd", O_RDONLY);
		trace.open(trace.process(Process("cat")), "/etc/shadow", O_RDONLY);
		trace.save(dir_.file("incident.scap"));
		options_.directory = dir_.path();
	}

	Finished shell(const std::string &command) const
	{
		return run_program("/bin/sh", {"-c", kPath + command}, options_);
	}

	const std::string kPath = "PATH=" FALCO_BINARY_DIR ":$PATH; export PATH; ";
	RunOptions options_;
};

TEST_F(Guide, each_of_its_commands_succeeds)
{
	size_t commands = 0;
	for (const Block &block : blocks_of_the_guide()) {
		std::istringstream lines(block.text);
		for (std::string line; block.language == "sh" && std::getline(lines, line);) {
			if (line.rfind("falco ", 0) != 0 || line.find("&&") != std::string::npos)
				continue; // the hook's
			const size_t redirection = line.find_first_of("|>");
			const Finished done = shell(line.substr(0, redirection));
			EXPECT_EQ(done.status, 0) << line << "\n" << done.out << done.err;
			EXPECT_FALSE(done.out.empty()) << line;
			commands++;
		}
	}
	EXPECT_GE(commands, 9u);
}

TEST_F(Guide, its_described_traces_give_the_alerts)
{
	dir_.write("described.yaml", block_with("yaml", "somebody reads the hashes"));
	const Finished done = shell("falco test described.yaml");
	EXPECT_EQ(done.status, 0) << done.out << done.err;
	EXPECT_EQ(done.out, "2 passed\n");
}

TEST_F(Guide, its_hook_lets_good_rules_pass_and_stops_bad_ones)
{
	std::filesystem::create_directory(dir_.file("rules"));
	std::filesystem::create_directory(dir_.file("cases"));
	std::filesystem::copy(dir_.file("my_rules.yaml"), dir_.file("rules/my_rules.yaml"));
	std::string cases = dir_.read("my_cases.yaml");
	cases.replace(cases.find("my_rules.yaml"), 13, "../rules/my_rules.yaml");
	cases.replace(cases.find("incident.scap"), 13, "../incident.scap");
	dir_.write("cases/my_cases.yaml", cases);
	dir_.write("hook", block_with("sh", "#!/bin/sh"));
	const Finished good = shell("sh hook");
	EXPECT_EQ(good.status, 0) << good.out << good.err;
	EXPECT_THAT(good.out, HasSubstr("1 passed"));
	std::string rules = dir_.read("rules/my_rules.yaml");
	rules.replace(rules.find("/etc/shadow"), 11, "/etc/nothing");
	dir_.write("rules/my_rules.yaml", rules);
	EXPECT_EQ(shell("sh hook").status, 1);
	dir_.write("rules/my_rules.yaml", "- rule: x\n");
	EXPECT_EQ(shell("sh hook").status, 1);
}

// With falco built already: what installs packages and builds is only looked at.
TEST_F(Guide, its_jobs_for_continuous_integration_run_as_they_stand)
{
	std::filesystem::create_directories(dir_.file("falco"));
	std::filesystem::create_directories(dir_.file("stubs"));
	std::filesystem::create_directories(dir_.file("rules"));
	std::filesystem::create_directories(dir_.file("cases"));
	std::filesystem::create_directory_symlink(FALCO_BINARY_DIR, dir_.file("falco/build"));
	for (const char *stub : {"apt-get", "make"}) {
		dir_.write(std::string("stubs/") + stub, "#!/bin/sh\n");
		std::filesystem::permissions(dir_.file(std::string("stubs/") + stub),
					     std::filesystem::perms::owner_all);
	}
	std::filesystem::copy(dir_.file("my_rules.yaml"), dir_.file("rules/my_rules.yaml"));
	std::string described = block_with("yaml", "somebody reads the hashes");
	described.replace(described.find("my_rules.yaml"), 13, "../rules/my_rules.yaml");
	dir_.write("cases/described.yaml", described);
	for (const auto &[job, item] : {std::pair("runs-on:", "      - run: "), std::pair("image:", "    - ")}) {
		std::istringstream lines(block_with("yaml", job));
		std::string script = "set -e; PATH=$PWD/stubs:/usr/bin:/bin; export GITHUB_PATH=$PWD/path;";
		for (std::string line; std::getline(lines, line);) {
			if (line.rfind(item, 0) == 0) script += "\n" + line.substr(std::string(item).size());
			// A runner reads that file before each step.
			if (line.find("GITHUB_PATH") != std::string::npos) script += "\nPATH=$(cat path):$PATH";
		}
		EXPECT_THAT(script, HasSubstr("\nmake -C falco build\n"));
		const Finished done = run_program("/bin/sh", {"-c", script}, options_);
		EXPECT_EQ(done.status, 0) << script << done.out << done.err;
		EXPECT_THAT(done.out, HasSubstr("2 passed\n"));
		EXPECT_THAT(dir_.read("report.xml"), HasSubstr("tests=\"2\""));
		std::filesystem::remove(dir_.file("report.xml"));
	}
}

TEST_F(Guide, bash_completes_commands_options_and_files)
{
	const std::string complete = "falco completion bash > completion; . ./completion; COMP_WORDS=(%s); "
				     "COMP_CWORD=$((${#COMP_WORDS[@]}-1)); "
				     "_falco; printf '%%s ' \"${COMPREPLY[@]}\"";
	const auto candidates = [&](const std::string &words) {
		std::string script = complete;
		script.replace(script.find("%s"), 2, words);
		script.replace(script.find("%%"), 2, "%");
		return run_program("/bin/bash", {"-c", kPath + script}, options_).out;
	};
	EXPECT_EQ(candidates("falco exp"), "explain ");
	EXPECT_EQ(candidates("falco explain --why"), "--why-not ");
	EXPECT_EQ(candidates("falco plugin ch"), "check ");
	EXPECT_EQ(candidates("falco plugin check --co"), "--config ");
	EXPECT_EQ(candidates("falco explain -r my_ru"), "my_rules.yaml ");
	EXPECT_EQ(candidates("falco test my_c"), "my_cases.yaml ");
	EXPECT_EQ(candidates("falco completion ''"), "-h --help bash zsh fish ");
	EXPECT_EQ(candidates("falco completion f"), "fish ");
	EXPECT_EQ(candidates("falco man falco-plugin-l"), "falco-plugin-list ");
	EXPECT_EQ(candidates("falco man falco-trace-sh"), "falco-trace-show ");
	EXPECT_EQ(candidates("falco explain --event my_c"), " ");
	EXPECT_EQ(candidates("falco plugin check --internal"), " ");
}

TEST_F(Guide, the_other_shells_get_every_command_and_option_too)
{
	const std::string zsh = shell("falco completion zsh").out, fish = shell("falco completion fish").out;
	EXPECT_THAT(zsh, testing::StartsWith("#compdef falco\n"));
	EXPECT_THAT(zsh, HasSubstr("--why-not"));
	EXPECT_THAT(fish, HasSubstr("-a explain -d 'Why rules match events of a trace, or why not'"));
	EXPECT_THAT(
		fish,
		HasSubstr("__fish_seen_subcommand_from plugin; and __fish_seen_subcommand_from check' -l config -r"));
	EXPECT_THAT(fish, HasSubstr("' -a build -d '"));
	EXPECT_THAT(fish, HasSubstr("__fish_seen_subcommand_from completion' -a 'bash zsh fish' -d '"));
	EXPECT_THAT(zsh, HasSubstr("compadd -- -h --help bash zsh fish;;"));
	EXPECT_EQ(shell("falco completion csh").status, 1);
}

// In a shell of its own, in which `falco` prints what was completed.
TEST_F(Guide, zsh_completes_commands_and_options)
{
	if (!std::filesystem::exists("/usr/bin/zsh"))
		GTEST_SKIP() << "zsh is not installed; scripts/setup.sh installs it where Debian has it";
	ASSERT_EQ(shell("falco completion zsh > _falco").status, 0);
	EXPECT_EQ(shell("zsh -n _falco").err, "");
	dir_.write("complete.zsh", R"zsh(zmodload zsh/zpty
zpty -b inner zsh -f -i
zpty -w inner "fpath=($PWD \$fpath); autoload -Uz compinit; compinit -u -D; falco() { print -r -- \"ran:\$*:\" }"
zpty -w inner "$1"$'\t'
zpty -r inner line $'*\nran:*:*'
print -r -- "${${line##*$'\n'ran:}%%:*}"
)zsh");
	const auto completed = [&](const std::string &typed) {
		return shell("zsh -f complete.zsh '" + typed + "'").out;
	};
	EXPECT_EQ(completed("falco exp"), "explain\n");
	EXPECT_EQ(completed("falco explain --why"), "explain --why-not\n");
	EXPECT_EQ(completed("falco plugin ch"), "plugin check\n");
	EXPECT_EQ(completed("falco test my_c"), "test my_cases.yaml\n");
}

TEST_F(Guide, fish_completes_commands_and_options)
{
	if (!std::filesystem::exists("/usr/bin/fish"))
		GTEST_SKIP() << "fish is not installed; scripts/setup.sh installs it where Debian has it";
	ASSERT_EQ(shell("falco completion fish > falco.fish").status, 0);
	EXPECT_EQ(shell("fish --no-execute falco.fish").err, "");
	const auto candidates = [&](const std::string &typed) {
		return shell("HOME=$PWD fish --no-config -c 'source falco.fish; complete -C \"" + typed + "\"'").out;
	};
	EXPECT_EQ(candidates("falco exp"), "explain\tWhy rules match events of a trace, or why not\n");
	EXPECT_THAT(candidates("falco explain --why"), testing::StartsWith("--why-not\t"));
	EXPECT_THAT(candidates("falco plugin ch"), testing::StartsWith("check\t"));
}

TEST_F(Guide, every_command_has_a_man_page_that_names_its_options)
{
	const std::string page = shell("falco man").out;
	EXPECT_THAT(page, testing::StartsWith(".TH FALCO 8 "));
	EXPECT_THAT(page, HasSubstr("falco\\-explain(8)"));
	const std::string explain = shell("falco man falco-explain").out;
	EXPECT_THAT(explain, HasSubstr(".SH NAME\nfalco\\-explain \\- Why rules match events"));
	EXPECT_THAT(explain, HasSubstr("\\fB\\-\\-why\\-not\\fR \\fIRULE\\fR\n"));
	EXPECT_THAT(explain, HasSubstr("\\fB\\-e\\fR \\fIFILE\\fR"));
	EXPECT_THAT(shell("falco man falco-trace-build").out, testing::StartsWith(".TH FALCO-TRACE-BUILD 8 "));
	const Finished none = shell("falco man falco-nothing");
	EXPECT_EQ(none.status, 1);
	EXPECT_THAT(none.err, HasSubstr("there is no page 'falco-nothing'"));
	EXPECT_THAT(shell("falco man falco-plugin").out, testing::Not(HasSubstr("host"))); // that is falco's own
	EXPECT_THAT(shell("falco man").out, HasSubstr("\\fB\\-\\-jobs\\fR \\fIN\\fR\n"));
	EXPECT_EQ(shell("falco man --all pages/man8").status, 0);
	EXPECT_EQ(dir_.read("pages/man8/falco.8"), page);
	EXPECT_EQ(dir_.read("pages/man8/falco-explain.8"), explain);
	const Finished unwritable = shell("touch file; falco man --all file/man8");
	EXPECT_EQ(unwritable.status, 1);
	EXPECT_THAT(unwritable.err, HasSubstr("cannot make the folder file/man8: Not a directory"));
	const Finished groff = shell("ls pages/man8/*.8 | wc -l; groff -man -Tutf8 -ww -z pages/man8/*.8");
	EXPECT_EQ(groff.status, 0);
	EXPECT_GE(std::stoi(groff.out), 20);
	EXPECT_EQ(groff.err, "");
}
