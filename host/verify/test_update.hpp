// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/verify/test_cases.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace falco::host {

// A case whose expectations are to be what was found.
struct CaseUpdate {
	const TestCase *test;
	nlohmann::json result; // as TestRunner::run gives it
};

// The text of a file of cases with the expectations of these of its cases rewritten; all else stays byte for byte.
// Throws yaml::Error for a case that cannot be rewritten.
std::string updated_cases(const std::string &text, const std::vector<CaseUpdate> &updates);

// The lines that are different, with - and + in front.
std::string line_difference(const std::string &before, const std::string &after);

} // namespace falco::host
