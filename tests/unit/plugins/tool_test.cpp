// SPDX-License-Identifier: Apache-2.0
//
// Tools: what they say about their commands, and calls of these.
#include "host/error.hpp"
#include "host/plugins/tool_commands.hpp"
#include "tests/unit/plugins/support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using testing::ElementsAre;
using testing::HasSubstr;

namespace falco::host {
namespace {

using nlohmann::json;

// A command with these arguments.
std::string command_with(const std::string &arguments)
{
	return R"([{"name": "c", "description": "d", "arguments": [)" + arguments + "]}]";
}

TEST(ToolCommands, say_what_each_argument_is)
{
	const auto commands = read_tool_commands(test_plugin("tool-fake").table->tool->commands);
	ASSERT_EQ(commands.size(), 3u);
	EXPECT_EQ(commands[0].name, "echo");
	EXPECT_EQ(commands[0].details, "As one line of JSON.");
	EXPECT_EQ(commands[0].examples.at(0).command, "falco fake echo a -n 3");
	const auto &arguments = commands[0].arguments;
	ASSERT_EQ(arguments.size(), 5u);
	EXPECT_EQ(arguments[0].shown(), "WORD");
	EXPECT_TRUE(arguments[0].positional && arguments[0].repeated && arguments[0].required);
	EXPECT_EQ(arguments[1].type, ToolArgument::Type::integer);
	EXPECT_EQ(arguments[1].short_name, "n");
	EXPECT_EQ(arguments[1].default_value, 2);
	EXPECT_THAT(arguments[2].choices, ElementsAre("red", "blue"));
	EXPECT_EQ(arguments[4].shown(), "--in-capitals");
	EXPECT_EQ(arguments[4].type, ToolArgument::Type::flag);
}

TEST(ToolCommands, are_refused_when_they_make_no_sense)
{
	const std::string argument = R"("type": "string", "description": "d")";
	for (const auto &[text, problem] : std::vector<std::pair<std::string, std::string>>{
		     {"{", "is no JSON array of commands"},
		     {"[]", "is no JSON array of commands"},
		     {"[1]", "[0] must be an object"},
		     {R"([{"name": "C", "description": "d", "arguments": []}])", "[0].name"},
		     {R"([{"name": "c", "arguments": []}])", "description"},
		     {R"([{"name": "c", "description": "d", "arguments": [], "extra": 1}])", "extra"},
		     {R"([{"name": "c", "description": "d", "arguments": []},
			  {"name": "c", "description": "d", "arguments": []}])",
		      "'c' stands twice"},
		     {command_with(R"({"name": "x", "type": "number", "description": "d"})"), "[0].arguments.0.type"},
		     {command_with(R"({"name": "help", )" + argument + "}"), "[0].arguments.0.name"},
		     {command_with(R"({"name": "x", )" + argument + R"(}, {"name": "x", )" + argument + "}"),
		      "argument 'x' stands twice"},
		     {command_with(R"({"name": "x", "short": "a", )" + argument + R"(}, {"name": "y", "short": "a", )" +
				   argument + "}"),
		      "the short form -a stands twice"},
		     {command_with(R"({"name": "x", "type": "flag", "description": "d", "required": true})"),
		      "a flag is neither"},
		     {command_with(R"({"name": "x", "required": true, "default": "a", )" + argument + "}"),
		      "what is required has no default"},
		     {command_with(R"({"name": "x", "default": 3, )" + argument + "}"), "its default must be text"},
	     })
		EXPECT_THAT(tool_commands_problem(text.c_str()), HasSubstr(problem)) << text;
}

class Arguments : public testing::Test {
protected:
	const std::vector<ToolCommand> commands_ = read_tool_commands(test_plugin("tool-fake").table->tool->commands);

	std::string refusal(const json &arguments) const
	{
		return error_of([&] { complete_arguments(commands_[0], arguments); });
	}
};

TEST_F(Arguments, get_their_defaults)
{
	EXPECT_EQ(complete_arguments(commands_[0], {{"words", {"a"}}}),
		  json({{"words", {"a"}}, {"count", 2}, {"in_capitals", false}}));
	EXPECT_EQ(complete_arguments(commands_[0], {{"words", {"a"}}, {"count", 9}, {"in_capitals", true}}),
		  json({{"words", {"a"}}, {"count", 9}, {"in_capitals", true}}));
}

TEST_F(Arguments, are_refused_by_name)
{
	EXPECT_EQ(refusal(json::object()), "WORD is missing: What to print");
	EXPECT_EQ(refusal({{"words", "a"}}), "WORD must be a list");
	EXPECT_EQ(refusal({{"words", {1}}}), "WORD must be text, found 1");
	EXPECT_EQ(refusal({{"words", {"a"}}, {"count", 10}}), "--count must be at most 9, found 10");
	EXPECT_EQ(refusal({{"words", {"a"}}, {"count", 0}}), "--count must be at least 1, found 0");
	EXPECT_EQ(refusal({{"words", {"a"}}, {"count", "x"}}), "--count must be a whole number, found \"x\"");
	EXPECT_EQ(refusal({{"words", {"a"}}, {"count", UINT64_MAX}}),
		  "--count is too large, found 18446744073709551615");
	EXPECT_EQ(refusal({{"words", {"a"}}, {"colour", "green"}}),
		  "--colour must be one of red, blue, found \"green\"");
	EXPECT_EQ(refusal({{"words", {"a"}}, {"in_capitals", 1}}), "--in-capitals is either given or not, found 1");
	EXPECT_EQ(refusal({{"word", {"a"}}}), "'echo' has no argument 'word' (did you mean 'words'?)");
}

class FakeTool : public testing::Test {
protected:
	FakeTool() : tool_(test_plugin("tool-fake"), "fake", services_.services) {}

	int run(const std::string &command, const json &arguments = json::object())
	{
		return tool_.run(command, arguments,
				 {[&](std::string_view text) { out_ += text; },
				  [&](std::string_view text) { err_ += text; },
				  [&](uint64_t done, uint64_t total) {
					  progress_ += std::to_string(done) + "/" + std::to_string(total);
				  }});
	}

	FakeServices services_;
	Tool tool_;
	std::string out_, err_, progress_;
};

TEST_F(FakeTool, gets_complete_arguments_and_tells_how_far_it_is)
{
	EXPECT_EQ(run("echo", {{"words", {"a"}}}), 0);
	EXPECT_EQ(json::parse(out_), json({{"words", {"a"}}, {"count", 2}, {"in_capitals", false}}));
	EXPECT_EQ(progress_, "1/2");
}

TEST_F(FakeTool, prints_any_bytes)
{
	EXPECT_EQ(run("bytes"), 0);
	EXPECT_EQ(out_, std::string("\0\xff\n", 3));
}

TEST_F(FakeTool, says_how_it_ended)
{
	EXPECT_EQ(run("fail", {{"status", 7}}), 7);
	EXPECT_EQ(error_of([&] { run("fail"); }), "this cannot be done");
	EXPECT_EQ(err_, "about to fail\nabout to fail\n");
	EXPECT_EQ(error_of([&] { run("eco"); }), "tool 'fake' has no command 'eco' (did you mean 'echo'?)");
}

TEST_F(FakeTool, works_when_nobody_listens)
{
	EXPECT_EQ(tool_.run("echo", {{"words", {"a"}}}, {}), 0);
	EXPECT_EQ(tool_.run("fail", {{"status", 1}}, {}), 1);
}

} // namespace
} // namespace falco::host
