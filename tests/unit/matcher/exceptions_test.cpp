// SPDX-License-Identifier: Apache-2.0
#include "loaded_rules.hpp"

using namespace falco::matcher;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

std::string with(const std::string &exceptions)
{
	return rule_with("evt.type = open or evt.type = openat") + "  exceptions:\n" + exceptions;
}

std::string condition_of(const std::string &text)
{
	const LoadedRules loaded(text);
	EXPECT_THAT(loaded.errors, IsEmpty());
	return loaded.rules.empty() ? "" : loaded.condition(0);
}

const std::string kBase = "((evt.type = open or evt.type = openat) and not ";

} // namespace

TEST(Exceptions, of_one_field_look_it_up_among_the_values)
{
	EXPECT_EQ(condition_of(with("  - {name: x, fields: proc.name, values: [cat, \"a b\"]}\n")),
		  kBase + "proc.name in (cat, \"a b\"))");
	EXPECT_EQ(condition_of(with("  - {name: x, fields: fd.name, comps: pmatch, values: [/etc, /usr]}\n")),
		  kBase + "fd.name pmatch (/etc, /usr))");
}

TEST(Exceptions, of_several_fields_hold_when_a_row_of_values_does)
{
	EXPECT_EQ(condition_of(with("  - name: x\n    fields: [proc.name, fd.name]\n    values:\n"
				    "    - [cat, /etc/a]\n    - [dog, /etc/b]\n")),
		  kBase + "((proc.name = cat and fd.name = /etc/a) or (proc.name = dog and fd.name = /etc/b)))");
	EXPECT_EQ(condition_of(with(
			  "  - name: x\n    fields: [proc.name, fd.name]\n    comps: [startswith, in]\n    values:\n"
			  "    - [ca, [/etc/a, /etc/b]]\n")),
		  kBase + "(proc.name startswith ca and fd.name in (/etc/a, /etc/b)))");
	EXPECT_EQ(condition_of(with("  - name: x\n    fields: [proc.name]\n    values:\n    - [cat]\n")),
		  kBase + "proc.name = cat)");
}

TEST(Exceptions, stand_side_by_side)
{
	EXPECT_EQ(condition_of(with("  - {name: x, fields: proc.name, values: [cat]}\n"
				    "  - {name: y, fields: fd.name, values: [/a]}\n")),
		  kBase + "proc.name in (cat) and not fd.name in (/a))");
}

TEST(Exceptions, without_values_except_nothing)
{
	EXPECT_EQ(
		condition_of(with("  - {name: x, fields: proc.name}\n  - {name: y, fields: [fd.name], values: []}\n")),
		"(evt.type = open or evt.type = openat)");
}

TEST(Exceptions, take_lists_as_values)
{
	const std::string list = "- list: l\n  items: [cat, dog]\n";
	EXPECT_EQ(condition_of(list + with("  - {name: x, fields: proc.name, values: [l, cow]}\n")),
		  kBase + "proc.name in (cat, dog, cow))");
	for (const std::string value : {"l", "[l]", "(l)", "\"(l)\""}) {
		EXPECT_EQ(condition_of(list + with("  - {name: x, fields: [proc.name], comps: [in], values: [[" +
						   value + "]]}\n")),
			  kBase + "proc.name in (cat, dog))")
			<< value;
	}
	EXPECT_EQ(condition_of(list + with("  - {name: x, fields: proc.name, values: ['\"l\"']}\n")),
		  kBase + "proc.name in (l))");
}

TEST(Exceptions, get_values_appended)
{
	const std::string base = with("  - {name: x, fields: [proc.name, fd.name], values: [[cat, /a]]}\n");
	EXPECT_EQ(condition_of(base + "- rule: r\n  exceptions: [{name: x, values: [[dog, /b]]}]\n"
				      "  override: {exceptions: append}\n"),
		  kBase + "((proc.name = cat and fd.name = /a) or (proc.name = dog and fd.name = /b)))");
	EXPECT_EQ(condition_of(base + "- rule: r\n  exceptions: [{name: y, fields: proc.pname, values: [init]}]\n"
				      "  override: {exceptions: append}\n"),
		  kBase + "(proc.name = cat and fd.name = /a) and not proc.pname in (init))");
	EXPECT_THAT(
		LoadedRules(base + "- rule: r\n  exceptions: [{name: x, fields: proc.name, values: [a]}]\n"
				   "  override: {exceptions: append}\n")
			.errors,
		ElementsAre(HasSubstr("9:23 bad-exception rule r: the exception 'x' is there already, at FILE:7:12: "
				      "only values can be appended to it")));
	EXPECT_THAT(LoadedRules(base + "- rule: r\n  exceptions: [{name: y, values: [a]}]\n"
				       "  override: {exceptions: append}\n")
			    .errors,
		    ElementsAre(HasSubstr("the exception 'y' has no fields")));
}

TEST(Exceptions, are_checked)
{
	const auto error = [](const std::string &exception) {
		const LoadedRules loaded(with("  - " + exception + "\n"));
		EXPECT_EQ(loaded.errors.size(), 1u) << exception;
		return loaded.errors.empty() ? "" : loaded.errors[0];
	};
	EXPECT_THAT(error("{fields: proc.name}"), HasSubstr("7:5 bad-exception rule r: an exception must be a map"));
	EXPECT_THAT(error("{name: x}"), HasSubstr("7:12 bad-exception rule r: the exception 'x' has no fields"));
	EXPECT_THAT(error("{name: x, fields: proc.name, comps: [in]}"),
		    HasSubstr("'comps' is one operator and no list"));
	EXPECT_THAT(
		error("{name: x, fields: proc.name, comps: '='}"),
		HasSubstr("7:41 bad-exception rule r: the exception 'x' has one field, so its operator is in, pmatch "
			  "or intersects, not '='"));
	EXPECT_THAT(error("{name: x, fields: [proc.name, fd.name], comps: [in]}"),
		    HasSubstr("has a list of 2 fields, so 'comps' is a list of as many operators, and there are 1"));
	EXPECT_THAT(error("{name: x, fields: [proc.name], comps: [startwith]}"),
		    HasSubstr("cannot compare with 'startwith' (did you mean 'startswith'?)"));
	EXPECT_THAT(error("{name: x, fields: [proc.name], comps: [exists]}"),
		    HasSubstr("cannot compare with 'exists'"));
	EXPECT_THAT(
		error("{name: x, fields: proc.name, values: [[a]]}"),
		HasSubstr("7:43 bad-exception rule r: the exception 'x' has one field, so each of its values is text"));
	EXPECT_THAT(error("{name: x, fields: [proc.name, fd.name], values: [[a]]}"),
		    HasSubstr("has 2 fields, so each of its values is a list of as many, and this is one of 1"));
	EXPECT_THAT(error("{name: x, fields: [proc.name], values: [a]}"), HasSubstr("and this is a single one"));
	EXPECT_THAT(error("{name: x, fields: [proc.name], values: [[[a, b]]]}"),
		    HasSubstr("compares 'proc.name' by '=', which takes one value and no list"));
	EXPECT_THAT(error("{name: x, fields: proc.nam}"),
		    HasSubstr("unknown field 'proc.nam' (did you mean 'proc.name'?)"));
	EXPECT_THAT(error("{name: x, fields: proc.nam, values: [a]}"),
		    HasSubstr("7:23 bad-condition rule r: unknown field 'proc.nam' (did you mean 'proc.name'?)"));
	EXPECT_THAT(error("{name: x, fields: [nonsense], values: [[a]]}"), HasSubstr("'nonsense', which is no field"));
}

TEST(Exceptions, of_the_same_name_both_count)
{
	const LoadedRules loaded(with(
		"  - {name: x, fields: proc.name, values: [cat]}\n  - {name: x, fields: fd.name, values: [/a]}\n"));
	EXPECT_THAT(loaded.errors, IsEmpty());
	EXPECT_THAT(loaded.warnings,
		    ElementsAre("8:12 exception-twice rule r: the exception 'x' stands twice, first at "
				"FILE:7:12: values are appended to the first only"));
	EXPECT_EQ(loaded.condition(0), kBase + "proc.name in (cat) and not fd.name in (/a))");
}
