// SPDX-License-Identifier: Apache-2.0
#include "tests/support/run_falco.hpp"
#include "tests/support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <system_error>

namespace falco::test {

TEST(RunProgram, keeps_both_streams_and_the_exit_status)
{
	const Finished finished = run_program("/bin/sh", {"-c", "echo out; echo err >&2; exit 3"});
	EXPECT_EQ(finished.status, 3);
	EXPECT_EQ(finished.out, "out\n");
	EXPECT_EQ(finished.err, "err\n");
	EXPECT_FALSE(finished.timed_out);
}

TEST(RunProgram, hands_over_arguments_directory_and_environment_as_they_are)
{
	const TempDir directory;
	RunOptions options;
	options.directory = directory.path();
	options.environment = {"COLOUR=green"};
	const Finished finished = run_program("/bin/sh", {"-c", "pwd; echo $COLOUR \"$0\"", "a  $b"}, options);
	EXPECT_EQ(finished.out, directory.path() + "\ngreen a  $b\n");
}

TEST(RunProgram, takes_more_than_a_pipe_holds)
{
	const Finished finished = run_program("/usr/bin/head", {"-c", "1000000", "/dev/zero"});
	EXPECT_EQ(finished.out.size(), 1000000U);
}

TEST(RunProgram, ends_what_does_not_end)
{
	RunOptions options;
	options.time_out = std::chrono::milliseconds(100);
	const Finished finished = run_program("/bin/sleep", {"60"}, options);
	EXPECT_TRUE(finished.timed_out);
	EXPECT_EQ(finished.status, 128 + 9);
}

TEST(RunProgram, says_when_there_is_no_such_program)
{
	EXPECT_THROW((void)run_program("/nonexistent/program", {}), std::system_error);
}

TEST(TempDir, goes_with_all_that_is_in_it)
{
	std::string path;
	{
		const TempDir directory;
		path = directory.path();
		directory.write("file", "content");
		EXPECT_EQ(directory.read("file"), "content");
	}
	EXPECT_FALSE(std::filesystem::exists(path));
}

} // namespace falco::test
