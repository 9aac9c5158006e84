// SPDX-License-Identifier: Apache-2.0
#include "common/nearest.hpp"

#include <gtest/gtest.h>

namespace falco {
namespace {

const std::vector<std::string> kKnown = {"json_output", "log_level", "log_stderr", "log_syslog", "rules_file", "run"};

struct Case {
	const char *word;
	const char *meant;
};

class Nearest : public testing::TestWithParam<Case> {};

TEST_P(Nearest, finds_what_was_meant)
{
	EXPECT_EQ(nearest(GetParam().word, kKnown), GetParam().meant);
}

INSTANTIATE_TEST_SUITE_P(Words, Nearest,
			 testing::Values(Case{"json_ouput", "json_output"},   // a letter is missing
					 Case{"json_outtput", "json_output"}, // one too many
					 Case{"json_autput", "json_output"},  // another
					 Case{"josn_output", "json_output"},  // neighbours swapped
					 Case{"rules_file", "rules_file"},    // right
					 Case{"log_sytderr", "log_stderr"},   // nearer than log_syslog
					 Case{"rnu", "run"},                  // 1 of 3
					 Case{"urn", "run"}, Case{"xyz", ""}, // 1 of 3; nothing alike
					 Case{"ru", ""},                      // 1 of 2 is more than a third
					 Case{"rules", ""}, Case{"", ""}));   // too far; empty

TEST(Nearest, takes_the_smallest_distance_not_the_first)
{
	EXPECT_EQ(nearest("abcdef", {"abcdxx", "abcdex"}), "abcdex");
	EXPECT_EQ(nearest("abcdef", {}), "");
}

TEST(Nearest, is_quick_for_enormous_words)
{
	EXPECT_EQ(nearest(std::string(10000000, 'x'), kKnown), "");
}

TEST(DidYouMean, is_a_clause_or_nothing)
{
	EXPECT_EQ(did_you_mean("json_ouput", kKnown), " (did you mean 'json_output'?)");
	EXPECT_EQ(did_you_mean("something", kKnown), "");
}

} // namespace
} // namespace falco
