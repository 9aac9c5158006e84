// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/outputs/plugin_under_test.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <unistd.h>

namespace falco::host::test {

namespace {

// Standard output is a pipe while this lives. Nothing else of the test may print then.
class StdoutPipe {
public:
	explicit StdoutPipe(int flags = 0)
	{
		std::fflush(stdout);
		before_ = dup(STDOUT_FILENO);
		int ends[2] = {-1, -1};
		if (pipe2(ends, flags | O_CLOEXEC) != 0) std::abort();
		dup2(ends[1], STDOUT_FILENO);
		::close(ends[1]);
		read_ = ends[0];
		fcntl(read_, F_SETFL, O_NONBLOCK);
	}
	~StdoutPipe()
	{
		dup2(before_, STDOUT_FILENO);
		::close(before_);
		close_reader();
	}
	StdoutPipe(const StdoutPipe &) = delete;
	StdoutPipe &operator=(const StdoutPipe &) = delete;

	std::string read() const
	{
		std::string out;
		char buffer[4096];
		ssize_t size;
		while ((size = ::read(read_, buffer, sizeof buffer)) > 0)
			out.append(buffer, static_cast<size_t>(size));
		return out;
	}
	// The bytes that fit before writing to it says EAGAIN.
	int shrink() const { return fcntl(read_, F_SETPIPE_SZ, 4096); }
	void close_reader()
	{
		if (read_ >= 0) ::close(read_);
		read_ = -1;
	}

private:
	int before_ = -1;
	int read_ = -1;
};

class OutputStdout : public testing::Test {
protected:
	PluginUnderTest plugin{"stdout"};
};

} // namespace

TEST_F(OutputStdout, prints_each_alert_at_once)
{
	const auto output = plugin.create();
	const StdoutPipe pipe;
	const Status status = write(*output, "first", 1);
	const std::string first = pipe.read();
	write(*output, "second", 2);
	const std::string second = pipe.read();
	EXPECT_TRUE(status.ok());
	EXPECT_EQ(first, "first\n");
	EXPECT_EQ(second, "second\n");
}

TEST_F(OutputStdout, buffered_it_prints_at_the_flush)
{
	const auto output = plugin.create({{"buffered", true}});
	const StdoutPipe pipe;
	write(*output, "first", 1);
	write(*output, "second", 2);
	const std::string before = pipe.read();
	const Status status = output->flush();
	const std::string after = pipe.read();
	EXPECT_EQ(before, "");
	EXPECT_TRUE(status.ok());
	EXPECT_EQ(after, "first\nsecond\n");
}

TEST_F(OutputStdout, a_reader_that_is_slow_neither_loses_nor_repeats_bytes)
{
	for (const bool buffered : {false, true}) {
		const auto output = plugin.create({{"buffered", buffered}});
		std::string expected, got;
		bool was_full = false;
		{
			const StdoutPipe pipe(O_NONBLOCK);
			pipe.shrink();
			for (uint64_t i = 1; i <= 200; ++i) {
				const std::string line = std::to_string(i) + std::string(997, 'x');
				expected += line + "\n";
				while (write(*output, line, i).code == FALCO_ERR_RETRY) {
					was_full = true;
					got += pipe.read();
				}
			}
			while (output->flush().code == FALCO_ERR_RETRY)
				got += pipe.read();
			got += pipe.read();
		}
		EXPECT_TRUE(was_full);
		EXPECT_TRUE(got == expected);
	}
}

TEST_F(OutputStdout, a_line_that_was_given_up_midway_is_completed)
{
	const auto output = plugin.create();
	const std::string large(6000, 'x'), other(6000, 'y');
	std::string got;
	falco_status first, second;
	{
		const StdoutPipe pipe(O_NONBLOCK);
		pipe.shrink();
		first = write(*output, large, 1).code;  // its front got out
		second = write(*output, other, 2).code; // nothing of it did
		got += pipe.read();
		while (write(*output, "last", 3).code == FALCO_ERR_RETRY)
			got += pipe.read();
		got += pipe.read();
	}
	EXPECT_EQ(first, FALCO_ERR_RETRY);
	EXPECT_EQ(second, FALCO_ERR_RETRY);
	EXPECT_TRUE(got == large + "\nlast\n");
}

TEST_F(OutputStdout, a_reader_that_is_gone_is_fatal)
{
	std::signal(SIGPIPE, SIG_IGN); // as in the host
	const auto output = plugin.create();
	Status status;
	{
		StdoutPipe pipe;
		pipe.close_reader();
		status = write(*output, "x");
	}
	EXPECT_EQ(status.code, FALCO_ERR_FATAL);
	EXPECT_EQ(status.message, "standard output: Broken pipe");
}

TEST_F(OutputStdout, a_full_disk_is_tried_again)
{
	const auto output = plugin.create();
	Status status;
	{
		const StdoutPipe pipe;
		const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
		dup2(full, STDOUT_FILENO);
		close(full);
		status = write(*output, "x");
	}
	EXPECT_EQ(status.code, FALCO_ERR_RETRY);
}

} // namespace falco::host::test
