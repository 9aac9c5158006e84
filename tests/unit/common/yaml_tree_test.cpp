// SPDX-License-Identifier: Apache-2.0
#include "common/yaml_tree.hpp"

#include <gtest/gtest.h>

namespace falco::yaml {
namespace {

std::string failure(const std::string &text)
{
	try {
		parse(text, "t");
	} catch (const Error &error) {
		EXPECT_EQ(error.what(), error.place().str() + ": " + error.message());
		return error.what();
	}
	return "";
}

std::string repeated(const std::string &text, size_t times)
{
	std::string result;
	while (times-- > 0)
		result += text;
	return result;
}

struct Case {
	const char *text;
	const char *error;
};

class BadYaml : public testing::TestWithParam<Case> {};

TEST_P(BadYaml, is_refused_with_its_place)
{
	EXPECT_EQ(failure(GetParam().text), GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(
	Syntax, BadYaml,
	testing::Values(
		Case{"a: x: y\n", "t:1:5: a ': ' is not allowed here: quote the text if it is part of it, else check "
				  "the indentation"},
		Case{"a: [1, 2\nb: 3\n", "t:2:2: expected ',' or ']' here: a '[' is not closed"},
		Case{"a: {b: 1\n", "t:2:1: expected ',' or '}' here: a '{' is not closed"},
		Case{"a: b\n]\n", "t:2:1: a ']' or '}' without the bracket that opens it"},
		Case{"a: @b\n", "t:1:4: a text cannot begin with this character: put it into quotes"},
		Case{"a:\n\tb: 1\n", "t:2:3: a tab cannot indent YAML: use spaces"},
		Case{"a: 1\nb: \"text\n", "t:2:4: the quote that opens here is not closed"},
		Case{"a: 'it''s\n", "t:1:4: the quote that opens here is not closed"},
		Case{"- a\nb: 1\n", "t:2:1: this does not belong to what stands above: check the indentation"},
		Case{"a: 1\n---\nb: 1\n", "t:2:1: a second document ('---') in the file: only one is allowed"},
		Case{"a: | x\n", "t:1:6: only a line break may follow '|' or '>': begin the text on the next line"},
		Case{"a: *no\n", "t:1:4: no anchor ('&') of this alias's name stands before it"},
		Case{"a: &x [1, *x]\n", "t:1:11: an alias to what contains it"},
		Case{"a: &x {b: [*x]}\n", "t:1:12: an alias to what contains it"},
		Case{"a: !own 1\n",
		     "t:1:4: the tag '!own' means nothing here: put the text into quotes if it begins with '!', "
		     "else remove the tag"},
		Case{"a: !!binary aaaa\n",
		     "t:1:4: the tag '!!binary' means nothing here: put the text into quotes if it begins "
		     "with '!', else remove the tag"}));

INSTANTIATE_TEST_SUITE_P(
	Keys, BadYaml,
	testing::Values(Case{"a: 1\nb: 2\na: 3\n", "t:3:1: the key 'a' stands twice, first at t:1:1"},
			Case{"x:\n  - {k: 1, 'k': 2}\n", "t:2:12: the key 'k' stands twice, first at t:2:6"},
			Case{"[a]: 1\n", "t:1:1: a key must be text, this one is a list"},
			Case{"? {a: 1}\n: 2\n", "t:1:3: a key must be text, this one is a map"},
			Case{"~: 1\n", "t:1:1: a key must be text, this one is empty; quote it if it is meant"}));

INSTANTIATE_TEST_SUITE_P(
	Bytes, BadYaml,
	testing::Values(Case{"a: 1\nb: \xff\n", "t:2:4: the byte 0xff is no valid UTF-8; save the file in UTF-8"},
			Case{"a: \xc3", "t:1:4: the byte 0xc3 is no valid UTF-8; save the file in UTF-8"},
			Case{"a: \xc0\xaf", "t:1:4: the byte 0xc0 is no valid UTF-8; save the file in UTF-8"},
			Case{"a: \xed\xa0\x80", "t:1:4: the byte 0xed is no valid UTF-8; save the file in UTF-8"},
			Case{"a: \xf4\x90\x80\x80", "t:1:4: the byte 0xf4 is no valid UTF-8; save the file in UTF-8"},
			Case{"\xef\xbb\xbf"
			     "a: \x04",
			     "t:1:4: the control character U+0004 is not allowed; write it as an escape in a "
			     "double-quoted text"},
			Case{"a\rb", "t:1:2: a carriage return without a line feed is not allowed; save the file with "
				     "Unix line ends"}));

TEST(Parse, refuses_nul_bytes)
{
	EXPECT_EQ(failure(std::string("a:\n b\0c", 7)),
		  "t:2:3: a NUL byte is not allowed; is this a text file in UTF-8?");
}

TEST(Parse, knows_where_everything_stands)
{
	const Node root = parse("# c\na: 1\nlist:\n  - x\n  - k: v\n    \xc3\xa9: [p, 'q']\n", "t").root;
	EXPECT_EQ(root.place.str(), "t:2:1");
	EXPECT_EQ(root.entries[1].place.str(), "t:3:1");
	const Node &list = *root.find("list");
	EXPECT_EQ(list.place.str(), "t:4:3");
	EXPECT_EQ(list.items[0].place.str(), "t:4:5");
	EXPECT_EQ(list.items[1].entries[0].value.place.str(), "t:5:8");
	// Columns count bytes.
	EXPECT_EQ(list.items[1].entries[1].value.items[1].place.str(), "t:6:13");
	EXPECT_TRUE(list.items[1].entries[1].value.items[1].quoted);
	EXPECT_FALSE(list.items[0].quoted);
}

TEST(Parse, places_absent_values_at_their_key_or_dash)
{
	const Node root = parse("a:\nb:\n  -\n\n  # c - d\n  - x\n  - # none\nc: ~\n", "t").root;
	EXPECT_EQ(root.find("a")->place.str(), "t:1:1");
	EXPECT_EQ(root.find("b")->items[0].place.str(), "t:3:3");
	EXPECT_EQ(root.find("b")->items[2].place.str(), "t:7:3");
	EXPECT_EQ(root.find("c")->place.str(), "t:8:4");
	EXPECT_EQ(parse("- - \n  - ~", "t").root.items[0].items[0].place.str(), "t:1:3");
	EXPECT_EQ(parse("- - \n  - ~", "t").root.items[0].items[1].place.str(), "t:2:5");
}

TEST(Parse, ignores_a_byte_order_mark)
{
	const Document document = parse("\xef\xbb\xbf"
					"a: b c\n",
					"t");
	EXPECT_EQ(document.root.find("a")->place.str(), "t:1:4");
	EXPECT_EQ(place_in_scalar(document, *document.root.find("a"), 2).str(), "t:1:6");
}

TEST(Parse, takes_windows_line_ends)
{
	const Node root = parse("a: 1\r\nb: |\r\n  x\r\n  y\r\nc: z\r\n", "t").root;
	EXPECT_EQ(root.find("b")->text, "x\ny\n");
	EXPECT_EQ(root.find("c")->place.str(), "t:5:4");
}

TEST(Parse, expands_aliases)
{
	const Node root = parse("a: &x [1, &y two]\nb: *x\n*y : 3\n", "t").root;
	EXPECT_EQ(root.find("b")->items[1].text, "two");
	EXPECT_EQ(root.find("two")->text, "3");
}

TEST(Parse, bounds_what_aliases_expand_to)
{
	std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
	for (int i = 1; i < 12; ++i) {
		const std::string last = "*a" + std::to_string(i - 1);
		text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + repeated(last + ", ", 9) + last +
			"]\n";
	}
	EXPECT_EQ(failure(text), "t:1:31: more than a million values, aliases expanded");
}

TEST(Parse, bounds_depth)
{
	EXPECT_EQ(failure(repeated("[", 400) + repeated("]", 400)), "");
	EXPECT_EQ(failure(repeated("[", 401) + repeated("]", 401)), "t:1:401: nested too deeply: more than 400 levels");
	EXPECT_NE(failure(repeated("[", 100000)).find("nested too deeply"), std::string::npos);
	EXPECT_EQ(failure(repeated("- ", 100000)), "t:1:801: nested too deeply: more than 400 levels");
	EXPECT_NE(failure(repeated("{a: ", 100000)).find("nested too deeply"), std::string::npos);

	std::string chain = "[&a0 [x]";
	for (int i = 1; i < 1000; ++i)
		chain += ", &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + "]";
	EXPECT_NE(failure(chain + "]").find("nested too deeply"), std::string::npos);
}

TEST(Parse, is_quick_with_many_absent_values)
{
	EXPECT_EQ(parse(repeated("-\n", 300000), "t").root.items.size(), 300000u);
	EXPECT_NE(failure(repeated("-\n", 1000001)).find("more than a million values"), std::string::npos);
}

TEST(Place, is_the_file_alone_without_a_line)
{
	EXPECT_EQ((Place{std::make_shared<const std::string>("option -o a=b"), 0, 0}).str(), "option -o a=b");
}

TEST(Node, finds_keys_of_maps_only)
{
	const Node root = parse("a: 1\nb: [a]\n", "t").root;
	EXPECT_EQ(root.find("c"), nullptr);
	EXPECT_EQ(root.find("b")->find("a"), nullptr);
}

} // namespace
} // namespace falco::yaml
