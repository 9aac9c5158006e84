// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace falco::test {

/// What a program left behind.
struct Finished {
	int status = -1; // the exit status; 128 + the signal when one ended it
	bool timed_out = false;
	std::string out;
	std::string err;
};

struct RunOptions {
	std::chrono::milliseconds time_out{60000};
	std::string directory;                     // where the program starts; "" is here
	std::vector<std::string> environment = {}; // NAME=VALUE, besides what this program has
};

/// Runs a program without a shell and waits for its end; after the time-out it is killed. Throws std::runtime_error
/// when the program cannot be started.
[[nodiscard]] Finished run_program(const std::string &path, const std::vector<std::string> &arguments,
				   const RunOptions &options = {});

/// Runs the falco of this build.
[[nodiscard]] Finished run_falco(const std::vector<std::string> &arguments, const RunOptions &options = {});

/// The lines of a text, without their line ends.
[[nodiscard]] std::vector<std::string> lines_of(const std::string &text);

} // namespace falco::test
