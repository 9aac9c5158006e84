// SPDX-License-Identifier: Apache-2.0
#include "host/app/config_watch.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <poll.h>

namespace falco::host {

namespace fs = std::filesystem;

namespace {

class ConfigWatchTest : public testing::Test {
protected:
	// Whether a change comes, and is over, within this time.
	bool comes(int patience_ms = 10000)
	{
		pollfd wait = {watch.fd(), POLLIN, 0};
		while (poll(&wait, 1, patience_ms) == 1) {
			if (watch.has_changed()) return true;
		}
		return false;
	}
	bool stays_quiet() { return !comes(ConfigWatch::kQuietMs + 200); }
	std::string path(const std::string &name) const { return dir.file(name); }

	test::TempDir dir;
	ConfigWatch watch;
};

} // namespace

TEST_F(ConfigWatchTest, tells_of_a_file_that_is_written)
{
	dir.write("a", "1");
	watch.watch({path("a")});
	dir.write("a", "2");
	ASSERT_TRUE(comes());
	EXPECT_EQ(watch.what_changed(), path("a") + " has changed");
}

TEST_F(ConfigWatchTest, tells_of_a_file_that_is_replaced_removed_or_made)
{
	dir.write("a", "1");
	watch.watch({path("a"), path("later")});
	dir.write("b", "2");
	fs::rename(path("b"), path("a"));
	ASSERT_TRUE(comes());
	fs::remove(path("a"));
	ASSERT_TRUE(comes());
	dir.write("later", "3");
	ASSERT_TRUE(comes());
	EXPECT_EQ(watch.what_changed(), path("later") + " has changed");
}

TEST_F(ConfigWatchTest, counts_changes_that_come_together_as_one)
{
	watch.watch({path("a")});
	for (int i = 0; i < 20; ++i)
		dir.write("a", std::to_string(i));
	EXPECT_TRUE(comes());
	EXPECT_TRUE(stays_quiet());
}

TEST_F(ConfigWatchTest, looks_at_no_other_files)
{
	fs::create_directory(path("rules.d"));
	watch.watch({path("a"), path("rules.d")});
	dir.write("alerts.log", "x");
	dir.write("rules.d/notes.txt", "x");
	EXPECT_TRUE(stays_quiet());
	dir.write("rules.d/new.yml", "x");
	EXPECT_TRUE(comes());
}

TEST_F(ConfigWatchTest, follows_links_and_watches_each_of_them)
{
	for (const char *version : {"..1", "..2"}) {
		fs::create_directory(path(version));
		dir.write(std::string(version) + "/a", version);
	}
	fs::create_directory_symlink("..1", path("..data"));
	fs::create_symlink("..data/a", path("a"));
	watch.watch({path("a")});
	dir.write("..1/a", "written where it is");
	ASSERT_TRUE(comes());
	fs::create_directory_symlink("..2", path("..new"));
	fs::rename(path("..new"), path("..data"));
	ASSERT_TRUE(comes());
	EXPECT_EQ(watch.what_changed(), path("..data") + " has changed");
	watch.watch({path("a")});
	dir.write("..1/a", "nobody's any more");
	EXPECT_TRUE(stays_quiet());
	dir.write("..2/a", "x");
	EXPECT_TRUE(comes());
}

TEST_F(ConfigWatchTest, follows_the_links_in_a_rules_folder)
{
	for (const char *folder : {"rules.d", "rules.d/..1", "rules.d/..2"})
		fs::create_directory(path(folder));
	fs::create_directory_symlink("..1", path("rules.d/..data"));
	fs::create_symlink("..data/a.yaml", path("rules.d/a.yaml"));
	watch.watch({path("rules.d")});
	fs::create_directory_symlink("..2", path("rules.d/..new"));
	fs::rename(path("rules.d/..new"), path("rules.d/..data"));
	EXPECT_TRUE(comes());
}

TEST_F(ConfigWatchTest, stands_links_in_a_circle)
{
	fs::create_symlink("b", path("a"));
	fs::create_symlink("a", path("b"));
	watch.watch({path("a")});
	fs::remove(path("b"));
	EXPECT_TRUE(comes());
}

TEST_F(ConfigWatchTest, tells_of_a_folder_that_comes)
{
	watch.watch({path("sub/a")});
	fs::create_directory(path("sub"));
	EXPECT_TRUE(comes());
}

TEST_F(ConfigWatchTest, lets_go_of_what_is_no_longer_asked_for)
{
	watch.watch({path("a")});
	watch.watch({});
	dir.write("a", "1");
	EXPECT_TRUE(stays_quiet());
}

} // namespace falco::host
