// SPDX-License-Identifier: Apache-2.0
//
// Forms that rules files in the wild have, each of which once took thought.
#include "loaded_rules.hpp"

using namespace falco::matcher;
using testing::IsEmpty;

namespace {

std::string condition_of(const std::string &text)
{
	const LoadedRules loaded(text);
	EXPECT_THAT(loaded.errors, IsEmpty()) << text;
	return loaded.rules.size() == 1 ? loaded.condition(0) : std::to_string(loaded.rules.size()) + " rules";
}

std::string items(const std::string &list)
{
	return condition_of("- list: l\n  items: " + list + "\n" + rule_with("evt.type = open and proc.name in (l)"));
}

} // namespace

TEST(CommonForms, of_list_items)
{
	const std::string begin = "(evt.type = open and proc.name in (";
	EXPECT_EQ(items("[worker, \"main:[1:INIT]\", '\"(idle)\"', '\"9-lives\"']"),
		  begin + "worker, main:[1:INIT], (idle), 9-lives))");
	EXPECT_EQ(items("[\n    \"yes\", \"[\", \"true\", ls, ls\n    ]"), begin + "yes, [, true, ls, ls))");
	EXPECT_EQ(items(R"x(['"sh -c say \"it(''s)\" 2>&1"', '"date +%%s "'])x"),
		  begin + R"x("sh -c say \"it('s)\" 2>&1", "date +%%s "))x" + ")");
	EXPECT_EQ(items("[]"), begin + "))");
}

TEST(CommonForms, of_conditions)
{
	EXPECT_EQ(condition_of(rule_with("(evt.type in (open,openat)and evt.dir=< and fd.typechar='f' and fd.num>=0)")),
		  "(evt.type in (open, openat) and evt.dir = < and fd.typechar = f and fd.num >= 0)");
	EXPECT_EQ(condition_of(rule_with("> \n    evt.type=mkdir \n    and (evt.rawres>=0 or evt.res=EEXIST) \n")),
		  "(evt.type = mkdir and (evt.rawres >= 0 or evt.res = EEXIST))");
	EXPECT_EQ(
		condition_of(rule_with("evt.type=open and\n             not proc.pname exists or\n"
				       "             (not (fd.num=1) and proc.aname[2] in (init:[0], b))")),
		"((evt.type = open and not proc.pname exists) or (not fd.num = 1 and proc.aname[2] in (init:[0], b)))");
	EXPECT_EQ(condition_of(rule_with("evt.type=connect and fd.ip != \"0.0.0.0\" and not fd.snet in (nets)") +
			       "- list: nets\n  items: ['\"10.0.0.0/8\"', '\"fd00::/8\"']\n"),
		  "(evt.type = connect and fd.ip != 0.0.0.0 and not fd.snet in (10.0.0.0/8, fd00::/8))");
	EXPECT_EQ(condition_of(
			  rule_with(R"("evt.type=open and proc.args contains \"a = b(\" and proc.cmdline= \"x -y\"")")),
		  R"x((evt.type = open and proc.args contains "a = b(" and proc.cmdline = "x -y"))x");
	EXPECT_EQ(condition_of(rule_with("evt.type=open and fd.sip.name=\"a.b.local\" and proc.tty != 0")),
		  "(evt.type = open and fd.sip.name = a.b.local and proc.tty != 0)");
}

TEST(CommonForms, of_switches_that_macros_are)
{
	const std::string macros = "- macro: never\n  condition: (evt.num=0)\n- macro: allowed\n  condition: (never)\n"
				   "- macro: maybe\n  condition: (never and (proc.pname=a and proc.aname[3]=b))\n";
	const LoadedRules loaded(macros + rule_with("evt.type = open and not allowed and not maybe"));
	EXPECT_THAT(loaded.errors, IsEmpty());
	EXPECT_THAT(loaded.warnings, IsEmpty());
	EXPECT_EQ(loaded.condition(0), "(evt.type = open and not evt.num = 0 and not (evt.num = 0 and (proc.pname = a "
				       "and proc.aname[3] = b)))");
}

TEST(CommonForms, of_rules)
{
	const LoadedRules loaded(
		"- required_engine_version: 26\n\n- rule: Read a File\n  desc: > \n    What it is \n"
		"    about.\n  condition: > \n    evt.type=open \n  enabled: true\n"
		"  output: read (a=%proc.aname[2] b[1]=%proc.aname[1] proto=fd.l4proto %container.info) \n"
		"  priority:\n    WARNING\n  tags: [stable, T1059.004, 11.5.1]\n");
	EXPECT_THAT(loaded.errors, IsEmpty());
	EXPECT_THAT(loaded.warnings, IsEmpty());
	ASSERT_EQ(loaded.rules.size(), 1u);
	EXPECT_EQ(loaded.rules[0].item->priority, 4);
	EXPECT_THAT(loaded.rules[0].item->tags, testing::ElementsAre("stable", "T1059.004", "11.5.1"));
	EXPECT_EQ(loaded.rules[0].output.fields.size(), 4u); // two of %container.info
}
