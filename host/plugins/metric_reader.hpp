// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <falco/plugin.h>

#include <cstdint>
#include <string>
#include <vector>

namespace falco::host {

// What a plugin counts.
struct Metric {
	std::string name;
	uint64_t value;
	bool is_counter;
};

// Takes what a plugin counts in one call of its `metrics`. What has a name that the ABI does not allow is left out, as
// such a name may be anything: no text, too. One thread.
class MetricReader {
public:
	MetricReader() : sink_{sizeof(falco_metric_sink), 0, this, add<true>, add<false>} {}
	MetricReader(const MetricReader &) = delete;
	MetricReader &operator=(const MetricReader &) = delete;

	const falco_metric_sink *sink() const { return &sink_; }
	std::vector<Metric> take() { return std::move(metrics_); }
	// What is wrong with the first one that was left out; empty: nothing was.
	const std::string &problem() const { return problem_; }

private:
	template <bool is_counter>
	static void add(void *ctx, const char *name, uint64_t value) noexcept
	{
		static_cast<MetricReader *>(ctx)->keep(name, value, is_counter);
	}
	void keep(const char *name, uint64_t value, bool is_counter);

	const falco_metric_sink sink_;
	std::vector<Metric> metrics_;
	std::string problem_;
};

} // namespace falco::host
