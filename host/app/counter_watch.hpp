// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/app/event_drops.hpp"
#include "host/app/metrics_file.hpp"
#include "host/config/config.hpp"
#include "host/pipeline/outputs.hpp"
#include "host/plugins/plugin.hpp"

#include <functional>
#include <optional>
#include <string>

namespace falco::host {

// Looks at what falco and its plugins count while it runs: lost events are answered (EventDrops), and everything goes
// into the metrics file. On the capture thread; goes before the outputs.
class CounterWatch {
public:
	// Throws Error when the metrics file cannot be written.
	CounterWatch(const Config &config, Outputs &outputs, LogFunction log);

	// From now on this source's. `end`: ends falco, with the reason, where the configuration wants that of lost
	// events.
	void begin(Source &source, std::function<void(const std::string &)> end);
	// Goes on with a reloaded configuration. At the boundary.
	void use(const EventDropsConfig &config);

	// About once a second.
	void look() { look(Moment::second); }
	// When a capture is about to close, after which its source counts nothing.
	void end_capture();
	// When all alerts have left: the last line of the metrics file.
	void finish();

	// Lines for the exit statistics.
	std::string totals() const;

private:
	enum class Moment { second, closes };

	void look(Moment moment);
	void read_source();
	void write_metrics();

	const EventDropsConfig event_drops_config_; // of the start
	Outputs &outputs_;
	const LogFunction log_;
	Source *source_ = nullptr; // once there is one
	std::optional<EventDrops> event_drops_;
	std::optional<MetricsFile> metrics_file_;
	MetricsFile::Values source_counters_; // of the capture that was read last
};

} // namespace falco::host
