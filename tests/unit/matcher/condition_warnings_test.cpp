// SPDX-License-Identifier: Apache-2.0
//
// What is provably not as it was meant: each warning where it belongs and where it does not.
#include "loaded_rules.hpp"

using namespace falco::matcher;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

std::vector<std::string> warnings(const std::string &condition, const std::string &before = "")
{
	const LoadedRules loaded(before + rule_with("'" + condition + "'"));
	EXPECT_THAT(loaded.errors, IsEmpty()) << condition;
	return loaded.warnings;
}

std::string rule(const std::string &name, const std::string &condition, const std::string &keys = "")
{
	return "- rule: " + name + "\n  desc: d\n  condition: " + condition + "\n  output: x\n  priority: INFO\n" +
	       keys;
}

} // namespace

TEST(NeverMatches, is_said_of_conditions_that_contradict_themselves)
{
	for (const std::string condition : {
		     "evt.type = open and evt.type = mkdir",
		     "evt.type = open and not evt.type in (open, openat)",
		     "evt.type = open and proc.name = cat and proc.name in (dog, cow)",
		     "evt.type = open and fd.name = /etc/x and fd.name startswith /usr",
		     "evt.type = open and fd.name startswith /etc and fd.name startswith /usr",
		     "evt.type = open and proc.name = cat and proc.name != cat",
		     "evt.type = open and proc.name = cat and not (proc.name = cat or proc.name = dog)",
		     "evt.type = open and proc.name = cat and (fd.num = 1 and proc.name = dog)",
		     "(evt.type = open and proc.name = cat and proc.name = dog) or (evt.type = mkdir and proc.name in "
		     "())",
	     }) {
		EXPECT_THAT(warnings(condition), testing::Contains(HasSubstr("never-matches rule r: "))) << condition;
	}
}

TEST(NeverMatches, is_not_said_without_proof)
{
	for (const std::string condition : {
		     "evt.type = open and proc.name = cat and proc.pname = dog",
		     "evt.type = open and fd.ip = 1.2.3.4 and fd.ip = 1.2.3.5",
		     "evt.type = open and proc.aname = cat and proc.aname = dog",
		     "evt.type = open and proc.aname[1] = cat and proc.aname[2] = dog",
		     "evt.type = open and fd.name startswith /etc and fd.name endswith /usr",
		     "evt.type = open and tolower(proc.name) = cat and proc.name = CAT",
		     "evt.type = open and (proc.name = cat and proc.pname = dog or proc.name = dog)",
		     "evt.type = open and not proc.name in ()",
		     "evt.type = open and proc.name != cat and proc.name != dog",
	     }) {
		EXPECT_THAT(warnings(condition), IsEmpty()) << condition;
	}
}

TEST(NeverMatches, is_said_of_an_empty_list_and_of_what_macros_bring_together)
{
	EXPECT_THAT(
		warnings("evt.type = open and proc.name in (l)", "- list: l\n  items: []\n"),
		ElementsAre("5:35 never-matches rule r: the rule never matches: 'proc.name in ()' cannot hold together "
			    "with the rest"));
	EXPECT_THAT(
		warnings("m and evt.type = mkdir", "- macro: m\n  condition: evt.type = open\n"),
		ElementsAre(
			"5:21 never-matches rule r: the rule never matches: 'evt.type = mkdir' cannot hold together "
			"with the rest"));
	EXPECT_THAT(
		warnings("evt.type = execve and evt.dir = < and evt.dir = >"),
		ElementsAre(HasSubstr("3:14 never-matches rule r: the rule never matches: there is no kind of event")));
	EXPECT_THAT(
		warnings("evt.type = open and m and proc.name = dog", "- macro: m\n  condition: proc.name = cat\n"),
		ElementsAre("5:41 never-matches rule r: the rule never matches: 'proc.name = dog' cannot hold together "
			    "with the rest"));
}

TEST(RedundantPart, is_a_part_that_changes_nothing)
{
	EXPECT_THAT(warnings("evt.type = open and proc.name = cat and evt.type = open"),
		    ElementsAre("3:55 redundant-part rule r: 'evt.type = open' says the same as 'evt.type = open'"));
	EXPECT_THAT(
		warnings("evt.type = open and fd.name startswith /etc/ and fd.name startswith /etc/pam"),
		ElementsAre(
			"3:35 redundant-part rule r: 'fd.name startswith /etc/' changes nothing: 'fd.name startswith "
			"/etc/pam' holds only when 'fd.name startswith /etc/' does"));
	EXPECT_THAT(warnings("evt.type = open and (proc.name = cat or proc.name in (cat, dog))"),
		    ElementsAre(HasSubstr("3:36 redundant-part rule r: 'proc.name = cat' changes nothing")));
	EXPECT_THAT(warnings("evt.type = open or (evt.type = open and proc.name = cat)"),
		    ElementsAre(HasSubstr("3:35 redundant-part rule r: ")));
}

TEST(RedundantPart, is_looked_for_where_it_is_written)
{
	// A macro's content is the business of the macro.
	EXPECT_THAT(warnings("m and evt.type = open", "- macro: m\n  condition: evt.type = open\n"), IsEmpty());
	EXPECT_THAT(warnings("m", "- macro: m\n  condition: evt.type = open and evt.type = open\n"),
		    ElementsAre(HasSubstr("2:34 redundant-part macro m: ")));
	EXPECT_THAT(warnings("evt.type = open and (proc.name = cat or proc.pname = cat)"), IsEmpty());
	EXPECT_THAT(warnings("evt.type = open and fd.name startswith /etc and fd.name contains pam"), IsEmpty());
}

TEST(AlwaysTrue, is_a_part_that_holds_at_every_event)
{
	EXPECT_THAT(
		warnings("evt.type = open and (proc.name = cat or not proc.name = cat)"),
		ElementsAre(
			"3:36 always-true rule r: '(proc.name = cat or not proc.name = cat)' holds at every event"));
	EXPECT_THAT(warnings("evt.type = open and not (proc.name = cat and proc.name = dog)"),
		    ElementsAre(HasSubstr("always-true rule r: ")));
	EXPECT_THAT(warnings("evt.type = open and (proc.name = cat or not proc.pname = cat)"), IsEmpty());
	EXPECT_THAT(warnings("evt.type = open and (proc.name = cat or proc.name != cat)"), IsEmpty());
}

TEST(LongName, is_longer_than_the_kernel_keeps)
{
	EXPECT_THAT(warnings("evt.type = open and proc.name = systemd-resolved"),
		    ElementsAre("3:47 long-name rule r: no process is called 'systemd-resolved': the kernel keeps 15 "
				"characters of a name, here 'systemd-resolve'"));
	EXPECT_THAT(warnings("evt.type = open and proc.aname in (cat, systemd-resolved)"),
		    ElementsAre(HasSubstr("long-name")));
	EXPECT_THAT(warnings("evt.type = open and proc.name = systemd-resolve"), IsEmpty());
	EXPECT_THAT(warnings("evt.type = open and proc.exe = systemd-resolved"), IsEmpty());
	EXPECT_THAT(warnings("evt.type = open and proc.name != systemd-resolved"), IsEmpty());
}

TEST(BadRegex, does_not_compile)
{
	EXPECT_THAT(
		warnings("evt.type = open and proc.name regex \"a(b\""),
		ElementsAre(HasSubstr("3:51 bad-regex rule r: 'a(b' is no regular expression, so it never matches: ")));
	EXPECT_THAT(warnings("evt.type = open and proc.name regex \"a(b|c)d\""), IsEmpty());
}

TEST(HiddenRule, never_gives_an_alert)
{
	const std::string wide = rule("wide", "evt.type in (open, openat) and fd.name startswith /etc");
	const std::string narrow =
		rule("narrow", "evt.type = open and fd.name startswith /etc/pam and proc.name = cat");
	EXPECT_THAT(
		LoadedRules(wide + narrow).warnings,
		ElementsAre("6:9 hidden-rule rule narrow: the rule never gives an alert: rule wide at FILE:1:9 matches "
			    "all that it matches, and the first match wins"));
	EXPECT_THAT(LoadedRules(narrow + wide).warnings, IsEmpty());
	CompileOptions all;
	all.first_match = false;
	EXPECT_THAT(LoadedRules(wide + narrow, all).warnings, IsEmpty());
	EXPECT_THAT(LoadedRules(wide + narrow + "  enabled: false\n").warnings, IsEmpty());
}

TEST(HiddenRule, is_not_one_that_is_matched_at_events_which_the_other_ignores)
{
	EXPECT_THAT(LoadedRules(rule("wide", "proc.name = cat", "  warn_evttypes: false\n") +
				rule("narrow", "proc.name = cat and evt.type = read",
				     "  ignore_warnings: [ignored-event]\n"))
			    .warnings,
		    IsEmpty());
}

TEST(IgnoredWarnings, are_those_of_one_item)
{
	const std::string condition = "evt.type = open and proc.name = systemd-resolved";
	EXPECT_THAT(LoadedRules(rule("a", condition, "  ignore_warnings: [long-name]\n") +
				rule("b", "fd.num = 1 and " + condition, "  ignore_warnings: [hidden-rule]\n"))
			    .warnings,
		    ElementsAre(HasSubstr("long-name rule b: ")));
	EXPECT_THAT(
		LoadedRules(rule("a", "evt.type = open", "  ignore_warnings: [long-nam]\n")).warnings,
		ElementsAre("6:21 unknown-warning rule a: there is no warning 'long-nam' (did you mean 'long-name'?)"));
	EXPECT_THAT(LoadedRules("- list: l\n  items: []\n  ignore_warnings: [unused-list]\n").warnings, IsEmpty());
}

TEST(UnusedItems, are_those_that_nothing_names)
{
	EXPECT_THAT(
		LoadedRules(
			"- list: l\n  items: []\n- list: k\n  items: [l]\n- macro: m\n  condition: proc.name in (k)\n")
			.warnings,
		ElementsAre("5:10 unused-macro macro m: nothing uses it"));
	EXPECT_THAT(LoadedRules("- list: l\n  items: []\n").warnings,
		    ElementsAre("1:9 unused-list list l: nothing uses it"));
}

TEST(EventTypes, are_named_or_a_warning_says_so)
{
	EXPECT_THAT(warnings("proc.name = cat"), ElementsAre(HasSubstr("1:9 no-event-type rule r: ")));
	EXPECT_THAT(LoadedRules(rule("r", "proc.name = cat", "  warn_evttypes: false\n")).warnings, IsEmpty());
	EXPECT_THAT(warnings("evt.type in (open, mkdir) and proc.name = cat"), IsEmpty());
}

TEST(UnknownFields, skip_the_rule_when_it_asks_for_that)
{
	const std::string skip = "  skip-if-unknown-filter: true\n";
	const LoadedRules loaded(rule("a", "evt.type = open and proc.nam = cat", skip) +
				 rule("b", "evt.type = opn", skip) +
				 "- rule: c\n  desc: d\n  condition: evt.type = open\n  output: \"%proc.nam\"\n" +
				 "  priority: INFO\n" + skip + rule("d", "evt.type = open"));
	EXPECT_THAT(loaded.errors, IsEmpty());
	EXPECT_THAT(
		loaded.warnings,
		ElementsAre("3:34 unknown-field rule a: skipped: unknown field 'proc.nam' (did you mean 'proc.name'?)",
			    HasSubstr("unknown-field rule b: skipped: unknown event type 'opn' (did you mean 'open'?)"),
			    HasSubstr("unknown-field rule c: skipped: unknown field '%proc.nam'")));
	ASSERT_EQ(loaded.rules.size(), 1u);
	EXPECT_EQ(LoadedRules(rule("a", "evt.type = open and proc.name in 5", skip)).errors.size(), 1u);
}

TEST(Errors, are_all_reported)
{
	EXPECT_THAT(LoadedRules(rule("a", "evt.type = opn and proc.nam = cat and fd.nume = 3")).errors,
		    ElementsAre(HasSubstr("3:25 bad-condition rule a: unknown event type 'opn' (did you mean 'open'?)"),
				HasSubstr("3:33 bad-condition rule a: unknown field 'proc.nam'"),
				HasSubstr("3:52 bad-condition rule a: unknown field 'fd.nume'")));
}
