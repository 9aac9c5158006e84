// SPDX-License-Identifier: Apache-2.0
#include "common/yaml_tree.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

namespace falco::yaml {
namespace {

class ReadFile : public testing::Test {
protected:
	void SetUp() override
	{
		char name[] = "/tmp/falco-yaml-XXXXXX";
		ASSERT_NE(mkdtemp(name), nullptr);
		folder_ = name;
	}
	void TearDown() override { std::filesystem::remove_all(folder_); }

	std::string path(const std::string &name) const { return folder_ + "/" + name; }

	static std::string failure(const std::string &path)
	{
		try {
			read_file(path);
		} catch (const Error &error) {
			return error.what();
		}
		return "";
	}

	std::string folder_;
};

TEST_F(ReadFile, gives_text_and_tree)
{
	std::ofstream(path("a.yaml")) << "# first\nkey: value\n";
	const Document document = read_file(path("a.yaml"));
	EXPECT_EQ(document.text, "# first\nkey: value\n");
	EXPECT_EQ(document.root.find("key")->text, "value");
	EXPECT_EQ(document.root.find("key")->place.str(), path("a.yaml") + ":2:6");
}

TEST_F(ReadFile, takes_an_empty_file_for_null)
{
	std::ofstream(path("empty")) << "";
	std::ofstream(path("comments")) << "# nothing\n\n  # at all\n";
	EXPECT_EQ(read_file(path("empty")).root.kind, Kind::null);
	EXPECT_EQ(read_file(path("comments")).root.kind, Kind::null);
	EXPECT_EQ(read_file("/dev/null").root.kind, Kind::null);
}

TEST_F(ReadFile, reads_a_pipe)
{
	ASSERT_EQ(mkfifo(path("pipe").c_str(), 0600), 0);
	std::thread writer([&] { std::ofstream(path("pipe")) << "[1, 2]"; });
	EXPECT_EQ(read_file(path("pipe")).root.items.size(), 2u);
	writer.join();
}

TEST_F(ReadFile, says_why_it_cannot)
{
	EXPECT_EQ(failure(path("no")), path("no") + ": cannot be opened: No such file or directory");
	EXPECT_EQ(failure(path("no/no")), path("no/no") + ": cannot be opened: No such file or directory");
	EXPECT_EQ(failure(folder_), folder_ + ": cannot be read: Is a directory");
	EXPECT_EQ(failure(""), ": cannot be opened: No such file or directory");

	std::filesystem::create_symlink("loop", path("loop"));
	EXPECT_EQ(failure(path("loop")), path("loop") + ": cannot be opened: Too many levels of symbolic links");
}

TEST_F(ReadFile, refuses_a_file_without_end)
{
	EXPECT_EQ(failure("/dev/zero"), "/dev/zero: cannot be read: larger than 64 MiB");
}

TEST_F(ReadFile, refuses_a_socket)
{
	const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	sockaddr_un address = {};
	address.sun_family = AF_UNIX;
	path("socket").copy(address.sun_path, sizeof address.sun_path - 1);
	ASSERT_EQ(bind(fd, reinterpret_cast<const sockaddr *>(&address), sizeof address), 0);
	EXPECT_EQ(failure(path("socket")), path("socket") + ": cannot be opened: No such device or address");
	close(fd);
}

TEST_F(ReadFile, says_why_a_file_of_another_is_not_read)
{
	if (geteuid() == 0) GTEST_SKIP() << "root reads everything";
	std::ofstream(path("secret")) << "a: 1";
	std::filesystem::permissions(path("secret"), std::filesystem::perms::none);
	EXPECT_EQ(failure(path("secret")), path("secret") + ": cannot be opened: Permission denied");
}

} // namespace
} // namespace falco::yaml
