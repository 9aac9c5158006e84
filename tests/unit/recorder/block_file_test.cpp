// SPDX-License-Identifier: Apache-2.0
#include "plugins/trace-builder/block_file.hpp"
#include "tests/support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <csignal>
#include <fcntl.h>
#include <string>
#include <sys/resource.h>

namespace falco::trace {
namespace {

using testing::HasSubstr;

int create(const std::string &path)
{
	return open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
}

std::string unpacked(const std::string &path)
{
	std::string text(1 << 20, '\0');
	const gzFile file = gzopen(path.c_str(), "rb");
	const int size = gzread(file, text.data(), static_cast<unsigned>(text.size()));
	int error = Z_OK;
	EXPECT_STREQ(gzerror(file, &error), "");
	EXPECT_EQ(gzclose(file), Z_OK); // Z_BUF_ERROR for a file that ends too early
	text.resize(size > 0 ? static_cast<size_t>(size) : 0);
	return text;
}

TEST(BlockFile, can_be_read_to_its_end_after_each_write)
{
	const test::TempDir dir;
	BlockFile plain(create(dir.file("plain")), dir.file("plain"), false);
	BlockFile gzip(create(dir.file("gzip")), dir.file("gzip"), true);
	const std::string one(5000, 'x'), other = "something else";
	plain.write(one);
	gzip.write(one);
	EXPECT_EQ(dir.read("plain"), one);
	EXPECT_EQ(unpacked(dir.file("gzip")), one);
	plain.write(other);
	gzip.write(other);
	EXPECT_EQ(dir.read("plain"), one + other);
	EXPECT_EQ(unpacked(dir.file("gzip")), one + other);
	EXPECT_EQ(plain.size(), dir.read("plain").size());
	EXPECT_EQ(gzip.size(), dir.read("gzip").size());
	EXPECT_LT(gzip.size(), 200u);
}

TEST(BlockFile, undoes_a_write_that_fails_and_says_why)
{
	const test::TempDir dir;
	BlockFile file(create(dir.file("small")), dir.file("small"), false);
	file.write("whole");
	rlimit before = {};
	getrlimit(RLIMIT_FSIZE, &before);
	rlimit limit = before;
	limit.rlim_cur = 8;
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	std::string said;
	try {
		file.write("too much for it");
	} catch (const std::runtime_error &e) {
		said = e.what();
	}
	setrlimit(RLIMIT_FSIZE, &before);
	EXPECT_EQ(said, "cannot write " + dir.file("small") + ": File too large");
	EXPECT_EQ(dir.read("small"), "whole");
	EXPECT_EQ(file.size(), 5u);
}

} // namespace
} // namespace falco::trace
