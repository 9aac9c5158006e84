// SPDX-License-Identifier: Apache-2.0
#include "plugins/tool-trace/output_file.hpp"
#include "tests/support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <stdexcept>

using testing::HasSubstr;

namespace falco::trace_tool {
namespace {

void ignore(std::string_view) {}

std::string refusal(const std::string &path, OutputFile::Options options = {})
{
	try {
		OutputFile file(path, options, ignore);
		file.write("x");
		file.finish();
	} catch (const std::runtime_error &e) {
		return e.what();
	}
	return "nothing was thrown";
}

std::ptrdiff_t files_in(const test::TempDir &dir)
{
	return std::distance(std::filesystem::directory_iterator(dir.path()), {});
}

} // namespace

TEST(OutputFile, is_there_when_it_is_finished)
{
	const test::TempDir dir;
	{
		OutputFile file(dir.file("out"), {}, ignore);
		file.write("one ");
		EXPECT_FALSE(std::filesystem::exists(dir.file("out")));
		file.write("two");
		file.finish();
	}
	EXPECT_EQ(dir.read("out"), "one two");
	EXPECT_EQ(files_in(dir), 1);
}

TEST(OutputFile, leaves_nothing_behind_when_it_is_not_finished)
{
	const test::TempDir dir;
	{
		OutputFile file(dir.file("out"), {}, ignore);
		file.write("half");
	}
	EXPECT_EQ(files_in(dir), 0);
}

TEST(OutputFile, replaces_another_one_only_by_force)
{
	const test::TempDir dir;
	dir.write("out", "old");
	EXPECT_EQ(refusal(dir.file("out")), dir.file("out") + " exists; --force replaces it");
	EXPECT_EQ(dir.read("out"), "old");
	EXPECT_EQ(refusal(dir.file("out"), {true, false}), "nothing was thrown");
	EXPECT_EQ(dir.read("out"), "x");
	EXPECT_EQ(files_in(dir), 1);
}

TEST(OutputFile, does_not_replace_one_that_came_in_between)
{
	const test::TempDir dir;
	{
		OutputFile file(dir.file("out"), {}, ignore);
		file.write("new");
		dir.write("out", "somebody else's");
		EXPECT_THROW(file.finish(), std::runtime_error);
	}
	EXPECT_EQ(dir.read("out"), "somebody else's");
	EXPECT_EQ(files_in(dir), 1);
}

TEST(OutputFile, says_what_it_cannot_write)
{
	EXPECT_THAT(refusal("/nonexistent/out"), HasSubstr("cannot write /nonexistent/out: No such file or directory"));
	EXPECT_THAT(refusal("/dev/full", {true, false}), HasSubstr("cannot write /dev/full: No space left on device"));
	EXPECT_THAT(refusal("/tmp", {true, false}), HasSubstr("/tmp is a folder"));
}

TEST(OutputFile, is_gzipped_when_its_name_or_an_option_says_so)
{
	const test::TempDir dir;
	EXPECT_EQ(refusal(dir.file("a.gz")), "nothing was thrown");
	EXPECT_EQ(refusal(dir.file("b"), {false, true}), "nothing was thrown");
	for (const char *name : {"a.gz", "b"})
		EXPECT_EQ(dir.read(name).substr(0, 2), "\x1f\x8b");
}

} // namespace falco::trace_tool
