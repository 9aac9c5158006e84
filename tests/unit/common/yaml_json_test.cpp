// SPDX-License-Identifier: Apache-2.0
#include "common/yaml_tree.hpp"

#include <gtest/gtest.h>

namespace falco::yaml {
namespace {

struct Case {
	const char *yaml;
	const char *json;
	const char *kind;
};

class ToJson : public testing::TestWithParam<Case> {};

TEST_P(ToJson, follows_the_core_schema)
{
	const Node root = parse(GetParam().yaml, "t").root;
	EXPECT_EQ(to_json(root).dump(), GetParam().json);
	EXPECT_STREQ(describe_kind(root), GetParam().kind);
}

INSTANTIATE_TEST_SUITE_P(
	Scalars, ToJson,
	testing::Values(
		Case{"", "null", "empty"}, Case{"~", "null", "empty"}, Case{"null", "null", "empty"},
		Case{"NULL", "null", "empty"}, Case{"nULL", "\"nULL\"", "text"}, Case{"'~'", "\"~\"", "text"},
		Case{"''", "\"\"", "text"}, Case{"true", "true", "a boolean"}, Case{"False", "false", "a boolean"},
		Case{"TRUE", "true", "a boolean"}, Case{"tRUE", "\"tRUE\"", "text"}, Case{"yes", "\"yes\"", "text"},
		Case{"off", "\"off\"", "text"}, Case{"\"true\"", "\"true\"", "text"}, Case{"0", "0", "a number"},
		Case{"-17", "-17", "a number"}, Case{"+5", "5", "a number"}, Case{"+-5", "\"+-5\"", "text"},
		Case{"0x1F", "31", "a number"}, Case{"0o17", "15", "a number"}, Case{"0x", "\"0x\"", "text"},
		Case{"0xg", "\"0xg\"", "text"}, Case{"0o8", "\"0o8\"", "text"}, Case{"-0x1", "\"-0x1\"", "text"},
		Case{"0x-1", "\"0x-1\"", "text"}, Case{"010", "10", "a number"}, Case{"1_000", "\"1_000\"", "text"},
		Case{"9223372036854775807", "9223372036854775807", "a number"},
		Case{"-9223372036854775808", "-9223372036854775808", "a number"},
		Case{"18446744073709551615", "18446744073709551615", "a number"}, Case{"1e3", "1000.0", "a number"},
		Case{"1.5", "1.5", "a number"}, Case{".5", "0.5", "a number"}, Case{"+.5", "0.5", "a number"},
		Case{"5.", "5.0", "a number"}, Case{"-1.5E-1", "-0.15", "a number"}, Case{".", "\".\"", "text"},
		Case{"1e", "\"1e\"", "text"}, Case{"e1", "\"e1\"", "text"}, Case{"1.2.3", "\"1.2.3\"", "text"},
		Case{"127.0.0.1", "\"127.0.0.1\"", "text"}, Case{"12:30", "\"12:30\"", "text"},
		Case{"2016-06-06", "\"2016-06-06\"", "text"},
		// JSON has no such numbers.
		Case{".inf", "\".inf\"", "text"}, Case{"-.Inf", "\"-.Inf\"", "text"}, Case{".nan", "\".nan\"", "text"},
		Case{"1e999", "\"1e999\"", "text"}, Case{"!!str 5", "\"5\"", "text"}, Case{"! 5", "\"5\"", "text"},
		Case{"!!int 5", "5", "a number"}, Case{"|\n  5\n", "\"5\\n\"", "text"},
		Case{">-\n  true\n", "\"true\"", "text"},
		Case{"\"\\N\\_\\x41\\u00e9\"",
		     "\"\xc2\x85\xc2\xa0"
		     "A\xc3\xa9\"",
		     "text"}));

INSTANTIATE_TEST_SUITE_P(Collections, ToJson,
			 testing::Values(Case{"[]", "[]", "a list"}, Case{"{}", "{}", "a map"},
					 Case{"- 1\n- '1'\n- [x, null]\n", R"([1,"1",["x",null]])", "a list"},
					 Case{"b: {c: 1}\na:\n", R"({"a":null,"b":{"c":1}})", "a map"},
					 Case{"a: &x [1]\nb: *x\n", R"({"a":[1],"b":[1]})", "a map"}));

} // namespace
} // namespace falco::yaml
