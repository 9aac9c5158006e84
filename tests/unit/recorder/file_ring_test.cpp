// SPDX-License-Identifier: Apache-2.0
#include "plugins/tap-recorder/file_ring.hpp"
#include "tests/support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace falco::recorder {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class FileRingTest : public testing::Test {
protected:
	// Begins the next file, puts `text` into it and returns what was removed for it.
	std::vector<std::string> next(FileRing &ring, const std::string &text)
	{
		std::vector<std::string> removed;
		const int fd = ring.open_next(removed);
		EXPECT_EQ(write(fd, text.data(), text.size()), static_cast<ssize_t>(text.size()));
		close(fd);
		return removed;
	}
	std::vector<std::string> files() const
	{
		std::vector<std::string> names;
		for (const auto &entry : std::filesystem::directory_iterator(dir_.path())) {
			names.push_back(entry.path().filename());
		}
		std::sort(names.begin(), names.end());
		return names;
	}

	test::TempDir dir_;
};

TEST_F(FileRingTest, numbers_rise_and_the_newest_has_none)
{
	FileRing ring(dir_.file("a.scap"), 0);
	for (const char *text : {"1", "2", "3"}) {
		EXPECT_THAT(next(ring, text), IsEmpty());
	}
	EXPECT_THAT(files(), ElementsAre("a.000001.scap", "a.000002.scap", "a.scap"));
	EXPECT_EQ(dir_.read("a.000001.scap"), "1");
	EXPECT_EQ(dir_.read("a.scap"), "3");
}

TEST_F(FileRingTest, the_number_stands_before_the_ending_that_a_replay_looks_for)
{
	for (const char *name : {"b.scap.gz", "c", "d.log", ".scap"}) {
		FileRing ring(dir_.file(name), 0);
		next(ring, "1");
		next(ring, "2");
	}
	EXPECT_THAT(files(), ElementsAre(".scap", ".scap.000001", "b.000001.scap.gz", "b.scap.gz", "c", "c.000001",
					 "d.log", "d.log.000001"));
}

TEST_F(FileRingTest, the_oldest_goes_and_a_number_is_not_used_again)
{
	FileRing ring(dir_.file("a.scap"), 2);
	next(ring, "1");
	next(ring, "2");
	EXPECT_THAT(next(ring, "3"), ElementsAre(dir_.file("a.000001.scap")));
	FileRing later(dir_.file("a.scap"), 2);
	EXPECT_THAT(next(later, "4"), ElementsAre(dir_.file("a.000002.scap")));
	EXPECT_THAT(files(), ElementsAre("a.000003.scap", "a.scap"));
	FileRing one(dir_.file("a.scap"), 1);
	EXPECT_THAT(next(one, "5"), ElementsAre(dir_.file("a.000003.scap"), dir_.file("a.000004.scap")));
	EXPECT_THAT(files(), ElementsAre("a.scap"));
}

TEST_F(FileRingTest, other_files_are_left_alone)
{
	for (const char *name : {"a.1.scap", "a.0000001.scap", "a.backup.scap", "a.000001.scap.old", "ab.000001.scap",
				 "a.000001", "a.+00001.scap", "a..scap"}) {
		dir_.write(name, "mine");
	}
	const auto before = files();
	FileRing ring(dir_.file("a.scap"), 1);
	next(ring, "1");
	next(ring, "2");
	std::filesystem::remove(dir_.file("a.scap"));
	EXPECT_EQ(files(), before);
}

TEST_F(FileRingTest, refuses_a_place_that_is_none)
{
	EXPECT_EQ(FileRing(dir_.file("a.scap"), 0).problem(), "");
	EXPECT_THAT(FileRing(dir_.file("no/a.scap"), 0).problem(), HasSubstr("/no cannot be used: No such file"));
	EXPECT_THAT(FileRing(dir_.path(), 0).problem(), HasSubstr("is no regular file"));
	EXPECT_THAT(FileRing("/dev/full", 0).problem(), HasSubstr("/dev/full is no regular file"));
	dir_.write("file", "x");
	EXPECT_THAT(FileRing(dir_.file("file/a.scap"), 0).problem(), HasSubstr("file is no folder"));
	std::filesystem::create_symlink("nowhere", dir_.file("link"));
	EXPECT_THAT(FileRing(dir_.file("link"), 0).problem(), HasSubstr("is a symbolic link"));
	std::vector<std::string> removed;
	EXPECT_THROW(FileRing(dir_.file("link"), 0).open_next(removed), std::runtime_error);
	EXPECT_FALSE(std::filesystem::exists(dir_.file("nowhere")));
}

} // namespace
} // namespace falco::recorder
