// SPDX-License-Identifier: Apache-2.0
//
// An output that runs a shell command for each alert and waits for it, as one that sends mail would.
#include <falco/plugin.hpp>
#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstring>
#include <spawn.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

namespace {

constexpr const char *kSchema = R"({
	"type": "object",
	"additionalProperties": false,
	"required": ["command"],
	"properties": {"command": {"type": "string", "description": "what /bin/sh runs"}}
})";

class Run final : public falco::Output {
public:
	Run(falco::Host, std::string_view config)
	    : command_(nlohmann::json::parse(config).at("command").get<std::string>())
	{
	}

	void write(const falco::Alert &) override
	{
		char shell[] = "/bin/sh";
		char flag[] = "-c";
		char *arguments[] = {shell, flag, command_.data(), nullptr};
		pid_t child = -1;
		const int error = posix_spawn(&child, shell, nullptr, nullptr, arguments, environ);
		if (error != 0) throw std::runtime_error(std::strerror(error));
		int status = 0;
		while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
		}
	}

private:
	std::string command_;
};

} // namespace

FALCO_OUTPUT_PLUGIN(Run, 0, {"run", "1.0.0", "runs a command for each alert", nullptr, kSchema})
