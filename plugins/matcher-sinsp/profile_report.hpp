// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <falco/plugin.hpp>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>

namespace falco::matcher {

// `profile` of the configuration: one event in how many is profiled, and who is told.
class ProfileReport {
public:
	// `config`: {"sample": "1/1000", "file": PATH}. Throws ConfigError.
	explicit ProfileReport(const nlohmann::json &config);

	bool is_wanted() const { return sample_ > 0; }
	uint32_t sample() const { return sample_; }

	// Throws ConfigError when the file cannot be written to. Makes it if need be.
	void try_file() const;
	// Tells what a profiler found out: as a line of JSON at the end of the file, or, without one, what was dearest
	// in falco's log.
	void tell(const nlohmann::json &profile, const falco::Host &host) const;

private:
	std::string append(const std::string &line) const; // what went wrong

	uint32_t sample_ = 0;
	std::string file_;
};

} // namespace falco::matcher
