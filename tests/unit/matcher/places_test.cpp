// SPDX-License-Identifier: Apache-2.0
//
// A mistake is shown where it stands, however the text around it is written.
#include "loaded_rules.hpp"

#include <algorithm>

using namespace falco::matcher;
using testing::Contains;
using testing::StartsWith;

namespace {

constexpr const char *kMistake = "proc.nam ";

// Where the last `what` stands in the text.
std::string place_of(const std::string &text, const std::string &what = kMistake)
{
	const size_t at = text.rfind(what);
	const auto lines = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
	return std::to_string(lines + 1) + ":" + std::to_string(at - text.rfind('\n', at)) + " ";
}

std::string rule(const std::string &condition)
{
	return "# a comment\n- rule: r\n  desc: d\n  condition: " + condition + "\n  output: x\n  priority: INFO\n";
}

} // namespace

TEST(Places, are_right_in_every_way_to_write_a_condition)
{
	for (const std::string condition : {
		     "evt.type = open and proc.nam = x",
		     "'evt.type = open and fd.name = ''a'' and proc.nam = x'",
		     "\"evt.type = open and fd.name = \\\"\\x41\\\" and proc.nam = x\"",
		     "evt.type = open\n     and\n        proc.nam = x",
		     "|\n    evt.type = open\n    and proc.nam = x\n",
		     "|-\n      evt.type = open\n        and (fd.num = 1 or\n        proc.nam = x)",
		     ">\n    evt.type = open and\n    fd.num = 1 and proc.nam = x\n",
		     ">-\n    evt.type = open\n\n    and fd.num = 1\n      and proc.nam = x\n",
		     ">2\n    evt.type = open and\n    proc.nam = x",
		     "\"evt.type = open and \\\n    proc.nam = x\"",
		     "evt.type = open and fd.name = /\xc3\xa4/b and proc.nam = x",
	     }) {
		const std::string text = rule(condition);
		EXPECT_THAT(LoadedRules(text).errors, Contains(StartsWith(place_of(text) + "bad-condition rule r: ")))
			<< text;
	}
}

TEST(Places, are_right_with_line_ends_of_two_characters)
{
	std::string text = rule(">\n    evt.type = open and\n    fd.num = 1 and proc.nam = x");
	for (size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2) {
		text.insert(at, 1, '\r');
	}
	EXPECT_THAT(LoadedRules(text).errors, Contains(StartsWith(place_of(text) + "bad-condition rule r: ")));
}

TEST(Places, are_right_in_what_is_appended)
{
	for (const std::string form : {"and proc.nam = x", ">\n    and fd.num = 1\n    and proc.nam = x\n",
				       "'and fd.name = ''b'' and proc.nam = x'"}) {
		const std::string text = rule(">\n    evt.type = open\n    or evt.type = openat\n") +
					 "- rule: r\n  condition: and fd.num = 2\n  override: {condition: append}\n" +
					 "- rule: r\n  condition: " + form + "\n  override: {condition: append}\n";
		EXPECT_THAT(LoadedRules(text).errors, Contains(StartsWith(place_of(text) + "bad-condition rule r: ")))
			<< text;
	}
}

TEST(Places, are_right_in_outputs)
{
	for (const std::string output :
	     {"a %proc.name and %proc.nam here", "'it''s %proc.nam here'",
	      "|\n    by %proc.name\n    and %proc.nam here\n", ">\n    by %proc.name\n    and %proc.nam here\n"}) {
		const std::string text = "- rule: r\n  desc: d\n  condition: evt.type = open\n  output: " + output +
					 "\n  priority: INFO\n";
		EXPECT_THAT(LoadedRules(text).errors, Contains(StartsWith(place_of(text) + "bad-output rule r: ")))
			<< text;
	}
}

TEST(Places, are_right_in_exceptions)
{
	const std::string base = rule("evt.type = open") + "  exceptions:\n  - name: e\n";
	std::string text = base + "    fields: [fd.name,\n      proc.nam ]\n    values: [[a, b]]\n";
	EXPECT_THAT(LoadedRules(text).errors, Contains(StartsWith(place_of(text) + "bad-condition rule r: ")));
	text = base + "    fields: [fd.name, fd.num]\n    values:\n    - [a, 1]\n    - [b, x1]\n";
	EXPECT_THAT(LoadedRules(text).errors, Contains(StartsWith(place_of(text, "x1") + "bad-condition rule r: ")));
	text = base + "    fields: [fd.name, fd.num]\n    comps: [=,\n      equals]\n    values: [[a, 1]]\n";
	EXPECT_THAT(LoadedRules(text).errors,
		    Contains(StartsWith(place_of(text, "equals") + "bad-exception rule r: ")));
	text = base + "    fields: [fd.name, fd.num]\n    values: [[a, 1],\n      [b]]\n";
	EXPECT_THAT(LoadedRules(text).errors, Contains(StartsWith(place_of(text, "[b]") + "bad-exception rule r: ")));
}

TEST(Places, are_right_in_lists_and_macros)
{
	std::string text = "- list: l\n  items:\n  - a\n  - l\n" + rule("evt.type = open and proc.name in (l)");
	EXPECT_THAT(LoadedRules(text).errors, Contains(StartsWith("4:5 recursive-list list l: ")));
	text = "- macro: m\n  condition: >\n    evt.type = open\n    and proc.nam = x\n" + rule("m and fd.num = 1");
	EXPECT_THAT(LoadedRules(text).errors, Contains(StartsWith(place_of(text) + "bad-condition macro m: ")));
	text = rule(">\n    evt.type = open\n    and (fd.num = 1 or nosuch )\n");
	EXPECT_THAT(LoadedRules(text).errors,
		    Contains(StartsWith(place_of(text, "nosuch ") + "unknown-macro rule r: ")));
	text = rule("|\n    evt.type = open\n    and proc.name equals x\n");
	EXPECT_THAT(LoadedRules(text).errors, Contains(StartsWith(place_of(text, "equals x") + "syntax rule r: ")));
}

TEST(Places, are_right_in_list_expressions)
{
	for (const std::string condition : {
		     "evt.type in (open, mkdir, opn )",
		     "evt.type = open and fd.sport in (22, \"a b\", opn )",
		     "evt.type = open and fd.sport in (ports, 22, opn )",
	     }) {
		const std::string text = "- list: ports\n  items: [1, 2, 3]\n" + rule(condition);
		EXPECT_THAT(LoadedRules(text).errors,
			    Contains(StartsWith(
				    place_of(text, condition.find('"') != std::string::npos ? "\"a b\"" : "opn ") +
				    "bad-condition rule r: ")))
			<< text;
	}
	const std::string text =
		"- list: bad\n  items: [1, x, 3]\n" + rule("evt.type = open and fd.sport in (22, bad )");
	EXPECT_THAT(LoadedRules(text).errors, Contains(StartsWith(place_of(text, "bad )") + "bad-condition rule r: ")));
	const std::string name = rule("evt.type = open and proc.name in (a, systemd-resolved )");
	EXPECT_THAT(LoadedRules(name).warnings,
		    Contains(StartsWith(place_of(name, "systemd-resolved ") + "long-name rule r: ")));
}
