// SPDX-License-Identifier: Apache-2.0
#include "loaded_rules.hpp"

using namespace falco::matcher;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

std::string rule(const std::string &name, const std::string &keys)
{
	return "- rule: " + name + "\n  desc: d\n  condition: evt.type = open and proc.name = \"" + name +
	       "\"\n  output: x\n" + keys;
}

const std::string kRules = rule("Read etc", "  priority: ERROR\n  tags: [files, host]\n") +
			   rule("Write etc", "  priority: INFO\n  tags: [files]\n") +
			   rule("Shell", "  priority: DEBUG\n  tags: [host]\n  enabled: false\n");

std::vector<std::string> selected(const std::vector<Selection> &selections, int least_priority = 7)
{
	const LoadedRules loaded({kRules}, {}, selections, least_priority);
	EXPECT_THAT(loaded.errors, IsEmpty());
	std::vector<std::string> names;
	for (const auto &rule : loaded.rules) {
		names.push_back(rule.item->name);
	}
	return names;
}

} // namespace

TEST(RuleSelection, begins_with_what_the_rules_say)
{
	EXPECT_THAT(selected({}), ElementsAre("Read etc", "Write etc"));
}

TEST(RuleSelection, goes_by_name_and_by_tag)
{
	EXPECT_THAT(selected({{false, "Read etc", ""}}), ElementsAre("Write etc"));
	EXPECT_THAT(selected({{false, "* etc", ""}}), IsEmpty());
	EXPECT_THAT(selected({{true, "S*", ""}}), ElementsAre("Read etc", "Write etc", "Shell"));
	EXPECT_THAT(selected({{false, "", "host"}}), ElementsAre("Write etc"));
	EXPECT_THAT(selected({{true, "", "host"}}), ElementsAre("Read etc", "Write etc", "Shell"));
	EXPECT_THAT(selected({{false, "Write etc", "host"}}), IsEmpty());
}

TEST(RuleSelection, applies_one_entry_after_the_other)
{
	EXPECT_THAT(selected({{false, "*", ""}, {true, "", "host"}, {false, "Shell", ""}}), ElementsAre("Read etc"));
}

TEST(RuleSelection, reports_what_fits_no_rule)
{
	const LoadedRules loaded({kRules}, {}, {{false, "Rad etc", ""}, {true, "", "hots"}});
	EXPECT_THAT(
		loaded.warnings,
		ElementsAre(
			"0:0 selects-nothing nothing to disable: no rule is called 'Rad etc' (did you mean 'Read "
			"etc'?)",
			"0:0 selects-nothing nothing to enable: no rule has the tag 'hots' (did you mean 'host'?)"));
}

TEST(RuleSelection, leaves_out_rules_of_less_than_the_least_priority)
{
	EXPECT_THAT(selected({}, 3), ElementsAre("Read etc"));
	EXPECT_THAT(selected({}, 6), ElementsAre("Read etc", "Write etc"));
	EXPECT_THAT(selected({{true, "*", ""}}, 6), ElementsAre("Read etc", "Write etc"));
}

TEST(RuleSelection, checks_rules_that_are_switched_off)
{
	EXPECT_EQ(LoadedRules(rule_with("proc.nam = x") + "  enabled: false\n").errors.size(), 1u);
}

TEST(Pattern, fits_the_whole_name)
{
	EXPECT_TRUE(fits("a*c", "abbc"));
	EXPECT_TRUE(fits("*", ""));
	EXPECT_TRUE(fits("a?c", "abc"));
	EXPECT_TRUE(fits("*b*b", "abbb"));
	EXPECT_TRUE(fits("[a]", "[a]"));
	EXPECT_FALSE(fits("a*c", "abcd"));
	EXPECT_FALSE(fits("a?c", "ac"));
	EXPECT_FALSE(fits("", "a"));
	// A pattern with many stars must not take exponential time.
	EXPECT_FALSE(fits(std::string(1000, '*') + "a*a*a*a*a*a*a*a*b", std::string(5000, 'a')));
}
