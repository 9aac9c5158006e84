// SPDX-License-Identifier: Apache-2.0
#include "loaded_rules.hpp"

#include "plugins/matcher-sinsp/ignored_events.hpp"

#include <iterator>
#include <set>
#include <sstream>

using namespace falco::matcher;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(IgnoredEvents, are_the_ones_that_the_documentation_lists)
{
	std::ifstream file(FALCO_SOURCE_DIR "/docs/RULES.md");
	std::ostringstream page;
	page << file.rdbuf();
	const std::string text = page.str(), before = "and seldom telling: ";
	const size_t begin = text.find(before);
	ASSERT_NE(begin, std::string::npos);
	std::istringstream words(text.substr(begin + before.size(), text.find("\n\n", begin) - begin - before.size()));
	const std::set<std::string> listed{std::istream_iterator<std::string>(words), {}};
	EXPECT_EQ(listed, ignored_events());
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
