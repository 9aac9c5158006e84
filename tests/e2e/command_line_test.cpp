// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/fixture.hpp"

using namespace falco::test;
using testing::HasSubstr;
using testing::IsEmpty;

using CommandLine = FalcoTest;

TEST_F(CommandLine, shows_all_options)
{
	for (const char *flag : {"-h", "--help"}) {
		const Finished falco = run_falco({flag});
		EXPECT_EQ(falco.status, 0);
		for (const char *option :
		     {"-c", "--option", "--daemon", "--pidfile", "-e", "-r", "-L", "-l", "-A", "--version"}) {
			EXPECT_THAT(falco.out, HasSubstr(option));
		}
	}
}

TEST_F(CommandLine, tells_its_version)
{
	const Finished falco = run_falco({"--version"});
	EXPECT_EQ(falco.status, 0);
	EXPECT_THAT(falco.out, testing::MatchesRegex("falco version [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

TEST_F(CommandLine, refuses_what_it_does_not_know)
{
	const Finished unknown = run_falco({"--no-such-option"});
	EXPECT_EQ(unknown.status, 1);
	EXPECT_THAT(unknown.err, HasSubstr("--no-such-option"));
	const Finished pid_file = run({"-p", dir_.file("pid")});
	EXPECT_EQ(pid_file.status, 1);
	EXPECT_THAT(pid_file.err, HasSubstr("-p names the pid file of a daemon: it needs -d"));
}

TEST_F(CommandLine, lists_rules_in_columns_without_opening_a_source)
{
	const Finished falco = run({"-L"});
	EXPECT_EQ(falco.status, 0);
	EXPECT_EQ(falco.out, "\n"
			     "Rule                                               Description\n"
			     "----                                               -----------\n"
			     "write_etc                                          an attempt to write to any file below "
			     "a set of binary\n"
			     "                                                   directories\n"
			     "\n"
			     "read_group_shadow                                  somebody looks for group passwords\n"
			     "\n");
}

TEST_F(CommandLine, describes_one_rule)
{
	const Finished falco = run({"-l", "read_group_shadow"});
	EXPECT_EQ(falco.status, 0);
	EXPECT_THAT(falco.out, HasSubstr("read_group_shadow  "));
	EXPECT_THAT(falco.out, testing::Not(HasSubstr("write_etc")));

	const Finished unknown = run({"-l", "nope"});
	EXPECT_EQ(unknown.status, 1);
	EXPECT_THAT(unknown.out, IsEmpty());
	EXPECT_THAT(unknown.err, HasSubstr("No such rule: nope\n"));
}

TEST_F(CommandLine, lists_rules_even_when_no_output_is_enabled)
{
	dir_.write("falco.yaml", "log_syslog: false\n");
	EXPECT_EQ(run({"-L"}).status, 0);
}

TEST_F(CommandLine, overrides_keys_at_any_depth_and_the_last_one_wins)
{
	const Finished falco =
		replay(kTraces + "mixed.scap",
		       {"-o", "json_output=true", "-o", "json_output=false", "-o", "stdout_output.enabled=false", "-o",
			"file_output.enabled=true", "-o", "file_output.filename=" + dir_.file("a=b")});
	EXPECT_EQ(falco.status, 0);
	EXPECT_THAT(alerts_in(falco.out), IsEmpty());
	EXPECT_THAT(alerts_in(dir_.read("a=b")), testing::SizeIs(3));
}

TEST_F(CommandLine, explains_an_override_that_cannot_be)
{
	for (const char *option : {"json_output", "=x", "json_output.deeper=1", "json_output=maybe"}) {
		const Finished falco = replay(kTraces + "acts.scap", {"-o", option});
		EXPECT_EQ(falco.status, 1) << option;
		EXPECT_THAT(falco.err, HasSubstr("Runtime error: ")) << option;
		EXPECT_THAT(falco.err, HasSubstr(option)) << option;
	}
}

TEST_F(CommandLine, says_what_live_capture_needs_when_there_is_no_kernel_module)
{
	if (access("/dev/scap0", F_OK) == 0) {
		GTEST_SKIP() << "the kernel module is loaded here, and other processes are not the tests' to record";
	}
	// Not the default: where eBPF can be loaded, that would capture from this machine.
	const Finished falco = run({"--source", "kmod"});
	EXPECT_EQ(falco.status, 1);
	EXPECT_THAT(falco.err, HasSubstr("error opening device /dev/scap0: "));
	EXPECT_THAT(falco.err, HasSubstr("-e FILE"));
}
