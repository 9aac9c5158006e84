// SPDX-License-Identifier: Apache-2.0
//
// Files of test cases for rules: what `falco test` reads. The format is described in docs/TESTING_RULES.md.
#pragma once

#include "common/yaml_tree.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace falco::host {

// Alerts that a case expects.
struct Expectation {
	static constexpr uint64_t kAny = std::numeric_limits<uint64_t>::max();

	yaml::Place place, rule_place;
	std::string rule;
	uint64_t least = 1, most = kAny;
	std::optional<int> priority;
	std::optional<std::string> output;         // a part of the message
	std::optional<std::string> regex;          // that finds something in the message
	std::map<std::string, std::string> fields; // with exactly these values

	// "read_shadow, 1 alert, priority Warning, output has 'x'"
	std::string str() const;
};

struct TestCase {
	yaml::Place place;
	std::string file, name;
	std::vector<std::vector<std::string>> rules; // sets of rules files; the case is tried with each
	std::vector<std::string> traces;             // and on each of these
	std::string inline_trace;                    // where the file describes the trace itself, a JSON pointer
	std::vector<Expectation> alerts;
	bool ordered = false;
	bool no_alerts = false;
	std::vector<std::pair<std::string, yaml::Place>> no_alerts_of; // these rules
	bool no_other_alerts = false;
	nlohmann::json config; // as falco.yaml
	yaml::Place config_place;
	yaml::Node node; // as it is written
};

// The rules files and traces of a case.
std::vector<std::string> files_of(const TestCase &test);

// What is wrong with a case or a file: told as the result of that case.
struct BrokenCase {
	yaml::Place place;
	std::string file, name, message;
	std::vector<std::string> needs; // rules files and traces, those that were read before the mistake
};

struct CaseFiles {
	std::vector<TestCase> cases;
	std::vector<BrokenCase> broken;
	std::vector<std::string> files;   // that have cases
	std::vector<std::string> folders; // that were looked into
};

// Reads files, and of folders all .yaml and .yml files with cases, at any depth; one that is no
// YAML, or looks as if it were meant to have cases, is broken. Never throws for what is in them.
CaseFiles read_cases(const std::vector<std::string> &paths);

// The same of the text of a file.
CaseFiles read_cases_in(const std::string &text, const std::string &path);

} // namespace falco::host
