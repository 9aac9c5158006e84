// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/metrics.hpp"
#include "host/pipeline/output_log.hpp" // LogFunction

#include <falco/plugin.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

namespace falco::host {

// What falco and its plugins count, as a line of JSON every so often: {"metrics":{NAME:VALUE,...},"time":"..."}. The
// file is opened for each line, so that it can be moved away at any time. One thread.
class MetricsFile {
public:
	using Time = std::chrono::steady_clock::time_point;
	using Values = std::map<std::string, uint64_t>;

	// Throws Error when the file cannot be written.
	MetricsFile(const MetricsConfig &config, LogFunction log, Time now);

	// Whether the interval has passed; it then begins anew.
	bool due(Time now);
	// A failure is told once until a line could be written again.
	void append(const Values &values);

	// Puts counters and gauges into `values`, each with `prefix` in front of its name.
	struct Sink {
		Values &values;
		const std::string prefix;
		falco_metric_sink get() noexcept;
	};

private:
	bool write(const std::string &line) const;

	const MetricsConfig config_;
	const LogFunction log_;
	Time last_;
	bool is_failing_ = false;
};

} // namespace falco::host
