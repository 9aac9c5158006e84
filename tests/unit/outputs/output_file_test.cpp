// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/outputs/plugin_under_test.hpp"

#include "host/error.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace falco::host::test {

namespace {

class OutputFile : public testing::Test {
protected:
	std::unique_ptr<Output> create(const std::string &path) { return plugin.create({{"filename", path}}); }

	PluginUnderTest plugin{"file"};
	TempDir dir;
};

std::string refusal(PluginUnderTest &plugin, const std::string &path)
{
	try {
		plugin.create({{"filename", path}});
	} catch (const Error &e) {
		return e.what();
	}
	return "none";
}

// No file may grow beyond `size` while this lives: a full disk that needs no disk.
class FileSizeLimit {
public:
	explicit FileSizeLimit(rlim_t size)
	{
		before_handler_ = std::signal(SIGXFSZ, SIG_IGN);
		getrlimit(RLIMIT_FSIZE, &before_);
		rlimit limit = before_;
		limit.rlim_cur = size;
		setrlimit(RLIMIT_FSIZE, &limit);
	}
	~FileSizeLimit()
	{
		setrlimit(RLIMIT_FSIZE, &before_);
		std::signal(SIGXFSZ, before_handler_);
	}
	FileSizeLimit(const FileSizeLimit &) = delete;
	FileSizeLimit &operator=(const FileSizeLimit &) = delete;

private:
	rlimit before_{};
	void (*before_handler_)(int);
};

} // namespace

TEST_F(OutputFile, creates_its_file_at_once_for_owner_and_group)
{
	create(dir / "alerts");
	struct stat status {};
	ASSERT_EQ(stat((dir / "alerts").c_str(), &status), 0);
	EXPECT_EQ(status.st_size, 0);
	EXPECT_EQ(status.st_mode & 0137, 0u);
}

TEST_F(OutputFile, appends_a_line_for_each_alert)
{
	std::ofstream(dir / "alerts") << "earlier\n";
	const auto output = create(dir / "alerts");
	EXPECT_TRUE(write(*output, "first", 1).ok());
	EXPECT_EQ(read_file(dir / "alerts"), "earlier\nfirst\n");
	EXPECT_TRUE(write(*output, "second", 2).ok());
	EXPECT_EQ(read_file(dir / "alerts"), "earlier\nfirst\nsecond\n");
	EXPECT_TRUE(output->flush().ok());
}

TEST_F(OutputFile, makes_the_file_anew_when_it_was_renamed)
{
	const auto output = create(dir / "alerts");
	EXPECT_TRUE(write(*output, "first", 1).ok());
	ASSERT_EQ(std::rename((dir / "alerts").c_str(), (dir / "alerts.1").c_str()), 0);
	EXPECT_TRUE(write(*output, "second", 2).ok());
	EXPECT_EQ(read_file(dir / "alerts.1"), "first\n");
	EXPECT_EQ(read_file(dir / "alerts"), "second\n");
}

TEST_F(OutputFile, refuses_a_path_that_cannot_be_written)
{
	std::ofstream(dir / "plain");
	EXPECT_EQ(refusal(plugin, dir / "missing/alerts"),
		  "Error with file output: " + (dir / "missing/alerts") + ": No such file or directory");
	EXPECT_EQ(refusal(plugin, dir / "plain/alerts"),
		  "Error with file output: " + (dir / "plain/alerts") + ": Not a directory");
	EXPECT_EQ(refusal(plugin, dir.path()), "Error with file output: " + dir.path() + ": Is a directory");
}

TEST_F(OutputFile, does_not_wait_for_the_reader_of_a_fifo)
{
	ASSERT_EQ(mkfifo((dir / "fifo").c_str(), 0600), 0);
	EXPECT_NE(refusal(plugin, dir / "fifo"), "none");
}

TEST_F(OutputFile, a_full_disk_is_tried_again_and_named)
{
	const auto output = create("/dev/full");
	const Status status = write(*output, "x");
	EXPECT_EQ(status.code, FALCO_ERR_RETRY);
	EXPECT_EQ(status.message, "/dev/full: No space left on device");
}

TEST_F(OutputFile, a_folder_that_went_away_is_tried_again)
{
	ASSERT_EQ(mkdir((dir / "sub").c_str(), 0700), 0);
	const auto output = create(dir / "sub/alerts");
	unlink((dir / "sub/alerts").c_str());
	rmdir((dir / "sub").c_str());
	EXPECT_EQ(write(*output, "x", 1).code, FALCO_ERR_RETRY);
	ASSERT_EQ(mkdir((dir / "sub").c_str(), 0700), 0);
	EXPECT_TRUE(write(*output, "x", 1).ok());
	EXPECT_EQ(read_file(dir / "sub/alerts"), "x\n");
}

TEST_F(OutputFile, goes_on_where_a_short_write_ended)
{
	const auto output = create(dir / "alerts");
	{
		const FileSizeLimit limit(4);
		EXPECT_EQ(write(*output, "abcdefgh", 1).code, FALCO_ERR_RETRY);
		EXPECT_EQ(write(*output, "abcdefgh", 1).code, FALCO_ERR_RETRY);
	}
	EXPECT_EQ(read_file(dir / "alerts"), "abcd");
	EXPECT_TRUE(write(*output, "abcdefgh", 1).ok());
	EXPECT_TRUE(write(*output, "next", 2).ok());
	EXPECT_EQ(read_file(dir / "alerts"), "abcdefgh\nnext\n");
}

TEST_F(OutputFile, completes_a_line_that_was_given_up_before_the_next)
{
	const auto output = create(dir / "alerts");
	{
		const FileSizeLimit limit(4);
		EXPECT_EQ(write(*output, "abcdefgh", 1).code, FALCO_ERR_RETRY);
	}
	EXPECT_TRUE(write(*output, "next", 2).ok());
	EXPECT_EQ(read_file(dir / "alerts"), "abcdefgh\nnext\n");
}

TEST_F(OutputFile, writes_the_whole_line_when_the_file_with_its_front_was_rotated)
{
	const auto output = create(dir / "alerts");
	{
		const FileSizeLimit limit(4);
		EXPECT_EQ(write(*output, "abcdefgh", 1).code, FALCO_ERR_RETRY);
	}
	ASSERT_EQ(std::rename((dir / "alerts").c_str(), (dir / "alerts.1").c_str()), 0);
	EXPECT_TRUE(write(*output, "abcdefgh", 1).ok());
	EXPECT_EQ(read_file(dir / "alerts"), "abcdefgh\n");
}

} // namespace falco::host::test
