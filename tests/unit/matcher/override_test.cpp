// SPDX-License-Identifier: Apache-2.0
//
// Entries that change lists, macros and rules of earlier ones.
#include "loaded_rules.hpp"

using namespace falco::matcher;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

const std::string kRule = rule_with("evt.type = open or evt.type = openat", "o") + "  tags: [a, b]\n";

std::string changed(const std::string &keys)
{
	return kRule + "- rule: r\n" + keys;
}

} // namespace

TEST(Override, appends_to_the_text_of_a_condition)
{
	const LoadedRules loaded(changed("  condition: and proc.name = cat\n  override: {condition: append}\n"));
	ASSERT_THAT(loaded.errors, IsEmpty());
	EXPECT_THAT(loaded.warnings, IsEmpty());
	EXPECT_EQ(loaded.condition(0), "(evt.type = open or (evt.type = openat and proc.name = cat))");
}

TEST(Override, appends_to_output_desc_tags_and_exceptions)
{
	const LoadedRules loaded(
		changed("  output: by %proc.name\n  desc: e\n  tags: [b, c]\n  exceptions:\n"
			"    - {name: x, fields: proc.name, values: [cat]}\n"
			"  override: {output: append, desc: append, tags: append, exceptions: append}\n"));
	ASSERT_THAT(loaded.errors, IsEmpty());
	const Item &rule = *loaded.rules.at(0).item;
	EXPECT_EQ(rule.output->text, "o by %proc.name");
	EXPECT_EQ(rule.desc, "d e");
	EXPECT_THAT(rule.tags, ElementsAre("a", "b", "c"));
	EXPECT_EQ(loaded.condition(0), "((evt.type = open or evt.type = openat) and not proc.name in (cat))");
}

TEST(Override, joins_outputs_with_one_space)
{
	const LoadedRules loaded(
		"- rule: r\n  desc: d\n  condition: evt.type = open\n  output: >\n    o %fd.name\n"
		"  priority: INFO\n- rule: r\n  output: \"\\n  by %proc.name \"\n"
		"  override: {output: append}\n- rule: r\n  output: and %evt.num\n  override: {output: append}\n");
	ASSERT_THAT(loaded.errors, IsEmpty());
	EXPECT_EQ(loaded.rules.at(0).item->output->text, "o %fd.name by %proc.name and %evt.num");
}

TEST(Override, replaces_every_key_of_a_rule)
{
	const LoadedRules loaded(changed(
		"  condition: evt.type = mkdir\n  output: p\n  desc: e\n  tags: [c]\n  priority: ERROR\n  enabled: "
		"true\n"
		"  warn_evttypes: false\n  skip-if-unknown-filter: true\n  exceptions: []\n"
		"  override:\n    condition: replace\n    output: replace\n    desc: replace\n    tags: replace\n"
		"    priority: replace\n    enabled: replace\n    warn_evttypes: replace\n"
		"    skip-if-unknown-filter: replace\n    exceptions: replace\n"));
	ASSERT_THAT(loaded.errors, IsEmpty());
	EXPECT_EQ(loaded.condition(0), "evt.type = mkdir");
	const Item &rule = *loaded.rules.at(0).item;
	EXPECT_EQ(rule.output->text, "p");
	EXPECT_EQ(rule.desc, "e");
	EXPECT_EQ(rule.priority, 3);
	EXPECT_THAT(rule.tags, ElementsAre("c"));
	EXPECT_FALSE(rule.warn_evttypes);
	EXPECT_TRUE(rule.skip_if_unknown_filter);
}

TEST(Override, replaces_exceptions_and_switches_off)
{
	const std::string with_exceptions =
		kRule + "  exceptions:\n    - {name: x, fields: proc.name, values: [cat]}\n";
	const LoadedRules none(with_exceptions + "- rule: r\n  exceptions: []\n  override: {exceptions: replace}\n");
	ASSERT_THAT(none.errors, IsEmpty());
	EXPECT_EQ(none.condition(0), "(evt.type = open or evt.type = openat)");
	const LoadedRules off(with_exceptions + "- rule: r\n  enabled: false\n  override: {enabled: replace}\n");
	ASSERT_THAT(off.errors, IsEmpty());
	EXPECT_THAT(off.rules, IsEmpty());
}

TEST(Override, may_append_to_one_key_and_replace_another)
{
	const LoadedRules loaded(changed("  condition: and proc.name = cat\n  priority: ERROR\n"
					 "  override: {condition: append, priority: replace}\n"));
	ASSERT_THAT(loaded.errors, IsEmpty());
	EXPECT_THAT(loaded.condition(0), HasSubstr("proc.name = cat"));
	EXPECT_EQ(loaded.rules.at(0).item->priority, 3);
}

TEST(Override, appends_to_macros_and_lists_and_replaces_them)
{
	const std::string base = "- list: l\n  items: [a]\n- macro: m\n  condition: evt.type = open\n" +
				 rule_with("m and proc.name in (l)");
	const LoadedRules appended(base +
				   "- list: l\n  items: [b]\n  override: {items: append}\n"
				   "- macro: m\n  condition: or evt.type = openat\n  override: {condition: append}\n");
	ASSERT_THAT(appended.errors, IsEmpty());
	EXPECT_EQ(appended.condition(0), "((evt.type = open or evt.type = openat) and proc.name in (a, b))");
	const LoadedRules replaced(base +
				   "- list: l\n  items: [b]\n  override: {items: replace}\n"
				   "- macro: m\n  condition: evt.type = openat\n  override: {condition: replace}\n");
	ASSERT_THAT(replaced.errors, IsEmpty());
	EXPECT_THAT(replaced.warnings, IsEmpty());
	EXPECT_EQ(replaced.condition(0), "(evt.type = openat and proc.name in (b))");
}

TEST(Override, places_a_mistake_in_the_appended_text)
{
	EXPECT_THAT(LoadedRules(changed("  condition: and proc.nam = cat\n  override: {condition: append}\n")).errors,
		    ElementsAre("8:18 bad-condition rule r: unknown field 'proc.nam' (did you mean 'proc.name'?)"));
	EXPECT_THAT(LoadedRules(changed("  output: by %proc.nam\n  override: {output: append}\n")).errors,
		    ElementsAre(HasSubstr("8:15 bad-output rule r: ")));
	EXPECT_THAT(LoadedRules(changed("  output: \"  by %proc.nam\"\n  override: {output: append}\n")).errors,
		    ElementsAre(HasSubstr("8:18 bad-output rule r: ")));
}

TEST(Override, needs_something_to_change)
{
	EXPECT_THAT(LoadedRules("- macro: opened\n  condition: evt.type = open\n- macro: opend\n  condition: or x\n"
				"  override: {condition: append}\n")
			    .errors,
		    ElementsAre("3:10 unknown-base macro opend: there is no macro of this name before it to override "
				"(did you mean 'opened'?)"));
	EXPECT_THAT(LoadedRules("- macro: m\n  condition: x\n  override: {condition: append}\n").errors,
		    ElementsAre(HasSubstr("1:10 unknown-base macro m: ")));
	const LoadedRules defined("- list: l\n  items: [a]\n  override: {items: replace}\n" +
				  rule_with("evt.type = open and proc.name in (l)"));
	EXPECT_THAT(defined.errors, IsEmpty());
	EXPECT_THAT(
		defined.warnings,
		ElementsAre("1:9 replaces-nothing list l: there is no list of this name to override: this defines it"));
}

TEST(Override, says_nothing_more_about_a_base_that_is_broken)
{
	EXPECT_THAT(LoadedRules("- macro: m\n- macro: m\n  condition: or x\n  override: {condition: append}\n" +
				rule_with("m"))
			    .errors,
		    ElementsAre("1:10 missing-key macro m: the key 'condition' is missing"));
}

TEST(Override, knows_what_may_be_appended_and_replaced)
{
	EXPECT_THAT(
		LoadedRules(changed("  priority: ERROR\n  override: {priority: append}\n")).errors,
		ElementsAre("9:24 bad-override rule r: nothing can be appended to the key 'priority': use 'replace' "
			    "instead"));
	EXPECT_THAT(
		LoadedRules(changed("  desc: e\n  override: {descr: append}\n")).errors,
		Contains(HasSubstr("9:14 bad-override rule r: the key 'descr' of a rule cannot be overridden: expected "
				   "condition, output, desc, tags, exceptions, priority, enabled, warn_evttypes and "
				   "skip-if-unknown-filter (did you mean 'desc'?)")));
	EXPECT_THAT(
		LoadedRules(changed("  desc: e\n  override: {desc: apend}\n")).errors,
		ElementsAre("9:20 bad-override rule r: expected append or replace for the key 'desc', found 'apend' "
			    "(did you mean 'append'?)"));
	EXPECT_THAT(
		LoadedRules(changed("  desc: e\n  override: append\n")).errors,
		ElementsAre("9:13 bad-override rule r: 'override' must be a map of keys to append or replace, such as "
			    "{condition: append}, found text"));
}

TEST(Override, names_every_key_it_changes_and_no_other)
{
	EXPECT_THAT(LoadedRules(changed("  desc: e\n  override: {desc: append, output: append}\n")).errors,
		    ElementsAre("7:9 missing-key rule r: 'override' names the key 'output', and there is none"));
	EXPECT_THAT(
		LoadedRules(changed("  desc: e\n  output: x\n  override: {desc: append}\n")).errors,
		ElementsAre("9:3 bad-override rule r: the key 'output' is not named in 'override': add output: append "
			    "or replace there"));
}

TEST(OlderForms, append_conditions_exceptions_and_items_with_a_warning)
{
	const LoadedRules loaded("- list: l\n  items: [a]\n- list: l\n  items: [b]\n  append: true\n" + kRule +
				 "- rule: r\n  condition: and proc.name in (l)\n  append: true\n");
	ASSERT_THAT(loaded.errors, IsEmpty());
	EXPECT_THAT(
		loaded.warnings,
		ElementsAre(
			"3:9 deprecated list l: 'append: true' is deprecated: write override: {items: append}",
			"12:9 deprecated rule r: 'append: true' is deprecated: write override: {condition: append}"));
	EXPECT_EQ(loaded.condition(0), "(evt.type = open or (evt.type = openat and proc.name in (a, b)))");
}

TEST(OlderForms, of_append_do_not_go_with_override_and_need_something)
{
	EXPECT_THAT(LoadedRules(changed("  desc: e\n  append: true\n  override: {desc: append}\n")).errors,
		    ElementsAre(HasSubstr("7:9 bad-override rule r: 'append: true' does not go with 'override'")));
	EXPECT_THAT(LoadedRules(changed("  append: true\n")).errors,
		    ElementsAre("7:9 missing-key rule r: nothing is appended: expected the key 'condition' or "
				"'exceptions'"));
}

TEST(OlderForms, switch_a_rule_off_and_on)
{
	const std::string off = "- rule: r\n  enabled: false\n";
	const LoadedRules loaded(kRule + off);
	EXPECT_THAT(loaded.errors, IsEmpty());
	EXPECT_THAT(loaded.warnings, ElementsAre("7:9 deprecated rule r: 'enabled' alone is deprecated: add override: "
						 "{enabled: replace}"));
	EXPECT_THAT(loaded.rules, IsEmpty());
	EXPECT_EQ(LoadedRules(kRule + off + "- rule: r\n  enabled: true\n").rules.size(), 1u);
	EXPECT_THAT(LoadedRules(off).errors, ElementsAre(HasSubstr("1:9 unknown-base rule r: ")));
}

TEST(Redefinition, sees_what_is_defined_before_it_and_keeps_the_place_of_the_first)
{
	// The macro stands before the rule; what it is redefined with stands behind.
	const LoadedRules loaded("- macro: m\n  condition: evt.type = open\n" + rule_with("m") +
				 "- list: l\n  items: [cat]\n- macro: n\n  condition: proc.name in (l)\n"
				 "- macro: m\n  condition: evt.type = open and n\n");
	EXPECT_THAT(loaded.errors, IsEmpty());
	EXPECT_EQ(loaded.condition(0), "(evt.type = open and proc.name in (cat))");
}

TEST(Redefinition, of_a_rule_sees_macros_before_it)
{
	const LoadedRules loaded(rule_with("evt.type = open") + "- macro: m\n  condition: evt.type = mkdir\n" +
				 rule_with("m"));
	EXPECT_THAT(loaded.errors, IsEmpty());
	EXPECT_EQ(loaded.condition(0), "evt.type = mkdir");
}

TEST(Redefinition, with_another_source_is_an_error)
{
	EXPECT_THAT(LoadedRules(kRule + rule_with("ka.verb = x") + "  source: k8s_audit\n").errors,
		    ElementsAre(HasSubstr("7:9 redefined-source rule r: defined again with the source 'k8s_audit'")));
}

TEST(OtherSources, are_not_checked_and_neither_are_their_macros)
{
	const LoadedRules loaded("- macro: create\n  condition: ka.verb = create\n" +
				 rule_with("create and ka.uri = x") +
				 "  source: k8s_audit\n  exceptions: [{name: e, fields: ka.user.name, values: [x]}]\n");
	EXPECT_THAT(loaded.errors, IsEmpty());
	EXPECT_THAT(loaded.rules, IsEmpty());
	EXPECT_THAT(loaded.warnings,
		    Contains(HasSubstr("8:11 other-source rule r: skipped: its source is 'k8s_audit'")));
}
