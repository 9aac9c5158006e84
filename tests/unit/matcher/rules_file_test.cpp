// SPDX-License-Identifier: Apache-2.0
#include "loaded_rules.hpp"

using namespace falco::matcher;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Priority, is_any_prefix_of_a_name_whatever_its_case)
{
	EXPECT_EQ(parse_priority("EMERGENCY"), 0);
	EXPECT_EQ(parse_priority("e"), 0); // the first in order
	EXPECT_EQ(parse_priority("al"), 1);
	EXPECT_EQ(parse_priority("Critical"), 2);
	EXPECT_EQ(parse_priority("err"), 3);
	EXPECT_EQ(parse_priority("warn"), 4);
	EXPECT_EQ(parse_priority("notice"), 5);
	EXPECT_EQ(parse_priority("INFO"), 6);
	EXPECT_EQ(parse_priority("Informational"), 6);
	EXPECT_EQ(parse_priority("debug"), 7);
	EXPECT_EQ(parse_priority(""), -1);
	EXPECT_EQ(parse_priority("warnings"), -1);
	EXPECT_EQ(parse_priority("high"), -1);
}

TEST(RulesFile, may_be_empty_or_hold_macros_only)
{
	EXPECT_THAT(LoadedRules("").errors, IsEmpty());
	EXPECT_THAT(LoadedRules("# nothing\n").errors, IsEmpty());
	const LoadedRules macros("- macro: m\n  condition: proc.name = cat\n");
	EXPECT_THAT(macros.errors, IsEmpty());
	EXPECT_THAT(macros.rules, IsEmpty());
}

TEST(RulesFile, may_have_several_documents_which_all_count_in_order)
{
	const std::string first = "- macro: m\n  condition: evt.type = open\n"
				  "- rule: a\n  desc: d\n  condition: m\n  output: o\n  priority: INFO\n";
	const std::string second = "- rule: b\n  desc: d\n  condition: m and proc.name = x\n  output: o\n"
				   "  priority: INFO\n"
				   "- rule: a\n  enabled: false\n  override: {enabled: replace}\n";
	const LoadedRules loaded("---\n" + first + "---\n---\n" + second + "---\n");
	EXPECT_THAT(loaded.errors, IsEmpty());
	ASSERT_EQ(loaded.rules.size(), 1u);
	EXPECT_EQ(loaded.condition(0), "(evt.type = open and proc.name = x)");
	EXPECT_EQ(loaded.rules[0].item->place.line, 11u);
}

TEST(RulesFile, shows_mistakes_in_a_later_document_where_they_stand)
{
	const LoadedRules loaded("- macro: m\n  condition: evt.type = open\n---\n"
				 "- rule: b\n  desc: d\n  condition: >\n    m and\n    proc.nam = x\n  output: o\n"
				 "  priority: INFO\n---\nrule: c\n");
	EXPECT_THAT(loaded.errors,
		    ElementsAre("8:5 bad-condition rule b: unknown field 'proc.nam' (did you mean 'proc.name'?)",
				"12:1 not-a-list expected a list of rules, macros and lists, found a map"));
}

TEST(RulesFile, keeps_what_a_rule_says)
{
	const LoadedRules loaded(
		"- rule: write_etc\n  desc: writing\n  condition: evt.type = open\n  output: \"o %proc.name\"\n"
		"  priority: Error\n  tags: [files, etc]\n");
	ASSERT_THAT(loaded.errors, IsEmpty());
	ASSERT_EQ(loaded.rules.size(), 1u);
	const Item &item = *loaded.rules[0].item;
	EXPECT_EQ(item.name, "write_etc");
	EXPECT_EQ(item.desc, "writing");
	EXPECT_EQ(item.priority, 3);
	EXPECT_THAT(item.tags, ElementsAre("files", "etc"));
}

TEST(RulesFile, names_every_key_that_a_rule_lacks)
{
	const LoadedRules loaded("- rule: r\n");
	EXPECT_THAT(loaded.errors, ElementsAre("1:9 missing-key rule r: the key 'condition' is missing",
					       "1:9 missing-key rule r: the key 'output' is missing",
					       "1:9 missing-key rule r: the key 'desc' is missing",
					       "1:9 missing-key rule r: the key 'priority' is missing"));
}

TEST(RulesFile, checks_the_rest_of_a_rule_that_has_a_mistake)
{
	EXPECT_THAT(LoadedRules("- rule: r\n  condition: evt.type = opn\n  output: \"%proc.nam\"\n  priority: high\n")
			    .errors,
		    ElementsAre("1:9 missing-key rule r: the key 'desc' is missing",
				testing::HasSubstr("2:25 bad-condition rule r: unknown event type 'opn'"),
				testing::HasSubstr("3:13 bad-output rule r: "),
				testing::HasSubstr("4:13 bad-priority rule r: ")));
}

TEST(RulesFile, reports_values_that_are_empty_or_of_another_type)
{
	EXPECT_THAT(LoadedRules("- macro: m\n  condition:\n").errors,
		    ElementsAre(testing::HasSubstr("empty-value macro m: 'condition' must be text, found nothing")));
	EXPECT_THAT(LoadedRules("- macro: m\n  condition: [a]\n").errors,
		    ElementsAre("2:14 wrong-type macro m: 'condition' must be text, found a list"));
	EXPECT_THAT(LoadedRules("- list: l\n  items: a\n").errors,
		    ElementsAre("2:10 wrong-type list l: a list needs the key 'items' with a list, such as [a, b]"));
	EXPECT_THAT(
		LoadedRules("- rule: r\n  desc: d\n  condition: evt.type=open\n  output: x\n  priority: hihg\n").errors,
		ElementsAre("5:13 bad-priority rule r: unknown priority 'hihg': expected emergency, alert, critical, "
			    "error, warning, notice, informational or debug"));
}

TEST(RulesFile, reports_entries_that_are_no_items)
{
	EXPECT_THAT(LoadedRules("rule: r\n").errors,
		    ElementsAre("1:1 not-a-list expected a list of rules, macros and lists, found a map"));
	EXPECT_THAT(LoadedRules("- just text\n").errors,
		    ElementsAre("1:3 not-a-map expected a rule, macro or list, found text"));
	EXPECT_THAT(LoadedRules("- rul: r\n").errors,
		    ElementsAre("1:3 unknown-item expected one of the keys rule, macro and list, found 'rul' (did you "
				"mean 'rule'?)"));
}

TEST(RulesFile, skips_entries_that_a_newer_version_may_know)
{
	const LoadedRules loaded("- something_new: 5\n-\n" + rule_with("evt.type = open"));
	EXPECT_THAT(loaded.errors, IsEmpty());
	EXPECT_THAT(loaded.warnings,
		    ElementsAre("1:3 unknown-entry skipped: expected one of the keys rule, macro and list, found "
				"'something_new'",
				"2:1 unknown-entry skipped: the entry is empty"));
	EXPECT_EQ(loaded.rules.size(), 1u);
}

TEST(RulesFile, reports_what_stands_beside_a_requirement)
{
	EXPECT_THAT(LoadedRules("- required_engine_version: 17\n  macro: m\n  condition: evt.type = open\n").errors,
		    ElementsAre("1:3 mixed-item an entry is one thing, and this one has the keys 'macro' and "
				"'required_engine_version'"));
	EXPECT_THAT(LoadedRules("- required_plugin_versions: []\n  list: l\n  items: [a]\n").errors,
		    ElementsAre(testing::HasSubstr("mixed-item")));
	EXPECT_THAT(LoadedRules("- required_engine_version: 17\n  rul: x\n").warnings,
		    ElementsAre("2:3 unknown-key unknown key 'rul' beside 'required_engine_version'"));
}

TEST(RulesFile, tells_of_keys_that_stand_twice_and_reads_on)
{
	EXPECT_THAT(LoadedRules("- rule: r\n  desc: d\n  desc: e\n  condition: evt.type = open\n  output: x\n"
				"  priority: INFO\n- macro: m\n  condition: evt.type = opn\n")
			    .errors,
		    ElementsAre("3:3 yaml the key 'desc' stands twice, first at FILE:2:3",
				testing::HasSubstr("8:25 bad-condition macro m: ")));
}

TEST(RulesFile, takes_no_more_of_append_than_that_it_is_wrong)
{
	EXPECT_THAT(
		LoadedRules(rule_with("evt.type = open") + "- rule: r\n  condition: and proc.name = a\n  append: tru\n")
			.errors,
		ElementsAre("8:11 wrong-type rule r: 'append' must be true or false"));
}

TEST(RulesFile, refuses_to_change_a_rule_of_another_source)
{
	EXPECT_THAT(LoadedRules(rule_with("evt.type = open") +
				"- rule: r\n  desc: x\n  source: k8s_audit\n  override: {desc: replace}\n")
			    .errors,
		    ElementsAre("6:9 redefined-source rule r: overridden with the source 'k8s_audit': the one at "
				"FILE:1:9 has the source 'syscall'"));
}

TEST(RulesFile, knows_what_rules_of_other_sources_use)
{
	const LoadedRules loaded("- list: verbs\n  items: [create]\n- macro: create\n  condition: ka.verb in (verbs)\n"
				 "- rule: r\n  desc: d\n  condition: (create) and ka.uri = x\n  output: o\n"
				 "  priority: INFO\n  source: k8s_audit\n");
	EXPECT_THAT(loaded.warnings, ElementsAre(testing::HasSubstr(" other-source ")));
}

TEST(RulesFile, suggests_the_nearest_name)
{
	EXPECT_THAT(LoadedRules("- list: shells\n  items: [a]\n" +
				rule_with("evt.type = open and proc.name in shels and proc.pname in (shells)"))
			    .errors,
		    ElementsAre("5:47 unknown-list rule r: unknown list 'shels' (did you mean 'shells'?)"));
	EXPECT_THAT(LoadedRules("- rule: r\n  desc: d\n  condition: evt.type=open\n  output: x\n  priority: critcal\n")
			    .errors,
		    ElementsAre(testing::HasSubstr("debug (did you mean 'critical'?)")));
}

TEST(RulesFile, names_macros_as_no_operator_is)
{
	EXPECT_THAT(LoadedRules("- macro: or\n  condition: evt.type = open\n").warnings,
		    testing::Contains(testing::HasSubstr("1:10 bad-name macro or: ")));
}

TEST(RulesFile, reports_broken_yaml_and_goes_on_with_the_next_file)
{
	const LoadedRules loaded(std::vector<std::string>{"- rule: [\n", "- macro: m\n  condition: nosuch\n"});
	ASSERT_EQ(loaded.errors.size(), 2u);
	EXPECT_THAT(loaded.errors[0], testing::HasSubstr(" yaml "));
	EXPECT_EQ(loaded.errors[1], "2:14 unknown-macro macro m: unknown macro 'nosuch'");
}

TEST(RulesFile, warns_of_unknown_keys)
{
	const LoadedRules loaded(
		"- macro: m\n  condition: proc.name = cat\n  conditon: x\n  ignore_warnings: [unused-macro]\n");
	EXPECT_THAT(loaded.warnings,
		    ElementsAre("3:3 unknown-key macro m: unknown key 'conditon' (did you mean 'condition'?)"));
	EXPECT_THAT(loaded.errors, IsEmpty());
}

TEST(RulesFile, puts_an_item_that_is_defined_again_in_the_place_of_the_earlier_one)
{
	const LoadedRules loaded("- macro: m\n  condition: proc.name = cat\n" + rule_with("m and evt.type = open") +
				 "- macro: m\n  condition: proc.name = dog\n");
	EXPECT_THAT(loaded.errors, IsEmpty());
	EXPECT_THAT(loaded.warnings,
		    ElementsAre("8:10 redefined macro m: defined again: takes the place of the one at FILE:1:10"));
	EXPECT_EQ(loaded.condition(0), "(proc.name = dog and evt.type = open)");
}

TEST(RulesFile, leaves_out_rules_that_are_switched_off_or_of_another_source)
{
	const LoadedRules loaded(rule_with("evt.type = open") + "  enabled: false\n" + "- rule: s\n  desc: d\n" +
				 "  condition: evt.type = open\n  output: x\n  priority: INFO\n  source: k8s_audit\n");
	EXPECT_THAT(loaded.errors, IsEmpty());
	EXPECT_THAT(loaded.rules, IsEmpty());
	EXPECT_THAT(loaded.warnings,
		    ElementsAre("12:11 other-source rule s: skipped: its source is 'k8s_audit', and only "
				"syscall events are captured"));
}

TEST(RulesFile, switches_a_rule_off_by_defining_it_again)
{
	const LoadedRules loaded(rule_with("evt.type = open") + rule_with("evt.type = open") + "  enabled: false\n");
	EXPECT_THAT(loaded.errors, IsEmpty());
	EXPECT_THAT(loaded.rules, IsEmpty());
}
