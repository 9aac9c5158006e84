// SPDX-License-Identifier: Apache-2.0
//
// The host's part of a million alerts' way: to an output that forgets them, through a spool, and to a file that stays
// open, by a plugin that does no more than that and by output-file as it is shipped: to be compared with spdlog, which
// writes the same lines to a file of its own. And what an alert that waits takes of memory.
#include "bench/bench_output.hpp"
#include "bench/deliver_all.hpp"
#include "bench/sample_alert.hpp"
#include "bench/temp_dir.hpp"

#include <benchmark/benchmark.h>
#include <spdlog/async.h>
#include <spdlog/sinks/basic_file_sink.h>

namespace {

using namespace falco;

void deliver_to(benchmark::State &state, bench::Kind kind, const host::InstanceConfig &instance,
		const nlohmann::json &config = nlohmann::json::object())
{
	bench::deliver_all(state, instance, [&] {
		return std::make_unique<host::Output>(bench::bench_plugin(kind), "bench", config, bench::services());
	});
}

void to_nothing(benchmark::State &state, host::Format format)
{
	host::InstanceConfig instance;
	instance.format = format;
	deliver_to(state, bench::Kind::nothing, instance);
}

void to_nothing_by_template(benchmark::State &state)
{
	host::InstanceConfig instance;
	instance.format = host::Format::templated;
	for (const char *name : {"time", "rule", "message"}) {
		instance.format_template.push_back({"", name, 0, {}});
		instance.format_template.push_back({" ", "", 0, {}});
	}
	deliver_to(state, bench::Kind::nothing, instance);
}

// Every alert is durable before it is delivered. `sync`: through to the disk.
void through_spool(benchmark::State &state, bool sync)
{
	const bench::TempDir folder;
	host::InstanceConfig instance;
	instance.spool = host::SpoolConfig{};
	instance.spool->dir = folder.file("spool");
	instance.spool->max_bytes = uint64_t{4} << 30;
	instance.spool->sync = sync;
	deliver_to(state, bench::Kind::nothing, instance);
}

void to_open_file(benchmark::State &state)
{
	const bench::TempDir folder;
	deliver_to(state, bench::Kind::file, {}, {{"path", folder.file("alerts")}});
}

void to_shipped_output_file(benchmark::State &state, bool keep_alive)
{
	const bench::TempDir folder;
	bench::deliver_all(state, host::Format::text, [&] {
		return std::make_unique<host::Output>(
			host::load_plugin("output-file", FALCO_BENCH_PLUGIN_DIR), "bench",
			nlohmann::json{{"filename", folder.file("alerts")}, {"keep_alive", keep_alive}},
			bench::services());
	});
}

// spdlog's asynchronous logger with a queue of the same length, which waits when it is full, as ours does here. It is
// given the finished line, which ours composes.
void spdlog_to_open_file(benchmark::State &state)
{
	const bench::SampleAlert sample;
	const host::Alert alert(sample.match, std::make_shared<host::RuleTexts>(sample.rules),
				std::make_shared<host::Alert::Run>(host::FormatOptions{}, "0123456789abcdef"), 1);
	const std::string line = alert.line(host::LineStyle::text);
	const bench::TempDir folder;
	for (auto _ : state) {
		state.PauseTiming();
		auto pool = std::make_shared<spdlog::details::thread_pool>(host::QueueConfig().capacity, 1);
		auto logger = std::make_shared<spdlog::async_logger>(
			"bench", std::make_shared<spdlog::sinks::basic_file_sink_mt>(folder.file("alerts")), pool,
			spdlog::async_overflow_policy::block);
		logger->set_pattern("%v");
		state.ResumeTiming();
		for (int64_t i = 0; i < bench::kAlerts; ++i)
			logger->info(line);
		logger->flush();
		logger.reset();
		pool.reset(); // waits until all is written
	}
	state.counters["alerts/s"] = benchmark::Counter(static_cast<double>(bench::kAlerts * state.iterations()),
							benchmark::Counter::kIsRate);
}

// What an alert that waits in a queue takes of the heap, and how long its text is.
void memory_of_queued(benchmark::State &state)
{
	double bytes = 0;
	for (auto _ : state)
		bytes = bench::bytes_of_queued();
	const bench::SampleAlert sample;
	const host::Alert alert(sample.match, std::make_shared<host::RuleTexts>(sample.rules),
				std::make_shared<host::Alert::Run>(host::FormatOptions{}, "0123456789abcdef"), 1);
	state.counters["bytes"] = bytes;
	state.counters["text"] = static_cast<double>(alert.line(host::LineStyle::text).size());
}

#define ALERTS(function, ...)                                                                                          \
	BENCHMARK_CAPTURE(function, __VA_ARGS__)                                                                       \
		->Iterations(1)                                                                                        \
		->Unit(benchmark::kMillisecond)                                                                        \
		->MeasureProcessCPUTime()                                                                              \
		->UseRealTime()

ALERTS(to_nothing, text, host::Format::text);
ALERTS(to_nothing, json, host::Format::json);
BENCHMARK(to_nothing_by_template)->Iterations(1)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();
ALERTS(through_spool, durable, true);
ALERTS(through_spool, no_sync, false);

// Rounds, so that what else the machine does is shared by all (run.sh has them in turn); what counts is the median.
#define ROUNDS(function)                                                                                               \
	function->Iterations(1)                                                                                        \
		->Unit(benchmark::kMillisecond)                                                                        \
		->MeasureProcessCPUTime()                                                                              \
		->UseRealTime()                                                                                        \
		->Repetitions(5)                                                                                       \
		->ReportAggregatesOnly()

ROUNDS(BENCHMARK(to_open_file));
ROUNDS(BENCHMARK_CAPTURE(to_shipped_output_file, kept_open, true));
ROUNDS(BENCHMARK_CAPTURE(to_shipped_output_file, opened_each_time, false));
ROUNDS(BENCHMARK(spdlog_to_open_file));
BENCHMARK(memory_of_queued)->Iterations(1);

} // namespace
