// SPDX-License-Identifier: Apache-2.0
//
// Tries test cases. In a worker process; results cross to the command as JSON.
#pragma once

#include "host/verify/job_trace.hpp"
#include "host/verify/offline.hpp"
#include "host/verify/test_cases.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace falco::host {

// A case with one of its sets of rules on one of its traces.
struct TestJob {
	const TestCase *test;
	size_t rules, trace; // which

	// "name", or "name [rules.yaml, reads.scap]" when the case has several rules or traces.
	std::string title() const;
};

std::vector<TestJob> jobs_of(const std::vector<TestCase> &cases);

class TestRunner {
public:
	// `config_file`: what -c says; none: built-in defaults, not the configuration of the machine.
	TestRunner(std::optional<std::string> config_file, bool coverage)
	    : config_file_(std::move(config_file)), coverage_(coverage)
	{
	}

	// {"status": "passed", "failed" or "error", "message", "rows": [[expected, found]], "why_not": [...],
	// "found": [alerts], "alerts": how many}. Never throws.
	nlohmann::json run(const TestJob &job);

	// What the matchers counted, a list, each with "left_out".
	nlohmann::json observed();

private:
	// Rules are read once for each set and configuration.
	struct Engine {
		std::unique_ptr<Offline> offline;
		LoadedRules rules;
	};
	std::unique_ptr<Engine> make_engine(const TestJob &job) const;
	Engine &engine_of(const TestJob &job);
	nlohmann::json try_job(const TestJob &job);
	std::string why_not(const TestJob &job, const std::string &rule);

	std::optional<std::string> config_file_;
	bool coverage_;
	std::map<std::string, std::unique_ptr<Engine>> engines_;
	TraceBuilds builds_;
};

} // namespace falco::host
