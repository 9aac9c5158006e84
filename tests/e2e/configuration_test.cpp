// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/fixture.hpp"

#include <sys/stat.h>
#include <unistd.h>

using namespace falco::test;
using testing::HasSubstr;

class Configuration : public FalcoTest {
protected:
	// The whole of what falco says about a configuration that it refuses.
	std::string refusal(const std::string &yaml)
	{
		dir_.write("falco.yaml", yaml);
		const Finished falco = replay(kTraces + "acts.scap");
		EXPECT_EQ(falco.status, 1) << yaml;
		EXPECT_THAT(alerts_in(falco.out), testing::IsEmpty());
		return falco.err;
	}
};

TEST_F(Configuration, is_found_in_the_current_directory)
{
	RunOptions here;
	here.directory = dir_.path();
	const Finished falco = run_falco({"-r", "rules.yaml", "-e", kTraces + "mixed.scap"}, here);
	EXPECT_EQ(falco.status, 0) << falco.err;
	EXPECT_THAT(falco.err, HasSubstr("Falco initialized with configuration file " + config_));
	EXPECT_THAT(alerts_in(falco.out), testing::SizeIs(3));
}

TEST_F(Configuration, has_built_in_defaults_when_there_is_no_file)
{
	if (access("/etc/falco/falco.yaml", F_OK) == 0 || access("/etc/falco.yaml", F_OK) == 0) {
		GTEST_SKIP() << "this machine has a configuration file";
	}
	const TempDir empty;
	RunOptions there;
	there.directory = empty.path();
	const Finished falco = run_falco({"-r", rules_, "-e", kTraces + "mixed.scap"}, there);
	EXPECT_EQ(falco.status, 0) << falco.err;
	EXPECT_THAT(falco.err, HasSubstr("Falco initialized with built-in defaults"));
	EXPECT_THAT(alerts_in(falco.out), testing::SizeIs(3));
}

TEST_F(Configuration, errors_name_file_line_and_column)
{
	EXPECT_THAT(refusal("json_output: maybe\n"), HasSubstr(config_ + ":1:14: json_output: "));
	EXPECT_THAT(refusal("a: [\n"), HasSubstr(config_ + ":"));
	EXPECT_THAT(refusal("stdout_output: {enabled: false}\n"), HasSubstr("no output is enabled"));
	EXPECT_THAT(refusal("file_output: {enabled: true}\n"), HasSubstr(config_ + ":1:"));
	EXPECT_THAT(refusal("stdout_output: {enabled: true, bufered: true}\n"),
		    HasSubstr("unknown key 'bufered' (did you mean 'buffered'?)"));
}

TEST_F(Configuration, that_is_missing_is_an_error)
{
	const Finished falco = run_falco({"-c", dir_.file("none.yaml"), "-e", kTraces + "acts.scap"});
	EXPECT_EQ(falco.status, 1);
	EXPECT_THAT(falco.err, HasSubstr(dir_.file("none.yaml")));
	EXPECT_THAT(falco.err, HasSubstr("No such file or directory"));
}

TEST_F(Configuration, warns_of_an_unknown_key_with_the_nearest_one)
{
	dir_.write("falco.yaml",
		   "stdout_output: {enabled: true}\nlog_stderr: true\nlog_syslog: false\njson_ouput: true\n");
	const Finished falco = replay(kTraces + "acts.scap");
	EXPECT_EQ(falco.status, 0);
	EXPECT_THAT(falco.err, HasSubstr(config_ + ":4:1: "));
	EXPECT_THAT(falco.err, HasSubstr("did you mean 'json_output'?"));
}

TEST_F(Configuration, that_others_can_write_is_refused_for_root)
{
	if (geteuid() != 0) {
		GTEST_SKIP() << "only root is protected from files of others";
	}
	chmod(config_.c_str(), 0666);
	EXPECT_THAT(replay(kTraces + "acts.scap").err, HasSubstr(config_));
	EXPECT_EQ(replay(kTraces + "acts.scap").status, 1);
	chmod(config_.c_str(), 0644);
	chmod(rules_.c_str(), 0666);
	EXPECT_EQ(replay(kTraces + "acts.scap").status, 1);
	EXPECT_THAT(replay(kTraces + "acts.scap").err, HasSubstr(rules_));
}

TEST_F(Configuration, names_a_plugin_that_cannot_be_loaded)
{
	EXPECT_THAT(refusal("plugins: [{library: output-none}]\n"), HasSubstr("output-none"));
	const std::string text = dir_.write("output-text.so", "this is text\n");
	EXPECT_THAT(refusal("plugins: [{library: " + text + "}]\n"), HasSubstr(text));
	EXPECT_THAT(refusal("stdout_output: {enabled: true}\nmatcher: " + kFakes + "output-fake.so\n"),
		    HasSubstr("output-fake.so' is an output, not a matcher"));
}

TEST_F(Configuration, leaves_out_an_output_that_is_not_required)
{
	dir_.write("falco.yaml",
		   "stdout_output: {enabled: true}\nlog_stderr: true\nlog_syslog: false\n"
		   "plugins: [{library: " +
			   kFakes + "output-fake.so, name: odd, required: false, config: {refuse: out of order}}]\n");
	const Finished falco = replay(kTraces + "mixed.scap");
	EXPECT_EQ(falco.status, 0) << falco.err;
	EXPECT_THAT(falco.err, HasSubstr("output 'odd' is left out, since it is not required: "));
	EXPECT_THAT(falco.err, HasSubstr("out of order"));
	EXPECT_THAT(alerts_in(falco.out), testing::SizeIs(3));
}
