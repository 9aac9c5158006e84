// SPDX-License-Identifier: Apache-2.0
#include "host/app/boundary.hpp"

#include <gtest/gtest.h>

#include <future>
#include <stdexcept>
#include <thread>

namespace falco::host {

namespace {

// A capture thread that comes by without end.
class Capture {
public:
	explicit Capture(Boundary &boundary)
	    : thread_([this, &boundary] {
		      while (!stop_)
			      boundary.pass();
		      boundary.close();
	      })
	{
	}
	~Capture() { stop(); }
	void stop()
	{
		stop_ = true;
		if (thread_.joinable()) thread_.join();
	}
	std::thread::id id() const { return thread_.get_id(); }

private:
	std::atomic<bool> stop_{false};
	std::thread thread_;
};

} // namespace

TEST(Boundary, has_the_work_done_on_the_capture_thread)
{
	Boundary boundary;
	Capture capture(boundary);
	for (int i = 0; i < 100; ++i) {
		std::thread::id where;
		ASSERT_TRUE(boundary.run([&] { where = std::this_thread::get_id(); }));
		ASSERT_EQ(where, capture.id());
	}
}

TEST(Boundary, hands_on_what_the_work_throws)
{
	Boundary boundary;
	Capture capture(boundary);
	EXPECT_THROW(boundary.run([] { throw std::runtime_error("x"); }), std::runtime_error);
	EXPECT_TRUE(boundary.run([] {}));
}

TEST(Boundary, says_when_whatever_comes_next_comes_after_the_work)
{
	for (int i = 0; i < 200; ++i) {
		Boundary boundary;
		bool done = false;
		std::promise<void> asked;
		std::thread waiting([&] { boundary.run([&] { done = true; }, [&] { asked.set_value(); }); });
		asked.get_future().wait();
		boundary.pass();
		EXPECT_TRUE(done);
		boundary.close(); // so that nobody waits for ever
		waiting.join();
	}
}

TEST(Boundary, does_nothing_once_it_is_closed)
{
	Boundary boundary;
	Capture capture(boundary);
	capture.stop();
	bool done = false;
	EXPECT_FALSE(boundary.run([&] { done = true; }));
	EXPECT_FALSE(done);
}

TEST(Boundary, lets_go_of_who_waits_when_it_closes)
{
	// Whoever came first, the end or the request: the wait is over.
	for (int i = 0; i < 200; ++i) {
		Boundary boundary;
		bool done = false;
		std::thread waiting([&] { EXPECT_FALSE(boundary.run([&] { done = true; })); });
		boundary.close();
		waiting.join();
		EXPECT_FALSE(done);
	}
}

} // namespace falco::host
