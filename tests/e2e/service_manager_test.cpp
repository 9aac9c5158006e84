// SPDX-License-Identifier: Apache-2.0
//
// What a service manager hears of falco, on a real socket.
#include "tests/e2e/background.hpp"
#include "tests/e2e/fixture.hpp"

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

using namespace falco::test;
using testing::ElementsAre;
using testing::HasSubstr;

class ServiceManager : public FalcoTest {
protected:
	ServiceManager() : socket_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0))
	{
		const std::string path = dir_.file("notify");
		sockaddr_un address = {};
		address.sun_family = AF_UNIX;
		path.copy(address.sun_path, sizeof address.sun_path - 1);
		EXPECT_EQ(bind(socket_, reinterpret_cast<sockaddr *>(&address), sizeof address), 0);
		setenv("NOTIFY_SOCKET", path.c_str(), 1);
	}
	~ServiceManager() override
	{
		unsetenv("NOTIFY_SOCKET");
		unsetenv("WATCHDOG_USEC");
		close(socket_);
	}

	void configure(const std::string &source, const std::string &outputs)
	{
		dir_.write("falco.yaml", "log_syslog: false\nlog_stderr: true\nsource: " + kFakes + source +
						 ".so\nmatcher: " + kFakes +
						 "matcher-fake.so\nplugins:\n  - {library: " + kFakes + source +
						 ".so, name: here, config: {events: 5, endless: " +
						 (source == "source-fake-live" ? "true" : "false") + "}}\n" + outputs);
		dir_.write("rules.yaml", "quiet 4 seen %name\n");
	}

	// The next message, or "" when there is none for that long.
	std::string next(int patience_ms = 10000) const
	{
		pollfd wait = {socket_, POLLIN, 0};
		if (poll(&wait, 1, patience_ms) != 1) return "";
		char buffer[4096];
		const ssize_t got = recv(socket_, buffer, sizeof buffer, 0);
		return {buffer, got > 0 ? static_cast<size_t>(got) : 0};
	}

	int socket_;
	static constexpr const char *kStdout = "stdout_output: {enabled: true}\n";
};

TEST_F(ServiceManager, hears_when_falco_is_ready_lives_and_ends)
{
	setenv("WATCHDOG_USEC", "90000000", 1);
	configure("source-fake-live", kStdout);
	Background falco({"-c", config_, "-r", rules_});
	EXPECT_EQ(next(), "READY=1\nSTATUS=Reading events from here");
	EXPECT_EQ(next(), "WATCHDOG=1");
	EXPECT_EQ(next(), "WATCHDOG=1");
	falco.signal(SIGTERM);
	EXPECT_EQ(falco.wait(), 0) << falco.log();
	std::string last;
	for (std::string message; !(message = next(0)).empty();)
		last = message;
	EXPECT_THAT(last, HasSubstr("STOPPING=1"));
}

TEST_F(ServiceManager, hears_no_sign_of_life_that_it_did_not_ask_for)
{
	configure("source-fake-live", kStdout);
	Background falco({"-c", config_, "-r", rules_});
	EXPECT_THAT(next(), HasSubstr("READY=1"));
	EXPECT_EQ(next(2500), "");
}

// The output holds the capture thread (on_full: block) inside a write that does not come back.
TEST_F(ServiceManager, hears_nothing_more_when_the_capture_thread_hangs)
{
	setenv("WATCHDOG_USEC", "90000000", 1);
	ASSERT_EQ(mkfifo(dir_.file("fifo").c_str(), 0600), 0);
	configure("source-fake-live",
		  "  - {library: " + kFakes +
			  "output-fake.so, name: fake, queue: {capacity: 1, on_full: block}, config: "
			  "{block_at: 1, block_on: " +
			  dir_.file("fifo") + "}}\n");
	Background falco({"-c", config_, "-r", rules_});
	EXPECT_THAT(next(), HasSubstr("READY=1"));
	EXPECT_EQ(next(2500), "");
}

TEST_F(ServiceManager, does_not_watch_a_replay_which_may_wait_for_its_input)
{
	setenv("WATCHDOG_USEC", "90000000", 1);
	configure("source-fake", kStdout);
	Background falco({"-c", config_, "-r", rules_});
	EXPECT_EQ(falco.wait(), 0) << falco.log();
	EXPECT_EQ(next(), "READY=1\nSTATUS=Reading events from here\nWATCHDOG_USEC=0");
	EXPECT_THAT(next(), HasSubstr("STOPPING=1"));
}

TEST_F(ServiceManager, hears_nothing_of_a_start_that_fails)
{
	configure("source-fake-live", kStdout);
	Background falco({"-c", config_, "-r", rules_, "-o", "plugins[0].config.fail_start=true"});
	EXPECT_EQ(falco.wait(), 1);
	EXPECT_THAT(next(0), testing::Not(HasSubstr("READY")));
}
