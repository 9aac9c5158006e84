// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/e2e/fixture.hpp"

#include <string>
#include <vector>

namespace falco::test {

// A falco with events that are made up, and an output that misbehaves.
class RogueTest : public FalcoTest {
protected:
	RogueTest()
	{
		dir_.write("rules.yaml", "one 4 seen %name\n");
		// Numbers of events, to tell alerts apart.
		std::string names;
		for (int i = 1; i <= 10; ++i)
			names += (i == 1 ? "n" : ", n") + std::to_string(i);
		source_ = "events: 10, names: [" + names + "]";
	}

	// `config` and `keys` of the output; `more`: what else stands in falco.yaml.
	void configure(const std::string &config, const std::string &keys, const std::string &more = "",
		       const std::string &library = kFakes + "output-rogue.so")
	{
		dir_.write("falco.yaml",
			   "log_syslog: false\nlog_stderr: true\nsource: " + kFakes + "source-fake.so\nmatcher: " +
				   kFakes + "matcher-fake.so\nplugins:\n  - {library: " + kFakes +
				   "source-fake.so, config: {" + source_ + "}}\n  - {library: " + library +
				   ", name: rogue, config: {path: " + alerts_ + (config.empty() ? "" : ", " + config) +
				   "}, retry: {first_ms: 1, max_ms: 2}" + (keys.empty() ? "" : ", " + keys) + "}\n" +
				   more);
	}
	Finished run_rogue(const std::string &config, const std::string &keys = "", const std::string &more = "",
			   const std::string &library = kFakes + "output-rogue.so")
	{
		configure(config, keys, more, library);
		return run({});
	}

	// "n1 n2 n3": what the output delivered.
	std::string delivered() const
	{
		std::string text;
		for (const std::string &line : lines_of(read(alerts_)))
			text += (text.empty() ? "" : " ") + line.substr(line.rfind(' ') + 1);
		return text;
	}
	std::string read(const std::string &path) const { return dir_.read(path.substr(dir_.path().size() + 1)); }

	// Events n1 to n5, then nothing until open_gate.
	void hold_source() { source_ += ", gate_at: 5, gate: " + dir_.file("gate"); }
	void open_gate() const { dir_.write("gate", ""); }

	static constexpr const char *kAll = "n1 n2 n3 n4 n5 n6 n7 n8 n9 n10";
	std::string source_;
	std::string alerts_ = dir_.file("alerts");
	std::string once_ = "once: " + dir_.file("mark");
};

} // namespace falco::test
