// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace falco::host {

// What `falco test` is asked.
struct TestRequest {
	std::vector<std::string> paths;
	std::optional<std::string> config_file; // -c
	std::optional<std::string> only;        // --only: cases with this in their name
	size_t workers = 0;                     // -j; 0: one for each core
	bool update = false, watch = false, json = false, verbose = false;
	std::optional<std::string> junit;
	bool coverage = false;
	std::optional<std::string> coverage_json, coverage_html;
	std::optional<double> min_coverage;

	bool wants_coverage() const { return coverage || coverage_json || coverage_html || min_coverage; }
};

// Tries the cases. Returns 0 when all passed (and enough is covered), 1 when one did not, 2 when one could not be
// tried. Throws Error.
int test_rules(const TestRequest &request);

} // namespace falco::host
