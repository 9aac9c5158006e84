// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/run_falco.hpp"
#include "tests/support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace falco::test {

inline const std::string kTraces = FALCO_SOURCE_DIR "/tests/traces/";
inline const std::string kFakes = FALCO_BINARY_DIR "/tests/plugins/";

// Four of the events of mixed.scap match: three files opened for writing, one read.
inline const char *const kRules = R"yaml(- macro: opened
  condition: (evt.type = open or evt.type = openat) and evt.dir = < and fd.num >= 0
- macro: for_writing
  condition: (evt.arg.flags contains O_WRONLY or evt.arg.flags contains O_RDWR)
- rule: write_etc
  desc: an attempt to write to any file below a set of binary directories
  condition: opened and for_writing and fd.directory in (/bin, /etc)
  output: "File opened for writing (user=%user.name command=%proc.cmdline file=%fd.name)"
  priority: WARNING
  tags: [files]
- rule: read_group_shadow
  desc: somebody looks for group passwords
  condition: opened and fd.name = /etc/gshadow
  output: "Group shadow read by %proc.name"
  priority: Error
)yaml";

// A falco with a configuration and rules of its own in a directory of its own.
class FalcoTest : public testing::Test {
protected:
	FalcoTest()
	{
		config_ = dir_.write("falco.yaml",
				     "stdout_output: {enabled: true}\nlog_stderr: true\nlog_syslog: false\n");
		rules_ = dir_.write("rules.yaml", kRules);
	}

	// Runs it with the test's configuration and rules and these further arguments.
	Finished run(std::vector<std::string> arguments) const
	{
		arguments.insert(arguments.begin(), {"-c", config_, "-r", rules_});
		return run_falco(arguments);
	}
	Finished replay(const std::string &trace, std::vector<std::string> arguments = {}) const
	{
		arguments.insert(arguments.end(), {"-e", trace});
		return run(arguments);
	}

	TempDir dir_;
	std::string config_;
	std::string rules_;
};

// The lines of `out` that are alerts.
inline std::vector<std::string> alerts_in(const std::string &out)
{
	std::vector<std::string> alerts;
	for (const auto &line : lines_of(out)) {
		if (line.size() > 18 && line[2] == ':' && line[5] == ':' && line[8] == '.') {
			alerts.push_back(line);
		}
	}
	return alerts;
}

} // namespace falco::test
