// SPDX-License-Identifier: Apache-2.0
#include "loaded_rules.hpp"

using namespace falco::matcher;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Condition, has_its_macros_in_place_with_their_own_grouping)
{
	const LoadedRules loaded("- macro: either\n  condition: evt.type = open or evt.type = openat\n" +
				 rule_with("proc.name = cat and either"));
	ASSERT_THAT(loaded.errors, IsEmpty());
	EXPECT_EQ(loaded.condition(0), "(proc.name = cat and (evt.type = open or evt.type = openat))");
}

// Thousands of rules use the same few macros.
TEST(Condition, has_the_tree_of_a_macro_in_common_with_others)
{
	const LoadedRules loaded("- macro: inner\n  condition: proc.pname = a\n"
				 "- macro: m\n  condition: proc.name = b and not inner\n" +
				 rule_with("evt.type = open and m") +
				 "- rule: s\n  desc: d\n  condition: evt.type = openat and not inner and m\n"
				 "  output: x\n  priority: INFO\n");
	ASSERT_THAT(loaded.errors, IsEmpty());
	std::map<std::string, std::multiset<const ast::expr *>> checks;
	for (const auto &rule : loaded.rules) {
		walk(rule.condition.get(), [&](ast::expr *node) {
			if (const auto *check = node_as<ast::binary_check_expr>(node)) {
				checks[ast::as_string(check)].insert(check);
			}
		});
	}
	for (const char *check : {"proc.pname = a", "proc.name = b"}) {
		EXPECT_EQ(checks[check].count(*checks[check].begin()), checks[check].size()) << check;
	}
	EXPECT_THAT(checks["proc.pname = a"], testing::SizeIs(3));
	EXPECT_EQ(loaded.condition(1),
		  "(evt.type = openat and not proc.pname = a and (proc.name = b and not proc.pname = a))");
}

TEST(Condition, may_use_a_macro_that_uses_a_later_one)
{
	const LoadedRules loaded(
		"- macro: a\n  condition: b and evt.type = open\n- macro: b\n  condition: proc.name = cat\n" +
		rule_with("a"));
	ASSERT_THAT(loaded.errors, IsEmpty());
	EXPECT_EQ(loaded.condition(0), "(proc.name = cat and evt.type = open)");
}

TEST(Condition, should_not_use_a_macro_that_is_defined_after_the_rule)
{
	const LoadedRules loaded(rule_with("m") + "- macro: m\n  condition: evt.type = open\n");
	EXPECT_THAT(loaded.errors, IsEmpty());
	EXPECT_THAT(
		loaded.warnings,
		ElementsAre("3:14 macro-after-rule rule r: macro 'm' is defined after the rule 'r' that uses it, at "
			    "FILE:6:10"));
	EXPECT_EQ(loaded.condition(0), "evt.type = open");
}

TEST(Condition, reports_macros_that_use_themselves)
{
	EXPECT_THAT(LoadedRules("- macro: m\n  condition: evt.type = open and m\n").errors,
		    ElementsAre("2:34 recursive-macro macro m: macro 'm' uses itself: m -> m"));
	const LoadedRules mutual("- macro: a\n  condition: b\n- macro: b\n  condition: a\n" + rule_with("a"));
	EXPECT_THAT(mutual.errors, testing::Contains(HasSubstr("macro 'a' uses itself: a -> b -> a")));
}

TEST(Condition, names_the_nearest_macro_and_field)
{
	EXPECT_THAT(LoadedRules("- macro: open_write\n  condition: evt.type = open\n" + rule_with("opn_write")).errors,
		    ElementsAre("5:14 unknown-macro rule r: unknown macro 'opn_write' (did you mean 'open_write'?)"));
	EXPECT_THAT(LoadedRules(rule_with("evt.type = open and proc.nam = cat")).errors,
		    ElementsAre("3:34 bad-condition rule r: unknown field 'proc.nam' (did you mean 'proc.name'?)"));
}

TEST(Condition, names_the_nearest_operator)
{
	EXPECT_THAT(LoadedRules(rule_with("evt.type = open and fd.name startwith /etc")).errors,
		    ElementsAre(HasSubstr(
			    "3:42 syntax rule r: cannot parse the condition: unknown operator 'startwith' (did "
			    "you mean 'startswith'?): one of ")));
}

TEST(Condition, shows_a_mistake_inside_a_macro_once_and_there)
{
	const LoadedRules loaded("- macro: m\n  condition: proc.nam = cat\n" + rule_with("m and evt.type = open") +
				 rule_with("m and evt.type = openat"));
	EXPECT_THAT(loaded.errors,
		    ElementsAre("2:14 bad-condition macro m: unknown field 'proc.nam' (did you mean 'proc.name'?)"));
}

TEST(Condition, places_mistakes_inside_block_scalars)
{
	const LoadedRules folded(
		"- macro: m\n  condition: >\n    evt.type = open and\n    (proc.name = cat or\n     proc.nam = x)\n");
	EXPECT_THAT(folded.errors, ElementsAre(HasSubstr("5:6 bad-condition macro m: unknown field 'proc.nam'")));
	const LoadedRules literal("- macro: m\n  condition: |\n    evt.type = open and\n    and proc.name = cat\n");
	EXPECT_THAT(literal.errors, ElementsAre(HasSubstr("4:9 syntax macro m: cannot parse the condition: ")));
}

TEST(Condition, places_a_syntax_error_at_the_end)
{
	EXPECT_THAT(LoadedRules(rule_with("(evt.type = open")).errors,
		    ElementsAre(HasSubstr("3:30 syntax rule r: cannot parse the condition: expected a ')' token")));
}

TEST(Condition, takes_lists_with_lists_inside)
{
	const LoadedRules loaded("- list: shells\n  items: [bash, zsh]\n- list: programs\n  items: [shells, cat, 7]\n" +
				 rule_with("evt.type = open and proc.name in (programs, vi)"));
	ASSERT_THAT(loaded.errors, IsEmpty());
	EXPECT_EQ(loaded.condition(0), "(evt.type = open and proc.name in (bash, zsh, cat, 7, vi))");
}

TEST(Condition, takes_a_bare_list_after_in)
{
	const LoadedRules loaded("- list: shells\n  items: [bash]\n" + rule_with("proc.name in shells"));
	ASSERT_THAT(loaded.errors, IsEmpty());
	EXPECT_EQ(loaded.condition(0), "proc.name in (bash)");
	EXPECT_THAT(LoadedRules(rule_with("proc.name in shels")).errors,
		    ElementsAre(HasSubstr("unknown-list rule r: unknown list 'shels'")));
}

TEST(Condition, reports_lists_that_contain_themselves)
{
	EXPECT_THAT(LoadedRules("- list: a\n  items: [b]\n- list: b\n  items: [a]\n" + rule_with("proc.name in (a)"))
			    .errors,
		    ElementsAre(HasSubstr("4:11 recursive-list list b: list 'a' contains itself: a -> b -> a")));
}

TEST(Condition, parses_addresses_without_quotes)
{
	EXPECT_THAT(
		LoadedRules(rule_with("evt.type=connect and fd.sip=10.0.0.1 and fd.snet in (10.0.0.0/8, 1.2.3.4/32)"))
			.errors,
		IsEmpty());
}

TEST(Condition, may_use_any_form_of_event_type)
{
	EXPECT_THAT(LoadedRules(rule_with("tolower(evt.type) = open")).errors, IsEmpty());
	EXPECT_THAT(LoadedRules(rule_with("evt.type = val(proc.name)")).errors, IsEmpty());
}

TEST(Condition, names_the_nearest_system_call)
{
	EXPECT_THAT(LoadedRules(rule_with("syscall.type = opne")).errors,
		    ElementsAre("3:29 bad-condition rule r: unknown system call 'opne' (did you mean 'open'?)"));
	EXPECT_THAT(LoadedRules(rule_with("syscall.type in (openat, conect)")).errors,
		    ElementsAre("3:39 bad-condition rule r: unknown system call 'conect' (did you mean 'connect'?)"));
	EXPECT_THAT(LoadedRules(rule_with("syscall.type in (openat, umount2) or syscall.type contains opne")).errors,
		    IsEmpty());
}

TEST(Condition, tells_what_an_argument_may_be)
{
	EXPECT_THAT(LoadedRules(rule_with("evt.type = open and evt.arg.flgs = 1")).errors,
		    ElementsAre(HasSubstr("unknown event argument 'flgs' (did you mean 'flags'?)")));
	EXPECT_THAT(LoadedRules(rule_with("evt.type = open and proc.aname[x] = a")).errors,
		    ElementsAre(HasSubstr("field 'proc.aname[x]': bad argument: expected a number, as in "
					  "proc.aname[1]")));
}

TEST(Condition, is_limited_in_depth_and_size)
{
	const std::string deep = std::string(5000, '(') + "evt.type=open" + std::string(5000, ')');
	EXPECT_THAT(LoadedRules(rule_with(deep)).errors,
		    ElementsAre(HasSubstr("too-deep rule r: parentheses are nested")));

	std::string nots;
	for (int i = 0; i < 20000; i++) {
		nots += "not ";
	}
	EXPECT_THAT(LoadedRules(rule_with(nots + "evt.type=open")).errors, IsEmpty());

	std::string doubling = "- macro: m0\n  condition: evt.type=open\n";
	for (int i = 1; i < 40; i++) {
		const std::string used = "m" + std::to_string(i - 1);
		doubling += "- macro: m" + std::to_string(i) + "\n  condition: " + used + " or " + used + "\n";
	}
	EXPECT_THAT(LoadedRules(doubling).errors, testing::Contains(HasSubstr("too-large")));
}
