// SPDX-License-Identifier: Apache-2.0
//
// What became of test cases, for people and for programs.
#pragma once

#include "common/palette.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace falco::host {

struct TestResult {
	std::string file, title, place;
	nlohmann::json result; // as TestRunner::run gives it
	double seconds = 0;

	std::string status() const { return result.value("status", "error"); }
};

// One case that did not pass: what was expected beside what was found, and why alerts are missing.
std::string failure_text(const TestResult &test, const Palette &palette);

// "3 passed, 1 failed, 1 could not be tried"
std::string summary_text(const std::vector<TestResult> &results, const Palette &palette);

nlohmann::json results_json(const std::vector<TestResult> &results);

// JUnit's XML, a test suite for each file.
std::string results_junit(const std::vector<TestResult> &results);

} // namespace falco::host
