// SPDX-License-Identifier: Apache-2.0
//
// output-syslog and a syslog server, which is Debian's rsyslog.
#include "tests/support/servers.hpp"
#include "tests/unit/outputs/plugin_under_test.hpp"

#include "host/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <netinet/in.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace falco::host::test {

namespace {

using falco::test::free_port;
using falco::test::make_certificates;
using falco::test::Rsyslog;
using falco::test::wait_for_lines;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

class SyslogServer : public testing::Test {
protected:
	std::unique_ptr<Output> create(const std::string &protocol, nlohmann::json more = nlohmann::json::object())
	{
		more.update({{"server", "127.0.0.1"}, {"port", port}, {"protocol", protocol}});
		return plugin.create(more);
	}
	nlohmann::json tls(const std::string &authority = "ca") const
	{
		return {{"tls",
			 {{"ca", dir.file(authority + ".pem")},
			  {"cert", dir.file("client.pem")},
			  {"key", dir.file("client.key")}}}};
	}
	std::vector<std::string> messages(size_t count) const { return wait_for_lines(dir.file("messages"), count); }

	PluginUnderTest plugin{"syslog"};
	TempDir dir;
	int port = free_port();
};

// Until it is delivered; false after long.
bool deliver(Output &output, const std::string &line, uint64_t number)
{
	const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
	while (!write(output, line, number).ok() || !output.flush().ok())
		if (std::chrono::steady_clock::now() > deadline) return false;
	return true;
}

// What rsyslog makes of make_alert's, without the process.
std::string expected(const std::string &line, const std::string &data = "-")
{
	return "12|2016-06-06T23:47:44.080226Z|host|falco|" + std::to_string(getpid()) + "|syscall|" + data + "|" +
	       line;
}

// A server that accepts one connection and reads nothing until it is told to.
class LazyServer {
public:
	explicit LazyServer(int port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
	{
		const int yes = 1, small = 4096;
		setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
		setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
		sockaddr_in address{};
		address.sin_family = AF_INET;
		address.sin_port = htons(static_cast<uint16_t>(port));
		address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		if (bind(fd_, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0 || listen(fd_, 5) != 0)
			throw std::runtime_error("no server");
	}
	~LazyServer()
	{
		close(fd_);
		hang_up();
	}
	LazyServer(const LazyServer &) = delete;
	LazyServer &operator=(const LazyServer &) = delete;

	void accept_one() { connection_ = accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC); }
	// As a process that dies with unread data in its socket.
	void hang_up()
	{
		if (connection_ >= 0) close(connection_);
		connection_ = -1;
	}
	// Of the next `count` messages, by their length, the last byte.
	std::string last_bytes(int count) const
	{
		std::string bytes;
		for (int i = 0; i < count; ++i) {
			size_t length = 0;
			char c;
			while (recv(connection_, &c, 1, 0) == 1 && c != ' ')
				length = length * 10 + static_cast<size_t>(c - '0');
			std::string message(length, '\0');
			if (recv(connection_, message.data(), length, MSG_WAITALL) != static_cast<ssize_t>(length))
				break;
			bytes += message.empty() ? ' ' : message.back();
		}
		return bytes;
	}

private:
	int fd_;
	int connection_ = -1;
};

} // namespace

TEST_F(SyslogServer, gets_messages_over_udp)
{
	const Rsyslog rsyslog(dir.path(), "udp", port);
	const auto output = create("udp", {{"ident", "probe"}, {"facility", "local3"}});
	// Nothing tells whether rsyslog listens yet, and a datagram before that is lost.
	const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
	uint64_t number = 0;
	while (access(dir.file("messages").c_str(), F_OK) != 0 && std::chrono::steady_clock::now() < deadline) {
		write(*output, "text", ++number);
		std::this_thread::sleep_for(std::chrono::milliseconds(20));
	}
	EXPECT_EQ(messages(1).at(0),
		  "156|2016-06-06T23:47:44.080226Z|host|probe|" + std::to_string(getpid()) + "|syscall|-|text");
}

TEST_F(SyslogServer, that_does_not_listen_is_noticed_over_udp_where_its_kernel_says_so)
{
	const auto output = create("udp");
	int refused = 0;
	for (uint64_t i = 1; i <= 30 && refused < 3; ++i) {
		const Status status = write(*output, "text", i);
		if (status.ok()) continue; // a busy kernel drops a refusal now and then
		++refused;
		EXPECT_EQ(status.code, FALCO_ERR_RETRY);
		EXPECT_EQ(status.message, "127.0.0.1:" + std::to_string(port) + ": Connection refused");
	}
	EXPECT_EQ(refused, 3);
}

TEST_F(SyslogServer, gets_each_message_over_tcp_as_it_is)
{
	const Rsyslog rsyslog(dir.path(), "tcp", port);
	const auto output = create("tcp");
	EXPECT_TRUE(write(*output, "first", 1).ok());
	EXPECT_TRUE(write(*output, "12 looks like a frame", 2).ok());
	EXPECT_TRUE(write(*output, "\xe2\x82\xac", 3).ok());
	EXPECT_TRUE(output->flush().ok());
	EXPECT_THAT(messages(3),
		    ElementsAre(expected("first"), expected("12 looks like a frame"), expected("\xe2\x82\xac")));
}

TEST_F(SyslogServer, gets_id_and_rule_as_structured_data)
{
	const Rsyslog rsyslog(dir.path(), "tcp", port);
	const auto output = create("tcp", {{"structured_data", "falco@32473"}});
	EXPECT_TRUE(deliver(*output, "text", 1));
	EXPECT_THAT(messages(1), ElementsAre(expected("text", "[falco@32473 id=\"0123456789abcdef-1\" rule=\"rule\" "
							      "source=\"syscall\"]")));
}

TEST_F(SyslogServer, gets_messages_over_tls_from_a_client_with_a_certificate)
{
	make_certificates(dir.path());
	const Rsyslog rsyslog(dir.path(), "tls", port);
	const auto output = create("tls", tls());
	EXPECT_TRUE(deliver(*output, "first", 1));
	EXPECT_TRUE(deliver(*output, "second", 2));
	EXPECT_THAT(messages(2), ElementsAre(expected("first"), expected("second")));
}

TEST_F(SyslogServer, of_another_authority_gets_nothing)
{
	make_certificates(dir.path());
	const Rsyslog rsyslog(dir.path(), "tls", port);
	EXPECT_THAT(write(*create("tls", tls("stranger")), "secret", 1).message, HasSubstr("certificate"));
	nlohmann::json trusting = tls("stranger");
	trusting["tls"]["verify"] = false;
	EXPECT_TRUE(deliver(*create("tls", trusting), "text", 1));
	EXPECT_THAT(messages(1), ElementsAre(expected("text")));
}

TEST_F(SyslogServer, that_refuses_falcos_certificate_has_nothing_delivered)
{
	make_certificates(dir.path());
	const Rsyslog rsyslog(dir.path(), "tls", port);
	const auto output = create("tls", {{"tls", {{"ca", dir.file("ca.pem")}}}});
	for (uint64_t i = 1; i <= 3; ++i)
		EXPECT_FALSE(write(*output, "text", i).ok() && output->flush().ok());
	EXPECT_NE(access(dir.file("messages").c_str(), F_OK), 0);
}

TEST_F(SyslogServer, that_is_restarted_misses_nothing_that_was_not_acknowledged)
{
	make_certificates(dir.path());
	for (const std::string protocol : {"tcp", "tls"}) {
		port = free_port();
		auto rsyslog = std::make_unique<Rsyslog>(dir.path(), protocol, port);
		const auto output = create(protocol, protocol == "tls" ? tls() : nlohmann::json::object());
		EXPECT_TRUE(deliver(*output, "first", 1));
		messages(1);
		rsyslog.reset();
		EXPECT_FALSE(write(*output, "second", 2).ok() && output->flush().ok());
		rsyslog = std::make_unique<Rsyslog>(dir.path(), protocol, port);
		EXPECT_TRUE(deliver(*output, "second", 2));
		EXPECT_TRUE(deliver(*output, "third", 3));
		EXPECT_THAT(messages(3), ElementsAre(expected("first"), expected("second"), expected("third")));
		rsyslog.reset();
		unlink(dir.file("messages").c_str());
	}
}

TEST_F(SyslogServer, that_dies_with_messages_unacknowledged_gets_them_again)
{
	LazyServer server(port);
	const auto output = create("tcp");
	EXPECT_TRUE(write(*output, "a", 1).ok());
	server.accept_one();
	EXPECT_TRUE(output->flush().ok());
	EXPECT_EQ(server.last_bytes(1), "a");
	// More than the server's kernel takes; its front is.
	const std::string large(2 << 20, 'x');
	Status status;
	uint64_t number = 2;
	while ((status = write(*output, large + "b", number)).ok())
		++number;
	EXPECT_THAT(status.message, EndsWith("does not read"));
	EXPECT_EQ(output->flush().code, FALCO_ERR_RETRY);
	server.hang_up();
	std::string got;
	std::thread reader([&] {
		server.accept_one();
		got = server.last_bytes(static_cast<int>(number));
	});
	EXPECT_TRUE(deliver(*output, large + "b", number));
	EXPECT_TRUE(deliver(*output, "c", number + 1));
	reader.join();
	EXPECT_EQ(got, std::string(number - 1, 'b') + "c");
}

TEST_F(SyslogServer, that_has_closed_the_connection_is_noticed_before_a_message_is_lost)
{
	LazyServer server(port);
	const auto output = create("tcp");
	EXPECT_TRUE(write(*output, "a", 1).ok());
	server.accept_one();
	EXPECT_TRUE(output->flush().ok());
	EXPECT_EQ(server.last_bytes(1), "a");
	server.hang_up();
	std::string got;
	EXPECT_TRUE(write(*output, "b", 2).ok()); // over a new connection
	server.accept_one();
	EXPECT_EQ(server.last_bytes(1), "b");
}

TEST_F(SyslogServer, with_settings_that_cannot_be_is_refused)
{
	EXPECT_THROW(create("tls", {{"tls", {{"ca", "/no/such.pem"}}}}), Error);
	EXPECT_THROW(create("tls", {{"tls", {{"cert", "/etc/hostname"}}}}), Error);
}

} // namespace falco::host::test
