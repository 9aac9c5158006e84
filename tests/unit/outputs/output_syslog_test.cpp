// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/outputs/plugin_under_test.hpp"

#include "host/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <iterator>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

namespace falco::host::test {

namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;

// A syslog daemon's socket.
class Daemon {
public:
	Daemon(const std::string &path, int type) : path_(path), fd_(socket(AF_UNIX, type | SOCK_CLOEXEC, 0))
	{
		sockaddr_un address{};
		address.sun_family = AF_UNIX;
		std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
		if (bind(fd_, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0) std::abort();
		if (type == SOCK_STREAM) listen(fd_, 5);
	}
	~Daemon()
	{
		hang_up();
		close(fd_);
		unlink(path_.c_str());
	}
	Daemon(const Daemon &) = delete;
	Daemon &operator=(const Daemon &) = delete;

	std::string datagram() const
	{
		std::string buffer(1 << 20, '\0');
		const ssize_t size = recv(fd_, buffer.data(), buffer.size(), 0);
		buffer.resize(size > 0 ? static_cast<size_t>(size) : 0);
		return buffer;
	}
	void accept_one() { connection_ = accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC); }
	// Up to and without the NUL.
	std::string record() const
	{
		std::string out;
		char c;
		while (recv(connection_, &c, 1, 0) == 1 && c != '\0')
			out += c;
		return out;
	}
	void hang_up()
	{
		if (connection_ >= 0) close(connection_);
		connection_ = -1;
	}

private:
	const std::string path_;
	const int fd_;
	int connection_ = -1;
};

class OutputSyslog : public testing::Test {
protected:
	std::unique_ptr<Output> create(nlohmann::json config = nlohmann::json::object())
	{
		config["socket"] = dir.file("log");
		return plugin.create(config);
	}

	PluginUnderTest plugin{"syslog"};
	TempDir dir;
};

constexpr const char *kTime = "[A-Z][a-z][a-z] [ 1-3][0-9] [0-2][0-9]:[0-5][0-9]:[0-6][0-9]";

} // namespace

TEST_F(OutputSyslog, says_that_tls_without_a_server_has_no_effect)
{
	plugin.create({{"protocol", "tls"}});
	EXPECT_EQ(plugin.log().at(0),
		  "protocol: tls has no effect without server: alerts go to the daemon of this machine");
}

TEST_F(OutputSyslog, has_a_time_and_a_priority_of_its_own)
{
	EXPECT_EQ(plugin.table()->output->flags, FALCO_OUTPUT_BARE);
}

TEST_F(OutputSyslog, sends_a_datagram_with_facility_priority_time_and_ident)
{
	const Daemon daemon(dir.file("log"), SOCK_DGRAM);
	const auto output = create();
	EXPECT_TRUE(write(*output, "text (user=root)", 1, 4).ok());
	EXPECT_THAT(daemon.datagram(), MatchesRegex("<12>" + std::string(kTime) + " falco: text \\(user=root\\)"));
	EXPECT_THAT(plugin.log(), IsEmpty());
}

TEST_F(OutputSyslog, follows_its_configuration)
{
	const Daemon daemon(dir.file("log"), SOCK_DGRAM);
	const char *facilities[] = {"user",   "daemon", "auth",   "authpriv", "local0", "local1",
				    "local2", "local3", "local4", "local5",   "local6", "local7"};
	const int numbers[] = {1, 3, 4, 10, 16, 17, 18, 19, 20, 21, 22, 23};
	for (size_t i = 0; i < std::size(numbers); ++i) {
		const auto output = create({{"facility", facilities[i]}, {"ident", "probe"}});
		EXPECT_TRUE(write(*output, "text", 1, 7).ok());
		EXPECT_THAT(daemon.datagram(),
			    MatchesRegex("<" + std::to_string(numbers[i] * 8 + 7) + ">" + kTime + " probe: text"));
	}
}

TEST_F(OutputSyslog, starts_without_a_daemon_and_finds_it_later)
{
	const auto output = create();
	EXPECT_THAT(plugin.log(),
		    ElementsAre(dir.file("log") +
				": No such file or directory; alerts wait until there is a syslog daemon"));
	const Status status = write(*output, "text");
	EXPECT_EQ(status.code, FALCO_ERR_RETRY);
	EXPECT_EQ(status.message, dir.file("log") + ": No such file or directory");
	const Daemon daemon(dir.file("log"), SOCK_DGRAM);
	EXPECT_TRUE(write(*output, "text").ok());
	EXPECT_THAT(daemon.datagram(), EndsWith(": text"));
}

TEST_F(OutputSyslog, finds_a_daemon_that_was_restarted)
{
	auto first = std::make_unique<Daemon>(dir.file("log"), SOCK_DGRAM);
	const auto output = create();
	EXPECT_TRUE(write(*output, "one", 1).ok());
	first.reset();
	EXPECT_EQ(write(*output, "two", 2).code, FALCO_ERR_RETRY);
	const Daemon second(dir.file("log"), SOCK_DGRAM);
	EXPECT_TRUE(write(*output, "two", 2).ok());
	EXPECT_THAT(second.datagram(), EndsWith(": two"));
}

TEST_F(OutputSyslog, a_restart_between_two_alerts_goes_unnoticed)
{
	auto first = std::make_unique<Daemon>(dir.file("log"), SOCK_DGRAM);
	const auto output = create();
	EXPECT_TRUE(write(*output, "one", 1).ok());
	first.reset();
	const Daemon second(dir.file("log"), SOCK_DGRAM);
	EXPECT_TRUE(write(*output, "two", 2).ok());
	EXPECT_THAT(second.datagram(), EndsWith(": two"));
}

TEST_F(OutputSyslog, shortens_what_is_too_long_for_a_datagram_and_says_so_once)
{
	const Daemon daemon(dir.file("log"), SOCK_DGRAM);
	const auto output = create();
	std::string euros;
	while (euros.size() < 600000)
		euros += "\xe2\x82\xac";
	EXPECT_TRUE(write(*output, euros, 1).ok());
	const std::string got = daemon.datagram();
	EXPECT_GT(got.size(), 10000u);
	EXPECT_THAT(got.substr(got.size() - 19), EndsWith("\xe2\x82\xac... (truncated)"));
	EXPECT_TRUE(write(*output, euros, 2).ok());
	daemon.datagram();
	EXPECT_THAT(plugin.log(), ElementsAre(HasSubstr("too long")));
	EXPECT_TRUE(write(*output, "short", 3).ok());
	EXPECT_THAT(daemon.datagram(), EndsWith(": short"));
}

TEST_F(OutputSyslog, a_daemon_that_does_not_read_is_tried_again)
{
	const Daemon daemon(dir.file("log"), SOCK_DGRAM);
	const auto output = create();
	Status status;
	for (uint64_t i = 1; i < 10000 && status.ok(); ++i)
		status = write(*output, "text", i);
	EXPECT_EQ(status.code, FALCO_ERR_RETRY);
	daemon.datagram();
	EXPECT_TRUE(write(*output, "text", 10000).ok());
}

TEST_F(OutputSyslog, speaks_to_a_stream_in_records_that_end_in_nul)
{
	Daemon daemon(dir.file("log"), SOCK_STREAM);
	const auto output = create();
	daemon.accept_one();
	EXPECT_TRUE(write(*output, "one", 1, 0).ok());
	EXPECT_TRUE(write(*output, "two", 2, 7).ok());
	EXPECT_THAT(daemon.record(), MatchesRegex("<8>" + std::string(kTime) + " falco: one"));
	EXPECT_THAT(daemon.record(), MatchesRegex("<15>" + std::string(kTime) + " falco: two"));
}

TEST_F(OutputSyslog, connects_a_stream_again)
{
	Daemon daemon(dir.file("log"), SOCK_STREAM);
	const auto output = create();
	daemon.accept_one();
	daemon.hang_up();
	EXPECT_TRUE(write(*output, "text", 1).ok());
	daemon.accept_one();
	EXPECT_THAT(daemon.record(), EndsWith(" falco: text"));
}

TEST_F(OutputSyslog, a_stream_that_is_full_neither_loses_nor_repeats_bytes)
{
	Daemon daemon(dir.file("log"), SOCK_STREAM);
	const auto output = create();
	daemon.accept_one();
	const std::string large(1 << 20, 'x');
	EXPECT_EQ(write(*output, large, 1).code, FALCO_ERR_RETRY); // its front got out
	EXPECT_EQ(write(*output, "given up", 2).code, FALCO_ERR_RETRY);
	std::string record;
	std::thread reader([&] { record = daemon.record(); });
	Status status;
	do {
		status = write(*output, "next", 3);
	} while (status.code == FALCO_ERR_RETRY);
	reader.join();
	EXPECT_TRUE(status.ok());
	EXPECT_THAT(record.substr(0, 64), HasSubstr(" falco: xxx"));
	EXPECT_GT(record.size(), large.size());
	EXPECT_THAT(daemon.record(), EndsWith(" falco: next"));
}

TEST_F(OutputSyslog, refuses_a_path_too_long_for_a_socket)
{
	EXPECT_THROW(plugin.create({{"socket", "/" + std::string(200, 'x')}}), Error);
}

} // namespace falco::host::test
