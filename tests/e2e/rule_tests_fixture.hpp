// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/e2e/fixture.hpp"
#include "tests/support/trace.hpp"

#include <fcntl.h>

namespace falco::test {

inline const char *const kTested = R"yaml(- macro: opened
  condition: (evt.type = open and evt.dir = <)
- rule: shadow
  desc: d
  condition: opened and fd.name = /etc/shadow and not proc.name = sshd
  output: "shadow by %proc.name (file=%fd.name)"
  priority: WARNING
- rule: hosts
  desc: d
  condition: opened and fd.name = /etc/hosts
  output: "hosts by %proc.name"
  priority: INFO
)yaml";

// Cases for two rules and two recordings.
class RuleTests : public FalcoTest {
protected:
	RuleTests()
	{
		dir_.write("rules.yaml", kTested);
		Trace trace;
		const Pid cat = trace.process(Process("cat"));
		trace.open(cat, "/etc/hosts", O_RDONLY);
		trace.open(cat, "/etc/shadow", O_RDONLY);
		trace.open(cat, "/etc/shadow", O_RDONLY);
		trace.mkdir(cat, "/tmp/d");
		trace.save(dir_.file("reads.scap"));
		Trace quiet;
		quiet.open(quiet.process(Process("cat")), "/tmp/x", O_RDONLY);
		quiet.save(dir_.file("quiet.scap"));
	}

	// Cases below "rules: rules.yaml" and "trace: reads.scap".
	std::string cases(const std::string &text)
	{
		return dir_.write("cases.yaml", "rules: rules.yaml\ntrace: reads.scap\ncases:\n" + text);
	}
	Finished test(const std::string &text, std::vector<std::string> arguments = {})
	{
		arguments.insert(arguments.begin(), {"test", cases(text)});
		return run_falco(arguments);
	}
};

} // namespace falco::test
