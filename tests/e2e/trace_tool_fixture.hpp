// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/e2e/fixture.hpp"

#include <string>
#include <vector>

namespace falco::test {

inline constexpr const char *kBuiltYaml =
	"processes:\n"
	"  - {name: bash, path: /bin/bash, user: alice}\n"
	"events:\n"
	"  - {process: bash, spawn: {id: thief, path: /bin/cat, args: [/etc/gshadow]}}\n"
	"  - {process: thief, open: {name: /etc/gshadow}}\n";

class TraceTool : public FalcoTest {
protected:
	static Finished trace(std::vector<std::string> arguments)
	{
		arguments.insert(arguments.begin(), "trace");
		return run_falco(arguments);
	}

	static Finished shell(const std::string &command)
	{
		return run_program("/bin/sh", {"-c", "falco=" FALCO_BINARY_DIR "/falco; " + command});
	}

	std::string built(const std::string &name = "built.scap") const
	{
		const Finished falco = trace({"build", dir_.write("t.yaml", kBuiltYaml), "-o", dir_.file(name)});
		EXPECT_EQ(falco.status, 0) << falco.err;
		EXPECT_EQ(falco.out + falco.err, "");
		return dir_.file(name);
	}
};

} // namespace falco::test
