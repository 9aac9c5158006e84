// SPDX-License-Identifier: Apache-2.0
#include "host/pipeline/alert_filter.hpp"

#include <gtest/gtest.h>

namespace falco::host {

namespace {

Rule rule(int priority, std::string name = "write_etc", std::vector<std::string> tags = {})
{
	Rule made;
	made.priority = priority;
	made.name = std::move(name);
	made.tags = std::move(tags);
	return made;
}

} // namespace

TEST(AlertFilter, wants_everything_by_default)
{
	EXPECT_TRUE(wants({}, rule(0)));
	EXPECT_TRUE(wants({}, rule(7)));
}

TEST(AlertFilter, wants_the_minimum_priority_and_what_is_more_severe)
{
	FilterConfig filter;
	filter.minimum_priority = 4;
	EXPECT_TRUE(wants(filter, rule(0)));
	EXPECT_TRUE(wants(filter, rule(4)));
	EXPECT_FALSE(wants(filter, rule(5)));
}

TEST(AlertFilter, names_what_means_no_rule)
{
	FilterConfig filter;
	filter.rules = {"write_*", "raed_*"};
	filter.sources = {"syscall", "internal", "k8s_audit"};
	Rule one = rule(1, "write_etc");
	one.source = "syscall";
	EXPECT_EQ(idle_parts(filter, {one}),
		  (std::vector<std::string>{"filter.rules: no loaded rule is called 'raed_*'",
					    "filter.source: no loaded rule is of the source 'k8s_audit'"}));
	EXPECT_EQ(idle_parts({}, {one}), std::vector<std::string>());
}

TEST(AlertFilter, knows_rules_by_wildcards)
{
	FilterConfig filter;
	filter.rules = {"write_*", "a?c", "[x] rule"};
	EXPECT_TRUE(wants(filter, rule(1, "write_etc")));
	EXPECT_TRUE(wants(filter, rule(1, "abc")));
	EXPECT_FALSE(wants(filter, rule(1, "abbc")));
	EXPECT_FALSE(wants(filter, rule(1, "read_etc")));
	EXPECT_TRUE(wants(filter, rule(1, "[x] rule")));
	EXPECT_FALSE(wants(filter, rule(1, "x rule")));
}

TEST(AlertFilter, wants_any_of_its_tags)
{
	FilterConfig filter;
	filter.tags = {"network", "shell"};
	EXPECT_TRUE(wants(filter, rule(1, "r", {"mitre", "shell"})));
	EXPECT_FALSE(wants(filter, rule(1, "r", {"mitre"})));
	EXPECT_FALSE(wants(filter, rule(1, "r")));
}

TEST(AlertFilter, wants_the_sources_it_names)
{
	FilterConfig filter;
	filter.sources = {"internal", "syscall"};
	Rule one = rule(1);
	one.source = "syscall";
	EXPECT_TRUE(wants(filter, one));
	one.source = "k8s_audit";
	EXPECT_FALSE(wants(filter, one));
}

TEST(AlertFilter, wants_what_meets_every_condition)
{
	FilterConfig filter;
	filter.minimum_priority = 4;
	filter.rules = {"write_*"};
	filter.tags = {"shell"};
	EXPECT_TRUE(wants(filter, rule(4, "write_etc", {"shell"})));
	EXPECT_FALSE(wants(filter, rule(5, "write_etc", {"shell"})));
	EXPECT_FALSE(wants(filter, rule(4, "read_etc", {"shell"})));
	EXPECT_FALSE(wants(filter, rule(4, "write_etc", {})));
}

} // namespace falco::host
