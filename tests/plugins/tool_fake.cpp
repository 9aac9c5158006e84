// SPDX-License-Identifier: Apache-2.0
//
// A tool that tells what it was called with. Variants describe their commands wrongly or have a bad habit.
#include <falco/plugin.hpp>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <utility>

namespace {

[[maybe_unused]] constexpr const char *kCommands = R"([{
	"name": "echo",
	"description": "Prints its arguments",
	"details": "As one line of JSON.",
	"examples": [{"command": "falco fake echo a -n 3", "description": "prints a and 3"}],
	"arguments": [
		{"name": "words", "type": "string", "positional": true, "repeated": true, "required": true,
			"value": "WORD", "description": "What to print"},
		{"name": "count", "short": "n", "type": "integer", "minimum": 1, "maximum": 9, "default": 2,
			"value": "COUNT", "description": "How often"},
		{"name": "colour", "type": "string", "choices": ["red", "blue"], "description": "In which colour"},
		{"name": "extra", "type": "string", "repeated": true, "value": "TEXT", "description": "More"},
		{"name": "in_capitals", "type": "flag", "description": "Loudly"}
	]
}, {
	"name": "bytes", "description": "Prints bytes that are no text", "arguments": []
}, {
	"name": "fail", "description": "Does not work", "arguments": [
		{"name": "status", "type": "integer", "default": 0, "description": "Exits with this status instead"}
	]
}])";

#ifndef FAKE_COMMANDS
#define FAKE_COMMANDS kCommands
#endif

class FakeTool final : public falco::Tool {
public:
	static constexpr const char *commands = FAKE_COMMANDS;

	FakeTool(falco::Host, std::string_view) {}

	int run(const falco::ToolRequest &request) override
	{
		const auto arguments = nlohmann::json::parse(request.arguments());
		if (request.command() == "echo") {
			request.progress(1, 2);
			request.out(arguments.dump());
			request.out("\n");
			return 0;
		}
		if (request.command() == "bytes") {
			request.out(std::string_view("\0\xff\n", 3));
			return 0;
		}
		if (request.command() == "fail") {
			request.err("about to fail\n");
			if (const int status = arguments["status"]) return status;
			throw falco::ConfigError("this cannot be done");
		}
#if defined(BAD_ACCEPTS)
		return 0;
#elif defined(BAD_GIVES_UP)
		throw std::runtime_error("what a command");
#elif defined(BAD_ENDS)
		if (std::exchange(refused_, true)) std::abort();
		throw falco::ConfigError("no such command");
#else
		throw falco::ConfigError("no such command");
#endif
	}

private:
	[[maybe_unused]] bool refused_ = false;
};

} // namespace

#ifndef FAKE_SCHEMA
#define FAKE_SCHEMA nullptr
#endif
FALCO_TOOL_PLUGIN(FakeTool, {"fake", "1.0.0", "tells what it was called with", nullptr, FAKE_SCHEMA})
