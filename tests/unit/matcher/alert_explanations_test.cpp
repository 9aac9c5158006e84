// SPDX-License-Identifier: Apache-2.0
#include "loaded_rules.hpp"
#include "plugins/matcher-sinsp/alert_explanations.hpp"

using namespace falco::matcher;
using nlohmann::json;

namespace {

constexpr uint64_t kSecond = 1'000'000'000;

} // namespace

TEST(AlertExplanations, are_as_many_in_each_period_as_the_rate_says)
{
	AlertExplanations explanations(json{{"rules", {"*"}}, {"rate", "2/m"}});
	const uint64_t begin = 1000 * kSecond;
	EXPECT_TRUE(explanations.may_make(begin));
	EXPECT_TRUE(explanations.may_make(begin + 1));
	EXPECT_FALSE(explanations.may_make(begin + 2));
	EXPECT_FALSE(explanations.may_make(begin + 60 * kSecond - 1));
	EXPECT_TRUE(explanations.may_make(begin + 60 * kSecond));
	EXPECT_TRUE(explanations.may_make(begin + 90 * kSecond));
	EXPECT_FALSE(explanations.may_make(begin + 119 * kSecond));
	EXPECT_TRUE(explanations.may_make(begin + 120 * kSecond));
}

TEST(AlertExplanations, begin_a_period_when_time_goes_back)
{
	AlertExplanations explanations(json{{"rules", {"*"}}, {"rate", "1/h"}});
	EXPECT_TRUE(explanations.may_make(9000 * kSecond));
	EXPECT_FALSE(explanations.may_make(9001 * kSecond));
	EXPECT_TRUE(explanations.may_make(500 * kSecond)); // another recording
	EXPECT_FALSE(explanations.may_make(501 * kSecond));
}
