// SPDX-License-Identifier: Apache-2.0
#include "host/pipeline/backoff.hpp"

#include <gtest/gtest.h>

namespace falco::host {

namespace {

using std::chrono::milliseconds;

// The pauses from the first try until it gives up.
std::vector<int64_t> pauses(Backoff &backoff, Backoff::Time now = {})
{
	std::vector<int64_t> out;
	for (;;) {
		backoff.trying(now);
		const auto pause = backoff.pause(now);
		if (!pause) return out;
		out.push_back(std::chrono::duration_cast<milliseconds>(*pause).count());
		now += *pause;
	}
}

} // namespace

TEST(Backoff, doubles_up_to_the_longest_and_tries_last_when_time_is_over)
{
	Backoff backoff({milliseconds(100), milliseconds(500), milliseconds(2000)});
	EXPECT_EQ(pauses(backoff), (std::vector<int64_t>{100, 200, 400, 500, 500, 300}));
}

TEST(Backoff, begins_anew_after_a_reset)
{
	Backoff backoff({milliseconds(100), milliseconds(500), milliseconds(300)});
	EXPECT_EQ(pauses(backoff), (std::vector<int64_t>{100, 200}));
	backoff.reset();
	EXPECT_EQ(pauses(backoff, Backoff::Time{} + std::chrono::hours(1)), (std::vector<int64_t>{100, 200}));
}

TEST(Backoff, without_time_to_retry_there_is_no_second_try)
{
	Backoff backoff({milliseconds(100), milliseconds(500), milliseconds(0)});
	EXPECT_TRUE(pauses(backoff).empty());
}

TEST(Backoff, never_pauses_for_nothing)
{
	Backoff backoff({milliseconds(0), milliseconds(0), milliseconds(2)});
	EXPECT_EQ(pauses(backoff), (std::vector<int64_t>{1, 1}));
}

} // namespace falco::host
