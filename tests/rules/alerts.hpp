// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

namespace falco::test {

/// One alert as falco's JSON says it.
struct Alert {
	std::string rule;
	std::string priority;
	std::string output;
	std::string time;
};

/// Replays a trace with a rules file through the falco of this build and gives its alerts. A falco that fails, or that
/// says anything but alerts on standard output, fails the test.
[[nodiscard]] std::vector<Alert> alerts_of(const std::string &rules, const std::string &trace);

/// How many alerts each rule gave.
[[nodiscard]] std::map<std::string, int> counts(const std::vector<Alert> &alerts);

[[nodiscard]] std::string shipped_rules();
[[nodiscard]] std::string recording(const std::string &name);

} // namespace falco::test
