// SPDX-License-Identifier: Apache-2.0
#include "host/app/second_timer.hpp"

#include "host/app/token_bucket.hpp"

#include <gtest/gtest.h>

namespace falco::host {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

SecondTimer::Clock::time_point clock_now{};
int clock_reads = 0;

SecondTimer::Clock::time_point fake_clock() noexcept
{
	++clock_reads;
	return clock_now;
}

constexpr uint64_t kMs = 1'000'000;
constexpr uint64_t kStart = 1'000'000'000'000'000'000;

TEST(SecondTimer, is_due_after_a_second_and_then_after_another)
{
	SecondTimer timer(fake_clock);
	EXPECT_FALSE(timer.due());
	clock_now += milliseconds(999);
	EXPECT_FALSE(timer.due());
	clock_now += milliseconds(1);
	EXPECT_TRUE(timer.due());
	EXPECT_FALSE(timer.due());
	clock_now += seconds(5);
	EXPECT_TRUE(timer.due());
	EXPECT_FALSE(timer.due());
}

TEST(SecondTimer, reads_the_clock_four_times_a_second_of_events)
{
	SecondTimer timer(fake_clock);
	clock_reads = 0;
	int due = 0;
	for (uint64_t ms = 0; ms < 10'000; ++ms) {
		clock_now += milliseconds(1);
		due += timer.due(kStart + ms * kMs);
	}
	EXPECT_EQ(clock_reads, 40);
	EXPECT_GE(due, 8);
	EXPECT_LE(due, 10);
}

TEST(SecondTimer, goes_on_when_the_events_times_step_back)
{
	SecondTimer timer(fake_clock);
	EXPECT_FALSE(timer.due(kStart));
	clock_now += seconds(2);
	EXPECT_TRUE(timer.due(kStart - 3600 * 1000 * kMs));
	clock_now += seconds(2);
	EXPECT_TRUE(timer.due(kStart - 3599 * 1000 * kMs));
}

// A recording holds many seconds that pass in no time.
TEST(SecondTimer, is_not_due_because_of_the_events_times_alone)
{
	SecondTimer timer(fake_clock);
	for (uint64_t second = 0; second < 100; ++second)
		EXPECT_FALSE(timer.due(kStart + second * 1000 * kMs));
}

TEST(TokenBucket, lets_a_burst_through_and_then_the_rate)
{
	const TokenBucket::Time start{};
	TokenBucket bucket(0.5, 2, start);
	EXPECT_TRUE(bucket.take(start));
	EXPECT_TRUE(bucket.take(start));
	EXPECT_FALSE(bucket.take(start));
	EXPECT_FALSE(bucket.take(start + milliseconds(1900)));
	EXPECT_TRUE(bucket.take(start + seconds(2)));
	EXPECT_FALSE(bucket.take(start + seconds(3)));
	EXPECT_TRUE(bucket.take(start + seconds(100)));
	EXPECT_TRUE(bucket.take(start + seconds(100)));
	EXPECT_FALSE(bucket.take(start + seconds(100))); // it holds no more than two
}

TEST(TokenBucket, without_room_lets_nothing_through)
{
	const TokenBucket::Time start{};
	TokenBucket bucket(10, 0, start);
	EXPECT_FALSE(bucket.take(start + seconds(100)));
}

} // namespace
} // namespace falco::host
