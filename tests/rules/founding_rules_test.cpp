// SPDX-License-Identifier: Apache-2.0
// The founding document's own rules, as they stand on its pages, work.
#include "tests/rules/alerts.hpp"
#include "tests/rules/rule_case.hpp"
#include "tests/support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>

namespace falco::test {

namespace {

std::vector<Alert> replay(const Trace &trace)
{
	const TempDir directory;
	trace.save(directory.file("founding.scap"));
	return alerts_of(FALCO_SOURCE_DIR "/tests/rules/founding_rules.yaml", directory.file("founding.scap"));
}

Process bash()
{
	return Process("bash").path("/bin/bash").args({"-i"});
}

} // namespace

TEST(FoundingRules, run_shell_in_container_fires_and_then_shell_in_container)
{
	Trace trace;
	const Pid shell = trace.spawn(trace.process(Process("app").container(kContainer)), bash());
	trace.chroot(shell, "/");
	const std::vector<Alert> alerts = replay(trace);

	ASSERT_GE(alerts.size(), 2U);
	EXPECT_EQ(alerts.front().rule, "run_shell_in_container");
	EXPECT_THAT(alerts.front().output, testing::HasSubstr("container_id=" + kContainerId));
	EXPECT_THAT(alerts.front().output, testing::HasSubstr("shell=bash parent=app cmdline=bash -i"));
	// Every event of the shell is activity: the enter and exit of chroot here.
	EXPECT_EQ(counts(alerts)["shell_in_container"], 2);
	EXPECT_THAT(alerts.back().output, testing::HasSubstr("Warning shell in a container (user=root"));
}

TEST(FoundingRules, elasticsearch_unexpected_network_outbound_fires)
{
	Trace trace;
	const Pid java = trace.process(Process("java").user("elasticsearch"));
	trace.connect(java, "10.0.0.5", 9300);
	trace.connect(java, "10.0.0.5", 80);
	const std::vector<Alert> alerts = replay(trace);

	ASSERT_EQ(alerts.size(), 1U);
	EXPECT_EQ(alerts.front().rule, "elasticsearch_unexpected_network_outbound");
	EXPECT_THAT(alerts.front().output, testing::HasSubstr("(connection=192.168.1.5:51234->10.0.0.5:80)"));
}

TEST(FoundingRules, write_binary_dir_fires)
{
	Trace trace;
	trace.open(root_shell(trace), "/usr/bin/tool", O_WRONLY | O_CREAT);
	trace.open(program(trace, "dpkg"), "/usr/bin/tool", O_WRONLY | O_CREAT);
	const std::vector<Alert> alerts = replay(trace);

	ASSERT_EQ(alerts.size(), 1U);
	EXPECT_EQ(alerts.front().rule, "write_binary_dir");
	EXPECT_THAT(alerts.front().output, testing::HasSubstr("(user=root command=bash file=/usr/bin/tool)"));
}

TEST(FoundingRules, change_thread_namespace_fires_at_both_ends_of_the_call)
{
	Trace trace;
	trace.setns(program(trace, "nsenter"), 3);
	trace.setns(program(trace, "docker"), 3);
	const std::vector<Alert> alerts = replay(trace);

	ASSERT_EQ(alerts.size(), 2U); // the rule names no direction
	EXPECT_EQ(alerts.front().rule, "change_thread_namespace");
	EXPECT_THAT(alerts.back().output, testing::HasSubstr("(user=root command=nsenter container=host)"));
}

TEST(FoundingRules, create_files_below_dev_fires)
{
	Trace trace;
	const Pid shell = root_shell(trace);
	trace.open(shell, "/dev/.hidden", O_WRONLY | O_CREAT);
	trace.open(shell, "/dev/null", O_WRONLY | O_CREAT);
	const std::vector<Alert> alerts = replay(trace);

	ASSERT_EQ(alerts.size(), 1U);
	EXPECT_EQ(alerts.front().rule, "create_files_below_dev");
	EXPECT_THAT(alerts.front().output, testing::HasSubstr("file=/dev/.hidden)"));
}

TEST(FoundingRules, access_camera_fires)
{
	Trace trace;
	trace.open(program(trace, "spy"), "/dev/video0", O_RDWR);
	trace.open(program(trace, "skype"), "/dev/video0", O_RDWR);
	const std::vector<Alert> alerts = replay(trace);

	ASSERT_EQ(alerts.size(), 1U);
	EXPECT_EQ(alerts.front().rule, "access_camera");
	EXPECT_THAT(alerts.front().output,
		    testing::EndsWith("Unexpected process opening camera video device (command=spy)"));
}

} // namespace falco::test
