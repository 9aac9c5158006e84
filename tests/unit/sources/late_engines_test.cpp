// SPDX-License-Identifier: Apache-2.0
#include "plugins/family-sinsp/container_engines.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

using falco::sinsp_family::find_silent_engines;
using falco::sinsp_family::LateEngines;
using falco::test::TempDir;

namespace {

// An engine's socket.
class Engine {
public:
	explicit Engine(const std::string &path) : fd_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0))
	{
		unlink(path.c_str()); // as engines do with what an earlier run of theirs left
		sockaddr_un address = {};
		address.sun_family = AF_UNIX;
		path.copy(address.sun_path, sizeof address.sun_path - 1);
		EXPECT_EQ(bind(fd_, reinterpret_cast<const sockaddr *>(&address), sizeof address), 0);
	}
	~Engine() // and leaves the socket behind, as a killed one
	{
		close(client_);
		close(fd_);
	}
	void begin() const { EXPECT_EQ(listen(fd_, 100), 0); }
	// Takes the next connection, and says something: frames of HTTP/2, the second of which begins an answer.
	void answer()
	{
		client_ = accept(fd_, nullptr, nullptr);
		char request[4096];
		const ssize_t got = read(client_, request, sizeof request);
		EXPECT_EQ(std::string(request, 14), "PRI * HTTP/2.0");
		EXPECT_NE(std::string(request, static_cast<size_t>(got)).find("/runtime.v1.RuntimeService/Version"),
			  std::string::npos);
		say(std::string("\0\0\6\4\0\0\0\0\0\0\1\0\0\0\0", 15)); // a setting
		say(std::string("\0\0\1\1\4\0\0\0\1\x88", 10));         // status 200
	}
	// Takes the next connection and hangs up.
	void refuse() const { close(accept(fd_, nullptr, nullptr)); }

private:
	void say(const std::string &text) const
	{
		EXPECT_EQ(write(client_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
	}

	const int fd_;
	int client_ = -1;
};

class LateEnginesTest : public testing::Test {
protected:
	// The second of the only engine that is looked for.
	LateEngines look_for_it() const { return LateEngines(block_); }

	const TempDir dir_;
	const std::string path_ = dir_.file("engine.sock");
	const nlohmann::json block_ = {
		{"docker", {{"enabled", false}}}, {"podman", {{"enabled", false}}}, {"cri", {{"sockets", {path_}}}}};
};

} // namespace

TEST_F(LateEnginesTest, ask_an_engine_when_it_answers_and_not_before)
{
	LateEngines late = look_for_it();
	EXPECT_FALSE(late.is_due(1));
	Engine engine(path_);
	EXPECT_FALSE(late.is_due(2));
	engine.begin();
	for (uint64_t second = 3; second < 300; ++second) {
		EXPECT_FALSE(late.is_due(second)) << "it takes connections and says nothing";
	}
	engine.answer();
	EXPECT_TRUE(late.is_due(300));
	EXPECT_FALSE(late.is_due(301));
}

TEST_F(LateEnginesTest, ask_an_engine_that_first_hangs_up)
{
	LateEngines late = look_for_it();
	Engine engine(path_);
	engine.begin();
	EXPECT_FALSE(late.is_due(1));
	engine.refuse();
	EXPECT_FALSE(late.is_due(2)); // and sees that
	EXPECT_FALSE(late.is_due(3));
	engine.answer();
	EXPECT_TRUE(late.is_due(4));
}

TEST_F(LateEnginesTest, ask_again_some_times_since_an_engine_may_not_answer_at_once)
{
	LateEngines late = look_for_it();
	Engine engine(path_);
	engine.begin();
	EXPECT_FALSE(late.is_due(99));
	engine.answer();
	std::vector<uint64_t> due;
	for (uint64_t second = 100; second < 500; ++second) {
		if (late.is_due(second)) {
			due.push_back(second);
		}
	}
	EXPECT_EQ(due, (std::vector<uint64_t>{100, 103, 110, 130, 220}));
}

TEST_F(LateEnginesTest, ask_an_engine_that_came_back_to_the_socket_it_had_left)
{
	{
		const Engine killed(path_);
		killed.begin();
	}
	LateEngines late = look_for_it();
	EXPECT_FALSE(late.is_due(1));
	Engine engine(path_);
	engine.begin();
	EXPECT_FALSE(late.is_due(2));
	engine.answer();
	EXPECT_TRUE(late.is_due(3));
}

TEST_F(LateEnginesTest, leave_an_engine_alone_that_was_there_at_the_start)
{
	const Engine engine(path_);
	engine.begin();
	LateEngines late = look_for_it();
	for (uint64_t second = 0; second < 200; ++second) {
		EXPECT_FALSE(late.is_due(second));
	}
}

TEST_F(LateEnginesTest, ask_an_engine_that_was_silent_at_the_start_once_it_answers)
{
	Engine engine(path_);
	engine.begin();
	const auto silent = find_silent_engines(block_, std::chrono::milliseconds(1));
	EXPECT_EQ(silent.runtimes, std::vector<std::string>{path_});
	EXPECT_FALSE(silent.docker);
	engine.refuse(); // that connection has ended
	LateEngines late(block_, silent);
	EXPECT_FALSE(late.is_due(1));
	engine.answer();
	EXPECT_TRUE(late.is_due(2));
}

TEST_F(LateEnginesTest, are_not_silent_when_they_answer_or_are_not_there)
{
	EXPECT_TRUE(find_silent_engines(block_, std::chrono::hours(1)).runtimes.empty());
	Engine engine(path_);
	engine.begin();
	std::thread answering([&] { engine.answer(); });
	EXPECT_TRUE(find_silent_engines(block_, std::chrono::hours(1)).runtimes.empty());
	answering.join();
}
