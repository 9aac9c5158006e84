// SPDX-License-Identifier: Apache-2.0
//
// Tools as people call them, with a plugin made for tests.
#include "tests/e2e/fixture.hpp"

#include <filesystem>

using namespace falco::test;
using testing::HasSubstr;
using testing::Not;

namespace {

class Tools : public testing::Test {
protected:
	Tools() { std::filesystem::copy_file(kFakes + "tool-fake.so", dir_.file("tool-fake.so")); }

	Finished run(std::vector<std::string> arguments) const
	{
		arguments.insert(arguments.end(), {"--plugin-dir", dir_.path()});
		return run_falco(arguments);
	}

	TempDir dir_;
};

} // namespace

TEST_F(Tools, get_their_arguments_from_the_command_line)
{
	const Finished all = run({"fake", "echo", "a", "b c", "-n", "3", "--colour=red", "--extra", "x", "--extra", "y",
				  "--in-capitals"});
	EXPECT_EQ(all.status, 0) << all.err;
	EXPECT_EQ(all.out, R"({"colour":"red","count":3,"extra":["x","y"],"in_capitals":true,"words":["a","b c"]})"
			   "\n");
	EXPECT_EQ(run({"fake", "echo", "a"}).out, "{\"count\":2,\"in_capitals\":false,\"words\":[\"a\"]}\n");
	EXPECT_EQ(run({"fake", "bytes"}).out, std::string("\0\xff\n", 3));
}

TEST_F(Tools, are_called_with_nothing_that_they_do_not_take)
{
	for (const auto &[arguments, problem] : std::vector<std::pair<std::vector<std::string>, std::string>>{
		     {{"fake"}, "subcommand"},
		     {{"fake", "eco"},
		      "'falco fake' has no command 'eco' (did you mean 'echo'?). Commands: bytes, echo, fail\n"},
		     {{"fake", "echo"}, "words"},
		     {{"fake", "echo", "a", "-n", "10"}, "falco fake echo: --count must be at most 9, found 10\n"},
		     {{"fake", "echo", "a", "-n", "x"}, "--count must be a whole number, found \"x\"\n"},
		     {{"fake", "echo", "a", "--colour", "green"}, "--colour must be one of red, blue"},
		     {{"fake", "echo", "a", "--color", "red"}, "--color"},
		     {{"fke"},
		      "falco: there is no command 'fke' (did you mean 'fake'?). Commands: compare, completion, "
		      "explain, "
		      "fake, man, plugin, profile, test\n"}}) {
		const Finished falco = run(arguments);
		EXPECT_EQ(falco.status, 1) << testing::PrintToString(arguments);
		EXPECT_EQ(falco.out, "");
		EXPECT_THAT(falco.err, HasSubstr(problem));
	}
}

TEST_F(Tools, decide_the_exit_status)
{
	const Finished seven = run({"fake", "fail", "--status", "7"});
	EXPECT_EQ(seven.status, 7);
	EXPECT_EQ(seven.err, "about to fail\n");
	const Finished failed = run({"fake", "fail"});
	EXPECT_EQ(failed.status, 1);
	EXPECT_EQ(failed.err, "about to fail\nfalco fake fail: this cannot be done\n");
}

TEST_F(Tools, say_when_standard_output_is_full)
{
	const Finished falco =
		run_program("/bin/sh", {"-c", "exec " FALCO_BINARY_DIR "/falco fake bytes --plugin-dir " + dir_.path() +
						      " >/dev/full"});
	EXPECT_EQ(falco.status, 1);
	EXPECT_EQ(falco.err, "falco fake bytes: cannot write to standard output: No space left on device\n");
}

// Whatever command it is that prints.
TEST_F(Tools, and_other_commands_say_when_standard_output_is_full)
{
	const std::string rules = dir_.write("rules.yaml", kRules);
	const std::string cases =
		dir_.write("cases.yaml", "rules: rules.yaml\ntrace: " + kTraces +
						 "mixed.scap\ncases:\n  - {name: n, alerts: [write_etc]}\n");
	const std::string config = dir_.write("falco.yaml", "stdout_output: {enabled: true}\n");
	const std::string on_trace = " -c " + config + " -r " + rules + " -e " + kTraces + "mixed.scap";
	for (const std::string &command :
	     {"test " + cases, "explain" + on_trace, "profile --json" + on_trace,
	      "compare -c " + config + " --old " + rules + " --new " + rules + " " + kTraces + "mixed.scap",
	      std::string("completion bash"), std::string("--help"), std::string("--version"),
	      "-L -c " + config + " -r " + rules, std::string("--list")}) {
		const Finished falco =
			run_program("/bin/sh", {"-c", "exec " FALCO_BINARY_DIR "/falco " + command + " >/dev/full"});
		EXPECT_EQ(falco.status, 1) << command;
		EXPECT_THAT(falco.err, HasSubstr("cannot write to standard output")) << command;
	}
}

TEST_F(Tools, are_in_the_help)
{
	const Finished all = run({"--help"});
	EXPECT_EQ(all.status, 0);
	EXPECT_THAT(all.out, HasSubstr("tells what it was called with"));
	const Finished one = run({"fake", "echo", "--help"});
	EXPECT_EQ(one.status, 0);
	for (const char *part :
	     {"Prints its arguments", "WORD ... REQUIRED", "-n,--count COUNT=2", "How often",
	      "In which colour (one of red, blue)", "As one line of JSON.", "falco fake echo a -n 3"})
		EXPECT_THAT(one.out, HasSubstr(part));
}

TEST_F(Tools, that_are_refused_say_why_and_do_not_spoil_the_help)
{
	dir_.write("tool-fake.so", "no library");
	EXPECT_THAT(run({"fake", "bytes"}).err, HasSubstr("no ELF file"));
	const Finished help = run({"--help"});
	EXPECT_EQ(help.status, 0);
	EXPECT_THAT(help.out, Not(HasSubstr("fake")));
}
