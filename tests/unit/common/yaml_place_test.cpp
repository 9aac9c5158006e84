// SPDX-License-Identifier: Apache-2.0
#include "common/yaml_tree.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

namespace falco::yaml {
namespace {

std::string place_of_byte(const std::string &source, size_t offset)
{
	const size_t newline = offset == 0 ? std::string::npos : source.rfind('\n', offset - 1);
	const size_t begin = newline == std::string::npos ? 0 : newline + 1;
	const auto end = source.begin() + static_cast<ptrdiff_t>(offset);
	return "t:" + std::to_string(std::count(source.begin(), end, '\n') + 1) + ":" +
	       std::to_string(offset - begin + 1);
}

class PlaceInScalar : public testing::TestWithParam<const char *> {};

// The words of the value of `k` stand only once in the source, so each must be found where the source has it, at its
// first byte and its last, and the end of the text right behind the last.
TEST_P(PlaceInScalar, finds_every_word)
{
	const std::string source = GetParam();
	const Document document = parse(source, "t");
	const Node &scalar = *document.root.find("k");
	std::istringstream words(scalar.text);
	size_t last_end = 0;
	for (std::string word; words >> word;) {
		const size_t in_text = scalar.text.find(word);
		const size_t in_source = source.find(word);
		ASSERT_NE(in_source, std::string::npos) << "bad test: " << word;
		ASSERT_EQ(source.find(word, in_source + 1), std::string::npos) << "bad test: " << word;
		for (size_t i : {size_t{0}, word.size() - 1}) {
			EXPECT_EQ(place_in_scalar(document, scalar, in_text + i).str(),
				  place_of_byte(source, in_source + i))
				<< word << "+" << i << " in:\n"
				<< source;
		}
		last_end = in_source + word.size();
	}
	EXPECT_EQ(place_in_scalar(document, scalar, scalar.text.size()).str(), place_of_byte(source, last_end))
		<< source;
	EXPECT_EQ(place_in_scalar(document, scalar, 1000000).str(), place_of_byte(source, last_end)) << source;
}

INSTANTIATE_TEST_SUITE_P(Plain, PlaceInScalar,
			 testing::Values("k: one", "k: one two\n", "k:   one   two  # three\n", "k: one\n  two\n",
					 "k:\n  one\n\n\n    two\n three\nz: 4\n", "k: one\ttwo\n  \tthree\n",
					 "k: one\r\n  two\r\n\r\n  three\r\n", "# c\n\nk: \xc3\xa9ins zw\xc3\xb6lf\n",
					 "{a: 1, k: one two\n  three, b: 2}\n", "k: &anchor one two\n",
					 "k: !!str\n  one two\n", "k: &a !!str # note\n   one\n   two\n",
					 "k: one  \n  two   \n\n   three\n", "? k\n: one\n  two\n"));

INSTANTIATE_TEST_SUITE_P(Single, PlaceInScalar,
			 testing::Values("k: 'one two'\n", "k: 'one\n  two\n\n  three'\n", "k: '  one  two  '\n",
					 "k: '# one: {two}'\n", "k: 'one\r\n\r\n  two'\r\n", "k: '\n one'\n",
					 "k: !\"one \\\n two\"\n", "k: &x 'one \\n two'\n"));

INSTANTIATE_TEST_SUITE_P(Double, PlaceInScalar,
			 testing::Values("k: \"one two\"\n", "k: \"one\n  two\n\n  three\"\n", "k: \"  one  two  \"\n",
					 "k: \"one \\\n    two\"\n", "k: \"one \\\n\n    two\\\n   \\  three\"\n",
					 "k: \"\\tone\\ntwo\\x20three\\u0020four\\U00000020five\"\n",
					 "k: \"one \\\r\n  two\\n\r\n  three\"\r\n", "k: \"\n\n one\"\n",
					 "k: \"one \\\n  \\\n  two\"\n"));

INSTANTIATE_TEST_SUITE_P(Literal, PlaceInScalar,
			 testing::Values("k: |\n  one two\n  three\nz: 4\n", "k: |-\n  one\n\n\n    two\n  three: 4\n",
					 "k: |+ # note\n  one\n   two\n\n\nz: 4\n", "k: |2-\n    one\n   two\n",
					 "k: |\n\n\n  one\n", "k: |\n  one\t two  \n  \tthree\n",
					 "k: |\r\n  one\r\n    two\r\n\r\n  three\r\n",
					 "k: &x |\n  #one\n  two #three\n", "k: !!str |\n  one"));

INSTANTIATE_TEST_SUITE_P(Folded, PlaceInScalar,
			 testing::Values("k: >\n  one two\n  three\nz: 4\n", "k: >-\n  one\n\n  two\n\n\n  three\n",
					 "k: >\n  one\n    two\n    three\n  four\n", "k: >1\n  one\n  two\n",
					 "k: >  # note >\n  (one and\n   two) or\n    three\n\n",
					 "k: >+\r\n  one\r\n  two\r\n\r\n"));

TEST(PlaceInScalarOf, quotes_doubled)
{
	const Document document = parse("k: 'it''s so'", "t");
	const Node &scalar = *document.root.find("k");
	ASSERT_EQ(scalar.text, "it's so");
	EXPECT_EQ(place_in_scalar(document, scalar, 2).str(), "t:1:7");
	EXPECT_EQ(place_in_scalar(document, scalar, 3).str(), "t:1:9");
	EXPECT_EQ(place_in_scalar(document, scalar, 5).str(), "t:1:11");
}

TEST(PlaceInScalarOf, every_escape)
{
	const std::string source = R"(k: "\0\a\b\t\n\v\f\r\e\ \"\/\\\N\_\L\P\x41\xe9\u20ac\U0001F600|")";
	const Document document = parse(source, "t");
	const Node &scalar = *document.root.find("k");
	EXPECT_EQ(place_in_scalar(document, scalar, 0).str(), "t:1:5");
	EXPECT_EQ(place_in_scalar(document, scalar, 10).str(), place_of_byte(source, source.find("\\\"")));
	EXPECT_EQ(place_in_scalar(document, scalar, scalar.text.find('A')).str(),
		  place_of_byte(source, source.find("\\x41")));
	EXPECT_EQ(place_in_scalar(document, scalar, scalar.text.find("\xe2\x82\xac")).str(),
		  place_of_byte(source, source.find("\\u20ac")));
	// Inside of what one escape stands for.
	EXPECT_EQ(place_in_scalar(document, scalar, scalar.text.find("\xf0\x9f") + 2).str(),
		  place_of_byte(source, source.find("\\U0001F600")));
	EXPECT_EQ(place_in_scalar(document, scalar, scalar.text.find('|')).str(),
		  place_of_byte(source, source.find('|')));
}

TEST(PlaceInScalarOf, text_that_ends_in_an_escape)
{
	const Document document = parse(R"(k: "a\x41")", "t");
	EXPECT_EQ(place_in_scalar(document, *document.root.find("k"), 2).str(), "t:1:10");
}

TEST(PlaceInScalarOf, blanks_and_breaks)
{
	const Document document = parse("k: |\n  a \n\n    b\n", "t");
	const Node &scalar = *document.root.find("k");
	ASSERT_EQ(scalar.text, "a \n\n  b\n");
	EXPECT_EQ(place_in_scalar(document, scalar, 1).str(), "t:2:4");
	EXPECT_EQ(place_in_scalar(document, scalar, 2).str(), "t:2:5");
	EXPECT_EQ(place_in_scalar(document, scalar, 3).str(), "t:3:1");
	EXPECT_EQ(place_in_scalar(document, scalar, 4).str(), "t:4:3");
	EXPECT_EQ(place_in_scalar(document, scalar, 5).str(), "t:4:4");
}

TEST(PlaceInScalarOf, what_is_no_text_of_a_file)
{
	Document document = parse("k: []\ne: ''\n", "t");
	EXPECT_EQ(place_in_scalar(document, *document.root.find("k"), 5).str(), "t:1:4");
	EXPECT_EQ(place_in_scalar(document, *document.root.find("e"), 5).str(), "t:2:4");
	Node option;
	option.kind = Kind::scalar;
	option.text = "some text";
	option.place.file = std::make_shared<const std::string>("option -o k=some text");
	EXPECT_EQ(place_in_scalar(document, option, 5).str(), "option -o k=some text");
}

} // namespace
} // namespace falco::yaml
