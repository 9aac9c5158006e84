// SPDX-License-Identifier: Apache-2.0
#include "host/verify/match_cost.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using falco::host::MatchCost;
using falco::host::MatchStopwatch;
using testing::HasSubstr;
using testing::Not;

namespace {

// So many events at which the old rules take 1000 ns and the new ones `more`, give or take `swing` in turn.
MatchCost cost_of(int events, double more, double swing)
{
	MatchCost cost;
	for (int i = 0; i < events; i++)
		cost.add(1000, 1000 + more + (i % 2 == 0 ? swing : -swing));
	return cost;
}

} // namespace

TEST(MatchCost, tells_a_difference_that_every_event_shows)
{
	const MatchCost cost = cost_of(10000, 200, 0);
	EXPECT_NEAR(cost.difference(), 20, 1e-6);
	EXPECT_NEAR(cost.noise(), 3, 1e-6);
	EXPECT_EQ(cost.text(),
		  "Matching took 0.010 s with the old rules, 0.012 s with the new ones: +20.0 % (± 3.0 %)\n");
}

TEST(MatchCost, takes_a_difference_for_chance_when_the_events_vary_as_much)
{
	EXPECT_NEAR(cost_of(100, 200, 1000).noise(), 4 * 1000 / 10. / 10, 1e-6); // 4 standard errors
	EXPECT_THAT(cost_of(100, 200, 1000).text(), HasSubstr("+20.0 % (± 40.0 %), no more than chance\n"));
	EXPECT_THAT(cost_of(10000, 200, 1000).text(), Not(HasSubstr("chance")));
	EXPECT_THAT(cost_of(10000, -20, 0).text(), HasSubstr("-2.0 % (± 3.0 %), no more than chance\n"));
}

TEST(MatchCost, of_several_recordings_is_that_of_all_their_events)
{
	MatchCost sum = cost_of(50, 200, 1000);
	sum.add(MatchCost::from_json(cost_of(50, 200, 1000).json()));
	EXPECT_EQ(sum.json(), cost_of(100, 200, 1000).json());
}

TEST(MatchCost, of_no_events_is_no_difference)
{
	EXPECT_THAT(MatchCost().text(), HasSubstr("+0.0 % (± 0.0 %), no more than chance"));
}

TEST(MatchStopwatch, runs_both_and_lets_chance_say_which_first)
{
	MatchStopwatch watch;
	std::string order;
	for (int i = 0; i < 200; i++)
		watch.time([&] { order += 'o'; }, [&] { order += 'n'; });
	ASSERT_EQ(order.size(), 400u);
	int old_first = 0, same_as_before = 0;
	for (size_t i = 0; i < order.size(); i += 2) {
		EXPECT_NE(order[i], order[i + 1]);
		old_first += order[i] == 'o' ? 1 : 0;
		same_as_before += i > 0 && order[i] == order[i - 2] ? 1 : 0;
	}
	EXPECT_NEAR(old_first, 100, 40);
	EXPECT_NEAR(same_as_before, 100, 40); // not in turns
	EXPECT_EQ(watch.cost().events + watch.cost().interrupted, 200u);
}
