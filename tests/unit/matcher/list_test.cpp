// SPDX-License-Identifier: Apache-2.0
//
// Lists, and what is one of their items.
#include "loaded_rules.hpp"
#include "plugins/matcher-sinsp/list_lexer.hpp"

using namespace falco::matcher;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

// What a rule's proc.name is compared with.
std::vector<std::string> values(const LoadedRules &loaded)
{
	EXPECT_THAT(loaded.errors, IsEmpty());
	std::vector<std::string> found;
	for (const auto &rule : loaded.rules) {
		walk(rule.condition.get(), [&](ast::expr *node) {
			if (const auto *list = dynamic_cast<ast::list_expr *>(node)) {
				found = list->values;
			}
		});
	}
	return found;
}

std::string with_list(const std::string &items, const std::string &used = "l")
{
	return "- list: l\n  items: " + items + "\n" + rule_with("'evt.type = open and proc.name in (" + used + ")'");
}

} // namespace

TEST(List, has_one_item_for_each_item_whatever_is_in_it)
{
	EXPECT_THAT(
		values(LoadedRules(with_list(R"yaml(["a b", "c,d", "e(f)", "g=h", "i'j", 'k"l', "", "m\\n"])yaml"))),
		ElementsAre("a b", "c,d", "e(f)", "g=h", "i'j", "k\"l", "", "m\\n"));
}

TEST(List, takes_quotes_around_an_item_as_those_of_conditions)
{
	EXPECT_THAT(values(LoadedRules(with_list(R"yaml(['"10.0.0.0/8"', '"(systemd)"', "'x y'", '"a\"b"'])yaml"))),
		    ElementsAre("10.0.0.0/8", "(systemd)", "x y", "a\"b"));
}

TEST(List, contains_others_unless_their_name_is_quoted)
{
	const std::string inner = "- list: inner\n  items: [x, y]\n";
	EXPECT_THAT(values(LoadedRules(inner + with_list("[inner, z]"))), ElementsAre("x", "y", "z"));
	EXPECT_THAT(values(LoadedRules(inner + with_list("[\"inner\"]"))), ElementsAre("x", "y"));
	EXPECT_THAT(values(LoadedRules(inner + with_list("['\"inner\"']"))), ElementsAre("inner"));
	EXPECT_THAT(values(LoadedRules(inner + with_list("[z]", "inner, \"inner\", l, \"l\""))),
		    ElementsAre("x", "y", "inner", "z", "l"));
}

TEST(List, may_be_defined_after_its_use)
{
	EXPECT_THAT(values(LoadedRules(with_list("[later]") + "- list: later\n  items: [x]\n")), ElementsAre("x"));
	EXPECT_THAT(
		values(LoadedRules(rule_with("evt.type = open and proc.name in (l)") + "- list: l\n  items: [x]\n")),
		ElementsAre("x"));
}

TEST(List, of_one_value_may_stand_for_it)
{
	const std::string list = "- list: l\n  items: [cat]\n";
	EXPECT_EQ(LoadedRules(list + rule_with("evt.type = open and proc.name = l")).condition(0),
		  "(evt.type = open and proc.name = cat)");
	EXPECT_EQ(LoadedRules(list + rule_with("evt.type = open and proc.name = \"l\"")).condition(0),
		  "(evt.type = open and proc.name = l)");
	EXPECT_THAT(
		LoadedRules("- list: l\n  items: [a, b]\n" + rule_with("evt.type = open and proc.name = l")).errors,
		ElementsAre("5:46 list-as-value rule r: 'l' is a list of 2 values, and '=' compares with one: use in "
			    "(l), or quotes if the text is meant"));
}

TEST(List, is_limited_in_depth_and_size)
{
	std::string deep = "- list: l0\n  items: [x]\n", doubling = deep;
	for (int i = 1; i < 200; i++) {
		const std::string last = "l" + std::to_string(i - 1), name = "l" + std::to_string(i);
		deep += "- list: " + name + "\n  items: [" + last + "]\n";
		doubling += i < 50 ? "- list: " + name + "\n  items: [" + last + ", " + last + "]\n" : "";
	}
	EXPECT_THAT(LoadedRules(deep + rule_with("evt.type = open and proc.name in (l199)")).errors,
		    ElementsAre(HasSubstr("too-deep list l100: lists are nested more than 100 deep")));
	EXPECT_THAT(LoadedRules(doubling + rule_with("evt.type = open and proc.name in (l49)")).errors,
		    ElementsAre(HasSubstr("too-large list l")));
}

TEST(ListExpression, is_read_with_the_place_of_each_item)
{
	const std::string text = "x in ( a , \"b, c\",'d')";
	size_t end = 0;
	const auto items = read_list_expression(text, 5, &end);
	ASSERT_TRUE(items);
	ASSERT_EQ(items->size(), 3u);
	EXPECT_EQ((*items)[0].offset, 7u);
	EXPECT_FALSE((*items)[0].quoted);
	EXPECT_EQ((*items)[1].offset, 11u);
	EXPECT_TRUE((*items)[1].quoted);
	EXPECT_EQ((*items)[1].text, "b, c");
	EXPECT_EQ((*items)[2].text, "d");
	EXPECT_EQ(end, text.size());
	EXPECT_EQ(read_list_expression("()", 0)->size(), 0u);
	EXPECT_FALSE(read_list_expression("(a", 0));
	EXPECT_FALSE(read_list_expression("(a b)", 0));
	EXPECT_FALSE(read_list_expression("a", 0));
}
