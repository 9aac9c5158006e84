// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>

namespace falco::host {

// What outputs are called in the names of metrics, which consist of a-z, 0-9, _ and . alone: other bytes become _.
// Where two outputs would be called the same, the later one gets a number: a_b, a_b_2. Any thread.
class MetricNames {
public:
	// Always the same for one output.
	std::string of(const std::string &output);

private:
	std::mutex mutex_;
	std::map<std::string, std::string> names_; // by output
	std::set<std::string> taken_;
};

} // namespace falco::host
