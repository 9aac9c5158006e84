// SPDX-License-Identifier: Apache-2.0
#include "bench/deliver_all.hpp"

#include "bench/sample_alert.hpp"
#include "host/pipeline/pipeline.hpp"

#include <atomic>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

namespace falco::bench {

const host::HostServices &services()
{
	static const host::HostServices silent{"bench", "localhost",
					       [](const std::string &, falco_level, std::string_view) {}};
	return silent;
}

void deliver_all(benchmark::State &state, host::Format format,
		 const std::function<std::unique_ptr<host::Output>()> &make_output)
{
	host::InstanceConfig instance;
	instance.format = format;
	deliver_all(state, instance, make_output);
}

void deliver_all(benchmark::State &state, const host::InstanceConfig &instance,
		 const std::function<std::unique_ptr<host::Output>()> &make_output)
{
	const SampleAlert sample;
	const std::atomic<bool> stop{false};
	for (auto _ : state) {
		state.PauseTiming();
		std::vector<host::Outputs::Entry> entries(1);
		entries[0].output = make_output();
		entries[0].config = instance;
		entries[0].config.name = "bench";
		host::Outputs::Settings settings;
		settings.format.hostname = services().hostname;
		settings.format.json_keys.output_fields = true;
		settings.log = [](falco_level, const std::string &text) { std::fprintf(stderr, "%s\n", text.c_str()); };
		settings.fatal = [](const std::string &text) { std::fprintf(stderr, "%s\n", text.c_str()); };
		host::Outputs outputs(std::move(entries), std::move(settings));
		outputs.use_rules(sample.rules);
		state.ResumeTiming();

		outputs.start();
		for (int64_t i = 0; i < kAlerts; ++i)
			outputs.deliver(sample.match, stop);
		const bool clean = outputs.drain(host::Drain::finish);
		if (!clean || outputs.report().at(0).delivered != kAlerts)
			state.SkipWithError("not every alert was delivered");
	}
	state.counters["alerts/s"] =
		benchmark::Counter(static_cast<double>(kAlerts * state.iterations()), benchmark::Counter::kIsRate);
}

} // namespace falco::bench
