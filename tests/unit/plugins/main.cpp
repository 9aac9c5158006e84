// SPDX-License-Identifier: Apache-2.0
//
// `falco plugin check` starts its own program for every check, and isolated outputs are its own program, too; for these
// tests that is this one.
#include "host/app/plugin_commands.hpp"
#include "host/isolation/spawner.hpp"

#include <gtest/gtest.h>

#include <string>

int main(int argc, char **argv)
{
	if (argc > 3 && std::string(argv[1]) == "plugin" && std::string(argv[2]) == "check") {
		falco::host::PluginCheckRequest request;
		request.file = argv[3];
		for (int i = 4; i + 1 < argc; i += 2) {
			const std::string option = argv[i];
			if (option == "--internal-check")
				request.internal_check = argv[i + 1];
			else if (option == "--config")
				request.config = argv[i + 1];
			else if (option == "--with")
				request.with = argv[i + 1];
			else if (option == "--source")
				request.source = argv[i + 1];
			else if (option == "--seed")
				request.seed = std::stoull(argv[i + 1]);
			else if (option == "--seconds")
				request.seconds = std::stoi(argv[i + 1]);
			else
				return 2;
		}
		return falco::host::plugin_check(request);
	}
	if (argc == 3 && std::string(argv[1]) == "plugin" && std::string(argv[2]) == "host")
		return falco::host::isolation::run_spawner();
	testing::InitGoogleTest(&argc, argv);
	return RUN_ALL_TESTS();
}
