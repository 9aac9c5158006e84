// SPDX-License-Identifier: Apache-2.0
#include "plugins/family-sinsp/container_engines.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

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
	~Engine() { close(fd_); } // and leaves the socket behind, as a killed one
	void begin() const { EXPECT_EQ(listen(fd_, 100), 0); }

private:
	const int fd_;
};

class LateEnginesTest : public testing::Test {
protected:
	// The second of the only engine that is looked for.
	LateEngines look_for_it() const
	{
		return LateEngines({{"podman", {{"enabled", false}}}, {"cri", {{"sockets", {path_}}}}});
	}

	const TempDir dir_;
	const std::string path_ = dir_.file("engine.sock");
};

} // namespace

TEST_F(LateEnginesTest, ask_an_engine_when_it_takes_connections_and_not_before)
{
	LateEngines late = look_for_it();
	EXPECT_FALSE(late.is_due(1));
	const Engine engine(path_);
	EXPECT_FALSE(late.is_due(2));
	engine.begin();
	EXPECT_TRUE(late.is_due(3));
	EXPECT_FALSE(late.is_due(4));
}

TEST_F(LateEnginesTest, ask_again_some_times_since_an_engine_may_not_answer_at_once)
{
	LateEngines late = look_for_it();
	const Engine engine(path_);
	engine.begin();
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
	const Engine engine(path_);
	engine.begin();
	EXPECT_TRUE(late.is_due(2));
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
