// SPDX-License-Identifier: Apache-2.0
#include "common/yaml_documents.hpp"

#include <gtest/gtest.h>

#include <string>

using namespace falco::yaml;

TEST(ParseAll, gives_the_roots_of_all_documents_in_order)
{
	const auto roots = parse_all("- a\n---\nk: b\n--- [c, d]\n", "t");
	ASSERT_EQ(roots.size(), 3u);
	EXPECT_EQ(roots[0].items.at(0).text, "a");
	EXPECT_EQ(roots[1].find("k")->text, "b");
	EXPECT_EQ(roots[1].find("k")->place.str(), "t:3:4");
	EXPECT_EQ(roots[2].items.at(1).place.str(), "t:4:9");
}

TEST(ParseAll, gives_null_for_an_empty_document_and_nothing_for_an_empty_file)
{
	EXPECT_TRUE(parse_all("", "t").empty());
	EXPECT_TRUE(parse_all("# nothing\n", "t").empty());
	const auto roots = parse_all("---\n---\n- a\n---\n", "t");
	ASSERT_EQ(roots.size(), 3u);
	EXPECT_EQ(roots[0].kind, Kind::null);
	EXPECT_EQ(roots[1].items.size(), 1u);
	EXPECT_EQ(roots[2].kind, Kind::null);
}

TEST(ParseAll, knows_anchors_in_their_own_document_only)
{
	const auto roots = parse_all("- &x a\n- *x\n---\n- &x b\n- *x\n", "t");
	ASSERT_EQ(roots.size(), 2u);
	EXPECT_EQ(roots[0].items.at(1).text, "a");
	EXPECT_EQ(roots[1].items.at(1).text, "b");
	EXPECT_THROW(parse_all("- &x a\n---\n- *x\n", "t"), Error);
}

TEST(ParseAll, refuses_what_only_looks_like_another_document)
{
	try {
		parse_all("- a\n---\n- b\nc: d\n", "t");
		FAIL() << "was taken";
	} catch (const Error &error) {
		EXPECT_EQ(error.place().line, 4u) << error.what();
	}
}

TEST(ParseAll, counts_the_values_of_all_documents)
{
	std::string part = "- [";
	for (int i = 0; i < 400000; i++) {
		part += "a,";
	}
	part += "]\n";
	EXPECT_EQ(parse_all(part + "---\n" + part, "t").size(), 2u);
	EXPECT_THROW(parse_all(part + "---\n" + part + "---\n" + part, "t"), Error);
}

TEST(Parse, finds_the_second_of_two_equal_keys_of_a_large_map)
{
	std::string text;
	for (int i = 0; i < 40; i++) {
		text += "k" + std::to_string(i) + ": v\n";
	}
	EXPECT_EQ(parse(text, "t").root.entries.size(), 40u);
	try {
		parse(text + "k7: w\n", "t");
		FAIL() << "was taken";
	} catch (const Error &error) {
		EXPECT_EQ(std::string(error.what()), "t:41:1: the key 'k7' stands twice, first at t:8:1");
	}
}
