// SPDX-License-Identifier: Apache-2.0
#include "host/config/overrides.hpp"

#include <gtest/gtest.h>

namespace falco::host::config {
namespace {

constexpr const char *kFile = R"(
text: old
map: {a: 1, b: {c: 2}}
list: [x, {k: v}]
empty:
)";

struct Good {
	const char *option;
	const char *key; // a top-level key
	const char *json;
};

std::ostream &operator<<(std::ostream &stream, const Good &good)
{
	return stream << good.option;
}

class Override : public testing::TestWithParam<Good> {};

TEST_P(Override, sets_the_value)
{
	yaml::Node root = yaml::parse(kFile, "f").root;
	apply_override(root, GetParam().option);
	const yaml::Node *node = root.find(GetParam().key);
	ASSERT_NE(node, nullptr);
	EXPECT_EQ(yaml::to_json(*node).dump(), GetParam().json);
}

INSTANTIATE_TEST_SUITE_P(Options, Override,
			 testing::Values(Good{"text=new", "text", R"("new")"}, Good{"new=1", "new", "1"},
					 Good{"new=true", "new", "true"}, Good{"new='1'", "new", R"("1")"},
					 Good{R"(new="a\tb")", "new", R"("a\tb")"}, Good{"new=", "new", "null"},
					 Good{"text=", "text", "null"}, Good{"text=null", "text", "null"},
					 Good{"text=a=b=c", "text", R"("a=b=c")"}, Good{"text= a ", "text", R"("a")"},
					 // What a shell let through is text, with whatever YAML would make of it.
					 Good{"text=a: b", "text", R"("a: b")"}, Good{"text=a #b", "text", R"("a #b")"},
					 Good{"text=*.yaml", "text", R"("*.yaml")"}, Good{"text=@x", "text", R"("@x")"},
					 Good{"text=- a", "text", R"("- a")"}, Good{"text=%x", "text", R"("%x")"},
					 Good{"map.a=2", "map", R"({"a":2,"b":{"c":2}})"},
					 Good{"map.b.c=3", "map", R"({"a":1,"b":{"c":3}})"},
					 Good{"map.d.e.f=3", "map", R"({"a":1,"b":{"c":2},"d":{"e":{"f":3}}})"},
					 Good{"map={x: [1, 2]}", "map", R"({"x":[1,2]})"}, Good{"map=1", "map", "1"},
					 Good{"list[0]=y", "list", R"(["y",{"k":"v"}])"},
					 Good{"list[1].k=w", "list", R"(["x",{"k":"w"}])"},
					 Good{"list[1].l.m=w", "list", R"(["x",{"k":"v","l":{"m":"w"}}])"},
					 Good{"list[]=z", "list", R"(["x",{"k":"v"},"z"])"},
					 Good{"list[].k=z", "list", R"(["x",{"k":"v"},{"k":"z"}])"},
					 Good{"list=[]", "list", "[]"}, Good{"list=[a, [b]]", "list", R"(["a",["b"]])"},
					 Good{"new[]=z", "new", R"(["z"])"}, Good{"empty[]=z", "empty", R"(["z"])"},
					 Good{"empty.a=z", "empty", R"({"a":"z"})"},
					 Good{"new[][]=z", "new", R"([["z"]])"}, Good{"new={}", "new", "{}"}));

struct Bad {
	const char *option;
	const char *error;
};

std::ostream &operator<<(std::ostream &stream, const Bad &bad)
{
	return stream << bad.option;
}

std::string failure(const std::string &option)
{
	yaml::Node root = yaml::parse(kFile, "f").root;
	try {
		apply_override(root, option);
	} catch (const yaml::Error &error) {
		return error.what();
	}
	return "";
}

class BadOverride : public testing::TestWithParam<Bad> {};

TEST_P(BadOverride, is_named_as_typed)
{
	EXPECT_EQ(failure(GetParam().option), std::string("option -o ") + GetParam().option + ": " + GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(
	Options, BadOverride,
	testing::Values(
		Bad{"text", "no '=': write -o KEY=VALUE"}, Bad{"", "no '=': write -o KEY=VALUE"},
		Bad{"=x", "the key is empty: write -o KEY=VALUE"}, Bad{"[0]=x", "the key is empty: write -o KEY=VALUE"},
		Bad{".a=x", "the key is empty: write -o KEY=VALUE"},
		Bad{"a.=x", "an empty name in the key: write -o KEY.SUBKEY=VALUE"},
		Bad{"a..b=x", "an empty name in the key: write -o KEY.SUBKEY=VALUE"},
		Bad{"a.[0]=x", "an empty name in the key: write -o KEY.SUBKEY=VALUE"},
		Bad{"list[0=x", "a '[' without its ']'"}, Bad{"list[=]", "a '[' without its ']'"},
		Bad{"list]=x", "a ']' without its '['"}, Bad{"list[0]k=x", "expected '.', '[' or '=' after ']'"},
		Bad{"list[a]=x", "'a' is no index: write a number from 0, or [] to append"},
		Bad{"list[-1]=x", "'-1' is no index: write a number from 0, or [] to append"},
		Bad{"list[99999999999999999999]=x",
		    "'99999999999999999999' is no index: write a number from 0, or [] to append"},
		Bad{"list[2]=x",
		    "'list[2]' does not exist: the list has 2 items, counted from 0; append to it with []"},
		Bad{"new[0]=x", "'new' is not set: append to it with []"},
		Bad{"text.a=x", "'text' is text, not a map: it has no key 'a'"},
		Bad{"map.a.b=x", "'map.a' is a number, not a map: it has no key 'b'"},
		Bad{"list.a=x", "'list' is a list, not a map: it has no key 'a'"},
		Bad{"map[0]=x", "'map' is a map, not a list: it has no items"},
		Bad{"list[0][]=x", "'list[0]' is text, not a list: it has no items"},
		Bad{"a=[1",
		    "the value is not valid YAML (column 1 of it): expected ',' or ']' here: a '[' is not closed"},
		Bad{"a='x", "the value is not valid YAML (column 3 of it): the text ends inside quotes: close them"},
		Bad{"a={b: 1, b: 2}",
		    "the value is not valid YAML (column 8 of it): the key 'b' stands twice, first at value:1:2"},
		Bad{"a=\xff", "the byte 0xff is no valid UTF-8; save the file in UTF-8"}));

TEST(OverridePlaces, name_the_option)
{
	yaml::Node root = yaml::parse(kFile, "f").root;
	apply_override(root, "map.b.c={d: [1]}");
	const yaml::Node &c = *root.find("map")->find("b")->find("c");
	EXPECT_EQ(c.find("d")->items[0].place.str(), "option -o map.b.c={d: [1]}");
	EXPECT_EQ(c.entries[0].place.str(), "option -o map.b.c={d: [1]}");
	EXPECT_EQ(root.find("map")->find("a")->place.str(), "f:3:10");
}

TEST(OverrideOrder, later_wins)
{
	yaml::Node root = yaml::parse(kFile, "f").root;
	for (const char *option : {"text=1", "text=2", "list[]=3", "list[2]=4"})
		apply_override(root, option);
	EXPECT_EQ(yaml::to_json(*root.find("text")), 2);
	EXPECT_EQ(yaml::to_json(*root.find("list")).dump(), R"(["x",{"k":"v"},4])");
}

TEST(OverrideDepth, is_bounded)
{
	std::string key = "a";
	for (int i = 0; i < 100000; ++i)
		key += ".a";
	EXPECT_NE(failure(key + "=1").find("the key has more than 100 parts"), std::string::npos);
}

} // namespace
} // namespace falco::host::config
