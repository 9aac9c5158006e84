// SPDX-License-Identifier: Apache-2.0
#include "loaded_rules.hpp"

#include "plugins/matcher-sinsp/ignored_events.hpp"

using namespace falco::matcher;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(IgnoredEvents, are_the_ones_that_the_documentation_lists)
{
	EXPECT_EQ(ignored_events().size(), 74u);
	for (const char *name : {"clock_getres", "read", "switch", "procinfo", "wait4", "writev", "munmap"}) {
		EXPECT_EQ(ignored_events().count(name), 1u) << name;
	}
	EXPECT_EQ(ignored_events().count("open"), 0u);
}

TEST(IgnoredEvents, are_reported_wherever_a_condition_names_them)
{
	const std::string text =
		"Ignored event \"read\" in rule r: it is frequent; the rules that name it are matched against it";
	EXPECT_THAT(LoadedRules(rule_with("evt.type = read")).warnings, ElementsAre("3:25 ignored-event " + text));
	EXPECT_THAT(LoadedRules(rule_with("evt.type = \"read\"")).warnings, ElementsAre("3:25 ignored-event " + text));
	EXPECT_THAT(LoadedRules(rule_with("evt.type = open and syscall.type != read")).warnings,
		    ElementsAre("3:50 ignored-event " + text));
	EXPECT_THAT(LoadedRules(rule_with("evt.type in (open, read)")).warnings,
		    ElementsAre("3:33 ignored-event " + text));
	EXPECT_THAT(LoadedRules(rule_with("evt.type = open")).warnings, IsEmpty());
	EXPECT_THAT(LoadedRules(rule_with("evt.type = open and proc.name = read")).warnings, IsEmpty());
}

TEST(IgnoredEvents, are_reported_in_the_macro_that_names_them)
{
	EXPECT_THAT(LoadedRules("- macro: m\n  condition: evt.type = write\n" + rule_with("m"), strict()).errors,
		    ElementsAre("2:25 ignored-event Ignored event \"write\" in macro m"));
}

TEST(IgnoredEvents, are_errors_when_strict)
{
	EXPECT_THAT(LoadedRules(rule_with("evt.type = read"), strict()).errors,
		    ElementsAre("3:25 ignored-event Ignored event \"read\" in rule r"));
}
