// SPDX-License-Identifier: Apache-2.0
#include "host/log/log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fcntl.h>
#include <sstream>
#include <thread>
#include <unistd.h>

namespace falco::host {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;

// Standard error goes to an anonymous file while this lives.
class StderrFile {
public:
	StderrFile() : before_(dup(STDERR_FILENO)), file_(std::tmpfile())
	{
		std::fflush(stderr);
		dup2(fileno(file_), STDERR_FILENO);
	}
	~StderrFile()
	{
		std::fflush(stderr);
		dup2(before_, STDERR_FILENO);
		close(before_);
		std::fclose(file_);
	}
	StderrFile(const StderrFile &) = delete;
	StderrFile &operator=(const StderrFile &) = delete;

	std::vector<std::string> lines() const
	{
		std::string text;
		char buffer[4096];
		ssize_t size;
		while ((size = pread(fileno(file_), buffer, sizeof buffer, static_cast<off_t>(text.size()))) > 0) {
			text.append(buffer, static_cast<size_t>(size));
		}
		std::istringstream in(text);
		std::vector<std::string> lines;
		for (std::string line; std::getline(in, line);)
			lines.push_back(line);
		return lines;
	}

private:
	const int before_;
	std::FILE *const file_;
};

constexpr const char *kTime =
	"[A-Z][a-z][a-z] [A-Z][a-z][a-z] [ 1-3][0-9] [0-2][0-9]:[0-5][0-9]:[0-6][0-9] 2[0-9][0-9][0-9]";

} // namespace

TEST(Log, writes_time_and_message_to_stderr)
{
	const StderrFile file;
	Log log(true, false, FALCO_LOG_INFO);
	log.write(FALCO_LOG_INFO, "Falco initialized");
	log.flush();
	EXPECT_THAT(file.lines(), ElementsAre(MatchesRegex(std::string(kTime) + ": Falco initialized")));
}

TEST(Log, leaves_out_what_is_below_the_threshold)
{
	const StderrFile file;
	Log log(true, false, FALCO_LOG_WARN);
	log.write(FALCO_LOG_INFO, "no");
	log.write(FALCO_LOG_WARN, "yes");
	log.write(FALCO_LOG_CRITICAL, "yes");
	log.flush();
	EXPECT_EQ(file.lines().size(), 2u);
}

TEST(Log, writes_all_that_waits_when_it_ends)
{
	const StderrFile file;
	{
		Log log(true, false, FALCO_LOG_INFO);
		for (int i = 0; i < 500; ++i)
			log.write(FALCO_LOG_INFO, "line");
	}
	EXPECT_EQ(file.lines().size(), 500u);
}

TEST(Log, a_line_is_one_line_and_no_format_string)
{
	const StderrFile file;
	Log log(true, false, FALCO_LOG_INFO);
	log.write(FALCO_LOG_INFO, "a\nb {} {0} %s \x1b");
	log.flush();
	EXPECT_THAT(file.lines(), ElementsAre(HasSubstr(": a\\nb {} {0} %s \\x1b")));
}

TEST(Log, may_go_nowhere)
{
	const StderrFile file;
	Log log(false, false, FALCO_LOG_INFO);
	log.write(FALCO_LOG_ERROR, "x");
	log.flush();
	EXPECT_TRUE(file.lines().empty());
}

TEST(Log, to_syslog_prints_nothing_on_stderr)
{
	const StderrFile file;
	{
		Log log(false, true, FALCO_LOG_INFO);
		log.write(FALCO_LOG_DEBUG, "x"); // not to bother the machine's own log
		log.flush();
	}
	EXPECT_TRUE(file.lines().empty());
}

TEST(Log, takes_lines_from_many_threads)
{
	const StderrFile file;
	Log log(true, false, FALCO_LOG_INFO);
	std::vector<std::thread> threads;
	for (int i = 0; i < 4; ++i) {
		threads.emplace_back([&] {
			for (int line = 0; line < 100; ++line)
				log.write(FALCO_LOG_INFO, "line");
			log.flush();
		});
	}
	for (std::thread &thread : threads)
		thread.join();
	EXPECT_EQ(file.lines().size(), 400u);
}

} // namespace falco::host
