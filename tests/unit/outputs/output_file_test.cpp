// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/outputs/plugin_under_test.hpp"

#include "host/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
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

TEST_F(OutputFile, says_that_a_number_of_files_alone_has_no_effect)
{
	plugin.create({{"filename", dir.file("alerts")}, {"rotate", {{"max_files", 3}, {"max_seconds", 1}}}});
	EXPECT_TRUE(plugin.log().empty());
	plugin.create({{"filename", dir.file("alerts")}, {"rotate", {{"max_files", 3}}}});
	EXPECT_EQ(plugin.log().at(0), "rotate.max_files has no effect without max_size_mb or max_seconds");
}

TEST_F(OutputFile, creates_its_file_at_once_for_owner_and_group)
{
	create(dir.file("alerts"));
	struct stat status {};
	ASSERT_EQ(stat(dir.file("alerts").c_str(), &status), 0);
	EXPECT_EQ(status.st_size, 0);
	EXPECT_EQ(status.st_mode & 0137, 0u);
}

TEST_F(OutputFile, appends_a_line_for_each_alert)
{
	std::ofstream(dir.file("alerts")) << "earlier\n";
	const auto output = create(dir.file("alerts"));
	EXPECT_TRUE(write(*output, "first", 1).ok());
	EXPECT_EQ(read_file(dir.file("alerts")), "earlier\nfirst\n");
	EXPECT_TRUE(write(*output, "second", 2).ok());
	EXPECT_EQ(read_file(dir.file("alerts")), "earlier\nfirst\nsecond\n");
	EXPECT_TRUE(output->flush().ok());
}

TEST_F(OutputFile, makes_the_file_anew_when_it_was_renamed)
{
	const auto output = create(dir.file("alerts"));
	EXPECT_TRUE(write(*output, "first", 1).ok());
	ASSERT_EQ(std::rename(dir.file("alerts").c_str(), dir.file("alerts.1").c_str()), 0);
	EXPECT_TRUE(write(*output, "second", 2).ok());
	EXPECT_EQ(read_file(dir.file("alerts.1")), "first\n");
	EXPECT_EQ(read_file(dir.file("alerts")), "second\n");
}

TEST_F(OutputFile, refuses_a_path_that_cannot_be_written)
{
	std::ofstream(dir.file("plain"));
	EXPECT_EQ(plugin.refusal({{"filename", dir.file("missing/alerts")}}),
		  "Error with file output: " + dir.file("missing/alerts") + ": No such file or directory");
	EXPECT_EQ(plugin.refusal({{"filename", dir.file("plain/alerts")}}),
		  "Error with file output: " + dir.file("plain/alerts") + ": Not a directory");
	EXPECT_EQ(plugin.refusal({{"filename", dir.path()}}),
		  "Error with file output: " + dir.path() + ": Is a directory");
}

TEST_F(OutputFile, does_not_wait_for_the_reader_of_a_fifo)
{
	ASSERT_EQ(mkfifo(dir.file("fifo").c_str(), 0600), 0);
	EXPECT_NE(plugin.refusal({{"filename", dir.file("fifo")}}), "none");
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
	ASSERT_EQ(mkdir(dir.file("sub").c_str(), 0700), 0);
	const auto output = create(dir.file("sub/alerts"));
	unlink(dir.file("sub/alerts").c_str());
	rmdir(dir.file("sub").c_str());
	EXPECT_EQ(write(*output, "x", 1).code, FALCO_ERR_RETRY);
	ASSERT_EQ(mkdir(dir.file("sub").c_str(), 0700), 0);
	EXPECT_TRUE(write(*output, "x", 1).ok());
	EXPECT_EQ(read_file(dir.file("sub/alerts")), "x\n");
}

TEST_F(OutputFile, goes_on_where_a_short_write_ended)
{
	const auto output = create(dir.file("alerts"));
	{
		const FileSizeLimit limit(4);
		EXPECT_EQ(write(*output, "abcdefgh", 1).code, FALCO_ERR_RETRY);
		EXPECT_EQ(write(*output, "abcdefgh", 1).code, FALCO_ERR_RETRY);
	}
	EXPECT_EQ(read_file(dir.file("alerts")), "abcd");
	EXPECT_TRUE(write(*output, "abcdefgh", 1).ok());
	EXPECT_TRUE(write(*output, "next", 2).ok());
	EXPECT_EQ(read_file(dir.file("alerts")), "abcdefgh\nnext\n");
}

TEST_F(OutputFile, completes_a_line_that_was_given_up_before_the_next)
{
	const auto output = create(dir.file("alerts"));
	{
		const FileSizeLimit limit(4);
		EXPECT_EQ(write(*output, "abcdefgh", 1).code, FALCO_ERR_RETRY);
	}
	EXPECT_TRUE(write(*output, "next", 2).ok());
	EXPECT_EQ(read_file(dir.file("alerts")), "abcdefgh\nnext\n");
}

TEST_F(OutputFile, writes_the_whole_line_when_the_file_with_its_front_was_rotated)
{
	const auto output = create(dir.file("alerts"));
	{
		const FileSizeLimit limit(4);
		EXPECT_EQ(write(*output, "abcdefgh", 1).code, FALCO_ERR_RETRY);
	}
	ASSERT_EQ(std::rename(dir.file("alerts").c_str(), dir.file("alerts.1").c_str()), 0);
	EXPECT_TRUE(write(*output, "abcdefgh", 1).ok());
	EXPECT_EQ(read_file(dir.file("alerts")), "abcdefgh\n");
}

TEST_F(OutputFile, kept_open_it_goes_on_in_the_same_file_until_it_is_opened_again)
{
	const auto output = plugin.create({{"filename", dir.file("alerts")}, {"keep_alive", true}});
	EXPECT_TRUE(write(*output, "first", 1).ok());
	ASSERT_EQ(std::rename(dir.file("alerts").c_str(), dir.file("moved").c_str()), 0);
	EXPECT_TRUE(write(*output, "second", 2).ok());
	EXPECT_TRUE(output->reopen().ok());
	EXPECT_EQ(read_file(dir.file("alerts")), "");
	EXPECT_TRUE(write(*output, "third", 3).ok());
	EXPECT_EQ(read_file(dir.file("moved")), "first\nsecond\n");
	EXPECT_EQ(read_file(dir.file("alerts")), "third\n");
}

TEST_F(OutputFile, kept_open_it_takes_up_a_batch_where_a_full_disk_ended_it)
{
	const auto output = plugin.create({{"filename", dir.file("alerts")}, {"keep_alive", true}});
	const Batch batch({"first", "second", "third"});
	size_t taken = 0;
	{
		const FileSizeLimit limit(8); // "first\n" and the front of "second"
		EXPECT_EQ(output->write_batch(batch.alerts(), taken).code, FALCO_ERR_RETRY);
		EXPECT_EQ(taken, 1u);
		EXPECT_EQ(read_file(dir.file("alerts")), "first\nse");
	}
	EXPECT_TRUE(output->write_batch(batch.alerts(1), taken).ok());
	EXPECT_EQ(taken, 2u);
	EXPECT_EQ(read_file(dir.file("alerts")), "first\nsecond\nthird\n");
}

TEST_F(OutputFile, a_batch_of_which_nothing_got_out_is_written_once)
{
	for (const bool keep : {false, true}) {
		const std::string path = dir.file(keep ? "kept" : "closed");
		const auto output = plugin.create({{"filename", path}, {"keep_alive", keep}});
		const Batch batch({"first", "second"});
		size_t taken = 0;
		{
			const FileSizeLimit limit(0);
			EXPECT_EQ(output->write_batch(batch.alerts(), taken).code, FALCO_ERR_RETRY);
			EXPECT_EQ(taken, 0u);
		}
		EXPECT_TRUE(output->write_batch(batch.alerts(), taken).ok());
		EXPECT_EQ(taken, 2u);
		EXPECT_EQ(read_file(path), "first\nsecond\n");
	}
}

TEST_F(OutputFile, begins_a_new_file_before_a_line_that_would_make_it_too_large)
{
	const std::string half(600 * 1024, 'x');
	for (const bool keep : {false, true}) {
		const std::string name = keep ? "kept" : "closed";
		const auto output = plugin.create({{"filename", dir.file(name + ".log")},
						   {"keep_alive", keep},
						   {"rotate", {{"max_size_mb", 1}, {"max_files", 3}}}});
		for (uint64_t i = 1; i <= 5; ++i)
			EXPECT_TRUE(write(*output, std::to_string(i) + half, i).ok());
		EXPECT_EQ(read_file(dir.file(name + ".log")), "5" + half + "\n");
		EXPECT_EQ(read_file(dir.file(name + ".000004.log")), "4" + half + "\n");
		EXPECT_EQ(read_file(dir.file(name + ".000003.log")), "3" + half + "\n");
		EXPECT_NE(access(dir.file(name + ".000002.log").c_str(), F_OK),
			  0); // three files, this one is the fourth
	}
	EXPECT_THAT(plugin.log(), testing::Contains("removed " + dir.file("kept.000001.log") +
						    ", the oldest of more than max_files"));
}

TEST_F(OutputFile, a_batch_is_divided_where_the_file_is_full)
{
	const std::string part(200 * 1024, 'x');
	const auto output = plugin.create(
		{{"filename", dir.file("alerts")}, {"keep_alive", true}, {"rotate", {{"max_size_mb", 1}}}});
	const Batch batch(std::vector<std::string>(8, part));
	size_t taken = 0;
	EXPECT_TRUE(output->write_batch(batch.alerts(), taken).ok());
	EXPECT_EQ(taken, 8u);
	EXPECT_EQ(read_file(dir.file("alerts.000001")).size(), 5 * (part.size() + 1));
	EXPECT_EQ(read_file(dir.file("alerts")).size(), 3 * (part.size() + 1));
}

TEST_F(OutputFile, begins_a_new_file_when_the_old_one_has_its_age)
{
	const auto output = plugin.create({{"filename", dir.file("alerts")}, {"rotate", {{"max_seconds", 1}}}});
	uint64_t written = 0;
	const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
	while (access(dir.file("alerts.000001").c_str(), F_OK) != 0 && std::chrono::steady_clock::now() < deadline)
		EXPECT_TRUE(write(*output, "x", ++written).ok());
	EXPECT_EQ(read_file(dir.file("alerts")), "x\n");
	EXPECT_EQ(read_file(dir.file("alerts.000001")).size(), (written - 1) * 2);
}

TEST_F(OutputFile, goes_on_in_a_full_file_when_an_old_one_cannot_be_removed)
{
	const std::string half(600 * 1024, 'x');
	const auto output = plugin.create({{"filename", dir.file("alerts")},
					   {"keep_alive", true},
					   {"rotate", {{"max_size_mb", 1}, {"max_files", 1}}}});
	ASSERT_EQ(mkdir(dir.file("alerts.000001").c_str(), 0700), 0); // a folder by the name of the oldest
	for (uint64_t i = 1; i <= 3; ++i)
		EXPECT_TRUE(write(*output, half, i).ok());
	EXPECT_THAT(plugin.log(),
		    testing::ElementsAre("cannot remove " + dir.file("alerts.000001") + ": Is a directory"));
	EXPECT_EQ(read_file(dir.file("alerts")), half + "\n");
}

} // namespace falco::host::test
