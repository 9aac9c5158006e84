// SPDX-License-Identifier: Apache-2.0
#include "host/app/counter_watch.hpp"

#include "host/app/second_timer.hpp"

#include <utility>

namespace falco::host {

using Clock = SecondTimer::Clock;

CounterWatch::CounterWatch(const Config &config, Outputs &outputs, LogFunction log)
    : event_drops_config_(config.event_drops), outputs_(outputs), log_(std::move(log))
{
	if (config.metrics.enabled) {
		metrics_file_.emplace(config.metrics, log_, Clock::now());
	}
}

void CounterWatch::begin(Source &source, std::function<void(const std::string &)> end)
{
	source_ = &source;
	if (!source.live() && !event_drops_config_.simulate) {
		return; // a recording drops nothing
	}
	EventDrops::Actions actions;
	actions.log = log_;
	actions.alert = [this](const InternalAlert &alert) { outputs_.deliver_internal(alert); };
	actions.exit = std::move(end);
	event_drops_.emplace(event_drops_config_, source.name(), std::move(actions), Clock::now());
}

void CounterWatch::use(const EventDropsConfig &config)
{
	if (event_drops_) {
		event_drops_->use(config, Clock::now());
	}
}

void CounterWatch::look(Moment moment)
{
	const bool due = metrics_file_ && metrics_file_->due(Clock::now());
	if (event_drops_ || due || (metrics_file_ && moment == Moment::closes)) {
		read_source();
	}
	if (due) {
		write_metrics();
	}
}

void CounterWatch::end_capture()
{
	look(Moment::closes);
	if (event_drops_) {
		event_drops_->end_capture();
	}
}

void CounterWatch::finish()
{
	if (metrics_file_) {
		write_metrics();
	}
}

std::string CounterWatch::totals() const
{
	return event_drops_ ? event_drops_->totals() : std::string();
}

void CounterWatch::read_source()
{
	const auto counters = source_->metrics();
	if (event_drops_) {
		event_drops_->look(counters, Clock::now());
	}
	if (metrics_file_) {
		for (const auto &[name, value] : counters) {
			source_counters_["source." + source_->name() + "." + name] = value;
		}
	}
}

void CounterWatch::write_metrics()
{
	MetricsFile::Values values = source_counters_;
	MetricsFile::Sink sink{values, "output."};
	outputs_.metrics(sink.get());
	metrics_file_->append(values);
}

} // namespace falco::host
