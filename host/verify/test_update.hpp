// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/verify/test_cases.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <utility>
#include <vector>

namespace falco::host {

// A case whose expectations are to be what was found.
struct CaseUpdate {
	const TestCase *test;
	nlohmann::json result; // as TestRunner::run gives it
};

// A file of cases with expectations rewritten; all else stays byte for byte.
struct UpdatedCases {
	std::string text;
	std::vector<const TestCase *> rewritten;
	std::vector<std::pair<const TestCase *, std::string>> refused; // and why
};

// `text`: of the file, whose cases are updated. The new text can be read as the old one could.
UpdatedCases update_cases(const std::string &path, const std::string &text, std::vector<CaseUpdate> updates);

} // namespace falco::host
