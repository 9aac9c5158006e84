// SPDX-License-Identifier: Apache-2.0
#include "loaded_rules.hpp"

using namespace falco::matcher;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

// "[literal]" and "{field:width}" in order.
std::string shape(const std::string &text)
{
	sinsp inspector;
	sinsp_filter_check_list checks;
	const OutputFormat format = parse_output(text, &inspector, checks);
	std::string shown;
	for (const auto &piece : format.pieces) {
		shown += piece.field < 0 ? "[" + piece.literal + "]"
					 : "{" + format.fields[static_cast<size_t>(piece.field)]->name +
						   (piece.width ? ":" + std::to_string(piece.width) : "") + "}";
	}
	return shown;
}

} // namespace

TEST(OutputFormat, is_literal_text_and_fields)
{
	EXPECT_EQ(shape("plain"), "[plain]");
	EXPECT_EQ(shape("user=%user.name command=%proc.cmdline)"), "[user=]{user.name}[ command=]{proc.cmdline}[)]");
	EXPECT_EQ(shape("*%proc.name"), "{proc.name}");
}

TEST(OutputFormat, knows_widths_arguments_and_transformers)
{
	EXPECT_EQ(shape("%20proc.name|"), "{proc.name:20}[|]");
	EXPECT_EQ(shape("%proc.aname[2].%evt.arg.flags"), "{proc.aname[2]}[.]{evt.arg.flags}");
	EXPECT_EQ(shape("%toupper(proc.name)!"), "{toupper(proc.name)}[!]");
	EXPECT_EQ(shape("%toupper(basename(fd.name)) %proc.name"), "{toupper(basename(fd.name))}[ ]{proc.name}");
}

TEST(OutputFormat, extracts_a_field_that_stands_twice_once)
{
	sinsp inspector;
	sinsp_filter_check_list checks;
	const OutputFormat format = parse_output("%proc.name %proc.name %proc.pname", &inspector, checks);
	EXPECT_EQ(format.fields.size(), 2u);
	EXPECT_EQ(format.pieces[0].field, format.pieces[2].field);
}

// Thousands of rules have the same fields.
TEST(OutputFormat, has_a_field_in_common_with_those_of_other_rules)
{
	const LoadedRules loaded(rule_with("evt.type=open", "\"%proc.name %toupper(proc.name) x\"") +
				 "- rule: s\n  desc: d\n  condition: evt.type=openat\n"
				 "  output: b %toupper(proc.name)\n  priority: INFO\n");
	ASSERT_EQ(loaded.rules.size(), 2u);
	EXPECT_EQ(loaded.rules[0].output.fields, loaded.rules[1].output.fields);
}

TEST(OutputFormat, reports_what_is_wrong_and_where_when_rules_load)
{
	EXPECT_THAT(LoadedRules(rule_with("evt.type=open", "\"a %proc.nosuch\"")).errors,
		    ElementsAre(HasSubstr("4:15 bad-output rule r: bad output: unknown field '%proc.nosuch'")));
	EXPECT_THAT(
		LoadedRules(rule_with("evt.type=open", "\"100%\"")).errors,
		ElementsAre("4:15 bad-output rule r: bad output: the output ends in a %: expected a field after it"));
	EXPECT_THAT(LoadedRules(rule_with("evt.type=open", "\"%toupper(proc.name\"")).errors,
		    ElementsAre(HasSubstr("expected a ) that closes toupper(")));
	EXPECT_THAT(LoadedRules(rule_with("evt.type=open", "\"%99999proc.name\"")).errors,
		    ElementsAre(HasSubstr("a field's width is at most 4096")));
}

TEST(OutputFormat, tells_what_an_argument_may_be)
{
	const auto errors_of = [](const std::string &output) {
		return LoadedRules(rule_with("evt.type=open", '"' + output + '"')).errors;
	};
	EXPECT_THAT(errors_of("%proc.aname[x] %proc.name"),
		    ElementsAre("4:13 bad-output rule r: bad output: field '%proc.aname': bad argument: expected a "
				"number, as in proc.aname[1]"));
	EXPECT_THAT(errors_of("%evt.arg.flgs %proc.name"),
		    ElementsAre("4:13 bad-output rule r: bad output: field '%evt.arg.flgs': unknown event argument "
				"'flgs' (did you mean 'flags'?)"));
}

TEST(OutputFormat, names_the_container_where_older_rules_ask_for_it)
{
	EXPECT_EQ(shape("a %container.info"), "[a ][container_id=]{container.id}[ container_name=]{container.name}");
	EXPECT_EQ(shape("%container.id %container.info"),
		  "{container.id}[ ][container_id=]{container.id}[ container_name=]{container.name}");
}

TEST(OutputFormat, has_percent_signs)
{
	EXPECT_EQ(shape("100%% |%proc.name|%%"), "[100][%][ |]{proc.name}[|][%]");
}

TEST(Transformers, that_are_misspelt_are_told_with_the_nearest)
{
	EXPECT_THAT(LoadedRules(rule_with("evt.type=open", "\"%touper(proc.name)\"")).errors,
		    ElementsAre("4:13 bad-output rule r: bad output: unknown transformer 'touper' (did you mean "
				"'toupper'?)"));
	EXPECT_THAT(LoadedRules(rule_with("evt.type = open and toloer(proc.name) = x")).errors,
		    ElementsAre("3:40 syntax rule r: cannot parse the condition: unknown transformer 'toloer' (did you "
				"mean 'tolower'?)"));
}

TEST(Transformers, that_do_not_go_with_their_field_are_told)
{
	EXPECT_THAT(LoadedRules(rule_with("evt.type=open", "\"a %toupper(fd.num)\"")).errors,
		    ElementsAre(HasSubstr("4:15 bad-output rule r: bad output: field '%toupper(fd.num)': ")));
	EXPECT_THAT(LoadedRules(rule_with("evt.type=open", "\"%tolower(b64(proc.pid)) %proc.name\"")).errors,
		    ElementsAre(HasSubstr("4:13 bad-output rule r: bad output: field '%tolower(b64(proc.pid))': ")));
}

TEST(OutputFormat, has_the_field_itself_among_the_fields_and_what_is_made_of_it_in_the_text)
{
	sinsp inspector;
	sinsp_filter_check_list checks;
	const OutputFormat format = parse_output("%toupper(proc.name) %proc.name", &inspector, checks);
	ASSERT_EQ(format.fields.size(), 2u);
	EXPECT_EQ(format.fields[0]->name, "proc.name");
	EXPECT_FALSE(format.fields[0]->for_text_only);
	EXPECT_EQ(format.fields[1]->name, "toupper(proc.name)");
	EXPECT_TRUE(format.fields[1]->for_text_only);
	EXPECT_EQ(format.pieces[0].field, 1);
	EXPECT_EQ(format.pieces[2].field, 0);
}

TEST(OutputFormat, begins_and_ends_with_text)
{
	const LoadedRules loaded(rule_with("evt.type=open", ">\n    a %proc.name\n    b\n"));
	ASSERT_EQ(loaded.rules.size(), 1u);
	EXPECT_EQ(loaded.rules[0].output.pieces.back().literal, " b");
}
