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
		     "evt.type = connect and fd.sport = 22 and fd.sport = 80",
		     "evt.type = connect and fd.sport = 22 and not fd.sport in (22, 80)",
		     "evt.type = connect and fd.num > 5 and fd.num < 3",
		     "evt.type = connect and fd.num >= 5 and fd.num < 5",
		     "evt.type = open and user.uid = 0 and user.uid != 0",
		     "evt.type = open and user.uid < 0",
		     "evt.type = open and evt.rawres < 0 and evt.rawres in (0, 3)",
		     "evt.type = openat and evt.is_open_write = true and evt.is_open_write = false",
		     "evt.type = open and evt.dir = in",
		     "evt.type = open and fd.typechar = file",
		     "evt.type = connect and fd.ip in (1.2.3.4)",
		     "evt.type = connect and proc.apid in (1, 2)",
		     "evt.type = connect and fd.net in (1.2.0.0/16, 1.3.0.0/16)",
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
		     "evt.type = connect and fd.port = 22 and fd.port = 80",
		     "evt.type = connect and proc.apid = 1 and proc.apid = 2",
		     "evt.type = connect and proc.apid[1] = 1 and proc.apid[2] = 2",
		     "evt.type = connect and (fd.sport = 22 or fd.sport = 80) and fd.cport = 22",
		     "evt.type = connect and fd.num > 3 and fd.num < 5",
		     "evt.type = connect and fd.num >= 5 and fd.num <= 5",
		     "evt.type = open and evt.rawres < 0 and evt.rawres != -1",
		     "evt.type = open and evt.dir in (<, >)",
		     "evt.type = open and fd.typechar = f",
		     "evt.type = connect and fd.sip in (1.2.3.4, 1.2.3.5)",
		     "evt.type = connect and fd.port in (22, 80)",
		     "evt.type = connect and proc.apid[1] in (1, 2)",
		     "evt.type = connect and fd.net in (1.2.0.0/16)",
		     "evt.type = connect and fd.snet in (1.2.0.0/16, 1.3.0.0/16)",
	     }) {
		EXPECT_THAT(warnings(condition), IsEmpty()) << condition;
	}
}

TEST(NeverMatches, is_said_of_lists_that_libsinsp_does_not_compare_as_one)
{
	EXPECT_THAT(warnings("evt.type = connect and fd.ip in (1.2.3.4, 1.2.3.5)"),
		    ElementsAre("3:48 never-matches rule r: 'fd.ip' has several values, and 'in' compares them with no "
				"list: use fd.cip in (...) or fd.sip in (...)"));
	EXPECT_THAT(warnings("evt.type = connect and fd.net in (1.2.0.0/16, 1.3.0.0/16, 1.4.0.0/16)"),
		    ElementsAre("3:61 never-matches rule r: 'fd.net' has several values, and 'in' compares them with "
				"the first of a list only: use fd.cnet in (...) or fd.snet in (...)"));
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

TEST(NeverMatches, is_said_when_only_events_could_match_that_are_not_delivered_or_ignored)
{
	const std::string none = "the rule never matches: there is no kind of event at which its condition can hold";
	for (const std::string condition :
	     {"evt.type = scapevent", "evt.type = drop", "evt.type = k8s", "evt.type = mesos", "evt.type = infra",
	      "evt.type = asyncevent", "evt.type = pluginevent", "evt.type = procexit and evt.dir = <",
	      "evt.type = signaldeliver and evt.dir = <", "evt.type = scapevent or evt.type = drop"}) {
		EXPECT_THAT(warnings(condition), ElementsAre("3:14 never-matches rule r: " + none)) << condition;
	}
	EXPECT_THAT(warnings("evt.arg.fds exists and proc.name = x"),
		    ElementsAre("3:14 never-matches rule r: the rule never matches: its condition can hold only at "
				"poll and ppoll, which are ignored: name them with evt.type to have them matched"));
}

TEST(NeverMatches, is_not_said_of_events_that_are_delivered_and_matched)
{
	for (const std::string condition :
	     {"evt.type = procexit", "evt.type = signaldeliver", "evt.type = page_fault", "evt.type = useradded",
	      "evt.type = munlock", "evt.type = sysinfo and evt.dir = <", "evt.type in (scapevent, open)",
	      "evt.type = container", "evt.type = notification"}) {
		EXPECT_THAT(warnings(condition), IsEmpty()) << condition;
	}
	const std::string polling = "evt.type in (poll, ppoll) and evt.arg.fds exists and proc.name = x";
	EXPECT_THAT(LoadedRules(rule("r", polling, "  ignore_warnings: [ignored-event]\n")).warnings, IsEmpty());
	CompileOptions everything;
	everything.everything = true;
	EXPECT_THAT(LoadedRules(rule("r", "evt.arg.fds exists and proc.name = x"), everything).warnings, IsEmpty());
}

TEST(NeverMatches, is_said_of_rules_that_are_switched_off)
{
	EXPECT_THAT(LoadedRules(rule("r", "evt.type = open and proc.name = a and proc.name = b", "  enabled: false\n"))
			    .warnings,
		    ElementsAre(HasSubstr("never-matches rule r: ")));
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

TEST(RedundantPart, is_found_among_numbers)
{
	EXPECT_THAT(warnings("evt.type = open and (proc.pid > 5 or proc.pid > 3)"),
		    ElementsAre(HasSubstr("3:36 redundant-part rule r: 'proc.pid > 5' changes nothing: ")));
	EXPECT_THAT(warnings("evt.type = open and user.uid < 2 and user.uid in (0, 1)"),
		    ElementsAre(HasSubstr("'user.uid in (0, 1)' says the same as 'user.uid < 2'")));
	EXPECT_THAT(warnings("evt.type = open and fd.num >= 0 and fd.num exists"),
		    testing::Not(testing::Contains(HasSubstr("always-true"))));
	EXPECT_THAT(warnings("evt.type = open and (proc.pid > 5 or proc.pid <= 5)"), IsEmpty());
}

TEST(RedundantPart, is_not_what_a_list_to_be_filled_would_change)
{
	const std::string list = "- list: user_known\n  items: []\n";
	for (const std::string condition :
	     {"evt.type = open and not proc.name in (user_known) and not proc.name in (x, y)",
	      "evt.type = open and not (proc.name in (user_known) or proc.name = x)",
	      "evt.type = open and (proc.name in (user_known) or proc.name = x) and proc.name in (x, y)",
	      "evt.type = open and not user.uid in (user_known) and not user.uid in (0, 1)"}) {
		EXPECT_THAT(warnings(condition, list), testing::Not(testing::Contains(HasSubstr(" redundant-part "))))
			<< condition;
	}
}

TEST(Exceptions, are_looked_at_as_conditions_are)
{
	const auto excepted = [](const std::string &exception) {
		return LoadedRules(rule("r", "evt.type = open", "  exceptions:\n  - {name: e, " + exception + "}\n"))
			.warnings;
	};
	EXPECT_THAT(excepted("fields: [proc.name], comps: [regex], values: [['a(b']]"),
		    ElementsAre(HasSubstr("7:62 bad-regex rule r: 'a(b' is no regular expression")));
	EXPECT_THAT(excepted("fields: proc.name, values: [systemd-resolved]"),
		    ElementsAre(HasSubstr(" long-name rule r: no process is called 'systemd-resolved'")));
	EXPECT_THAT(excepted("fields: [proc.name, fd.name], values: [[a, /b], [c, /d], [a, /b]]"),
		    ElementsAre(HasSubstr(" redundant-part rule r: '(proc.name = a and fd.name = /b)' says the same")));
	EXPECT_THAT(excepted("fields: [proc.name, fd.name], values: [[a, /b], [a, /c]]"), IsEmpty());
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

TEST(LongName, is_longer_than_the_kernel_keeps_whatever_is_asked_of_it)
{
	for (const std::string check : {"proc.name contains systemd-resolved", "proc.name icontains systemd-resolved",
					"proc.pname glob \"systemd-resolve?*\"", "proc.name endswith systemd-resolved",
					"tolower(proc.name) = systemd-resolved", "proc.sname = systemd-resolved",
					"proc.vpgid.name in (a, systemd-resolved)"}) {
		EXPECT_THAT(warnings("evt.type = open and " + check), ElementsAre(HasSubstr(" long-name rule r: ")))
			<< check;
	}
	for (const std::string check : {"proc.name glob \"systemd-resolv[ed]*\"", "len(proc.name) = 1000000000000000",
					"proc.name regex \"systemd-resolve(d|r)?x?\""}) {
		EXPECT_THAT(warnings("evt.type = open and " + check), IsEmpty()) << check;
	}
}

TEST(SuspiciousValue, is_a_number_that_a_text_is_compared_with)
{
	EXPECT_THAT(warnings("evt.type = open and proc.name > 5"),
		    ElementsAre("3:47 suspicious-value rule r: 'proc.name' is a text, and '>' compares it with 5 "
				"character by character: 10 is less than 9"));
	EXPECT_THAT(warnings("evt.type = open and evt.arg.flags < 0"), ElementsAre(HasSubstr(" suspicious-value ")));
	EXPECT_THAT(warnings("evt.type = open and evt.rawres < 0"), IsEmpty());
}

TEST(DeprecatedFields, are_told)
{
	EXPECT_THAT(
		warnings("evt.type = open and k8s.rc.name = x"),
		ElementsAre(
			"3:35 deprecated rule r: no event has this field any more, which is deprecated: k8s.rc.name"));
	EXPECT_THAT(LoadedRules(rule_with("evt.type = open", "'%k8s.svc.name'")).warnings,
		    ElementsAre(HasSubstr(" deprecated: k8s.svc.name")));
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

TEST(HiddenRule, is_found_whichever_of_the_two_uses_a_macro)
{
	const std::string macro = "- macro: m\n  condition: proc.aname[2] = cat\n";
	for (const std::string wide : {"m", "proc.aname[2] = cat"}) {
		for (const std::string narrow : {"m", "proc.aname[2] = cat"}) {
			const LoadedRules loaded(macro + rule("wide", "evt.type = open and " + wide) +
						 rule("narrow", "evt.type = open and fd.num = 1 and " + narrow) +
						 rule("user", "evt.type = mkdir and m"));
			EXPECT_THAT(loaded.warnings, ElementsAre(HasSubstr("hidden-rule rule narrow: ")))
				<< wide << narrow;
		}
	}
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

TEST(Numbers, that_a_field_cannot_have_are_refused)
{
	const auto error = [](const std::string &check) {
		const auto errors = LoadedRules(rule_with("evt.type = openat and " + check)).errors;
		return errors.empty() ? "" : errors.front();
	};
	EXPECT_EQ(error("user.uid = 4294967296"),
		  "3:47 bad-condition rule r: 'user.uid' is never 4294967296: expected a number from 0 to 4294967295");
	EXPECT_EQ(error("fd.sport in (22, 99999)"),
		  "3:53 bad-condition rule r: 'fd.sport' is never 99999: expected a number from 0 to 65535");
	for (const std::string check :
	     {"fd.port = 65536", "user.uid = -2", "fd.num > 9223372036854775808", "fd.num < -9223372036854775809",
	      "proc.tty = -1", "evt.cpu = 40000", "proc.duration > -1", "proc.apid[1] = 99999999999999999999",
	      "evt.num > 18446744073709551616"}) {
		EXPECT_THAT(error(check), HasSubstr(" bad-condition rule r: ")) << check;
	}
	for (const std::string check :
	     {"user.uid = 4294967295", "user.uid = -1", "group.gid = -1", "user.loginuid = -1", "proc.tty = 0",
	      "fd.sport = 65535", "fd.sport = ssh", "evt.rawres = -9223372036854775808", "evt.rawres >= 0",
	      "fd.num < 9223372036854775807", "proc.duration <= 18446744073709551615", "evt.cpu = -1"}) {
		EXPECT_EQ(error(check), "") << check;
	}
}

TEST(Errors, are_all_reported_beside_those_of_macros_and_lists)
{
	EXPECT_THAT(LoadedRules(rule("a", "evt.type = opne and nosuch and proc.nmae = x")).errors,
		    ElementsAre(HasSubstr("3:25 bad-condition rule a: unknown event type 'opne'"),
				HasSubstr("3:34 unknown-macro rule a: unknown macro 'nosuch'"),
				HasSubstr("3:45 bad-condition rule a: unknown field 'proc.nmae'")));
	EXPECT_THAT(LoadedRules(rule("a", "proc.nmae in lst and fd.nmae = x")).errors,
		    ElementsAre(HasSubstr("3:14 bad-condition rule a: unknown field 'proc.nmae'"),
				HasSubstr("unknown-list rule a: "),
				HasSubstr("bad-condition rule a: unknown field 'fd.nmae'")));
	EXPECT_THAT(LoadedRules("- macro: m\n  condition: nosuch and proc.nmae = x\n").errors,
		    ElementsAre(HasSubstr("unknown-macro macro m: "), HasSubstr("bad-condition macro m: ")));
}

TEST(Errors, of_an_output_are_all_reported)
{
	EXPECT_THAT(LoadedRules(rule_with("evt.type = open", "'%nosuch.f a %proc.nmae %proc.name %fd.nmae'")).errors,
		    ElementsAre(HasSubstr("4:13 bad-output rule r: bad output: unknown field '%nosuch.f'"),
				HasSubstr("4:25 bad-output rule r: bad output: unknown field '%proc.nmae'"),
				HasSubstr("4:47 bad-output rule r: bad output: unknown field '%fd.nmae'")));
}

TEST(Errors, are_all_reported)
{
	EXPECT_THAT(LoadedRules(rule("a", "evt.type = opn and proc.nam = cat and fd.nume = 3")).errors,
		    ElementsAre(HasSubstr("3:25 bad-condition rule a: unknown event type 'opn' (did you mean 'open'?)"),
				HasSubstr("3:33 bad-condition rule a: unknown field 'proc.nam'"),
				HasSubstr("3:52 bad-condition rule a: unknown field 'fd.nume'")));
}
