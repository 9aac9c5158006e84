// SPDX-License-Identifier: Apache-2.0
//
// What `isolation: process` costs: the same alerts, in batches as a worker gives them, to the same plugin in this
// process and in one of its own. output-file opens, appends and closes for every alert, or keeps its file open.
#include "host/config/instance.hpp"
#include "host/isolation/isolated_output.hpp"
#include "host/isolation/spawner.hpp"

#include <benchmark/benchmark.h>
#include <falco/plugin_test.hpp>

#include <sys/resource.h>

#include <memory>
#include <string>
#include <vector>

namespace {

using namespace falco;

constexpr size_t kBatch = 256; // a worker's

// The shape of a shipped rule's alert: a line of text and five fields.
plugin_test::Alert sample()
{
	plugin_test::Alert alert;
	alert.line("10:20:05.408091526: Warning Sensitive file opened for reading by non-trusted program (user=root "
		   "command=cat /etc/shadow file=/etc/shadow)")
		.message("Sensitive file opened for reading by non-trusted program (user=root command=cat /etc/shadow "
			 "file=/etc/shadow)")
		.rule("read_sensitive_file_untrusted")
		.tag("filesystem");
	for (const char *name : {"user.name", "proc.cmdline", "fd.name", "proc.pname", "container.id"})
		alert.field(name, "cat /etc/shadow");
	return alert;
}

// Of this process and of those that it has waited for, and they.
double cpu_seconds()
{
	double seconds = 0;
	for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
		rusage usage{};
		getrusage(who, &usage);
		for (const timeval &part : {usage.ru_utime, usage.ru_stime})
			seconds += static_cast<double>(part.tv_sec) + static_cast<double>(part.tv_usec) / 1e6;
	}
	return seconds;
}

// Every process's part counts: `began` was before the first was started, and all have ended.
void count_cpu(benchmark::State &state, double began)
{
	const double alerts = static_cast<double>(kBatch) * static_cast<double>(state.iterations());
	state.counters["cpu_us/alert"] = (cpu_seconds() - began) * 1e6 / alerts;
}

void deliver(benchmark::State &state, host::Output &output)
{
	const plugin_test::Alert alert = sample();
	const std::vector<const falco_alert *> batch(kBatch, &alert.get());
	for (auto _ : state) {
		size_t taken = 0;
		if (!output.write_batch(batch, taken).ok() || taken != kBatch)
			state.SkipWithError("not every alert was delivered");
	}
	state.SetItemsProcessed(static_cast<int64_t>(kBatch) * state.iterations());
}

host::HostServices services()
{
	return {"bench", "localhost", [](const std::string &, falco_level, std::string_view) {}};
}

void file_in_process(benchmark::State &state, bool keep_alive)
{
	const double began = cpu_seconds();
	const plugin_test::TempDir folder;
	const host::HostServices all = services();
	host::Output output(host::load_plugin("output-file", FALCO_BENCH_PLUGIN_DIR), "bench",
			    {{"filename", folder.file("alerts")}, {"keep_alive", keep_alive}}, all);
	deliver(state, output);
	count_cpu(state, began);
}

void file_isolated(benchmark::State &state, bool keep_alive)
{
	const double began = cpu_seconds();
	{
		const plugin_test::TempDir folder;
		host::isolation::Spawner spawner(FALCO_BENCH_PROGRAM);
		host::HostServices all = services();
		all.spawner = &spawner;
		host::InstanceConfig instance;
		instance.library = "output-file";
		instance.name = "bench";
		instance.isolation.process = true;
		host::config::set_config(instance, "filename", host::config::make_scalar(folder.file("alerts"), {}));
		host::config::set_config(instance, "keep_alive",
					 host::config::make_scalar(keep_alive ? "true" : "false", {}));
		const auto output = host::make_isolated_output(instance, FALCO_BENCH_PLUGIN_DIR, all);
		deliver(state, *output);
	}
	count_cpu(state, began);
}

// Rounds, so that what else the machine does is shared by all (run.sh has them in turn); what counts is the median.
#define ROUNDS(function, ...)                                                                                          \
	BENCHMARK_CAPTURE(function, __VA_ARGS__)                                                                       \
		->Unit(benchmark::kMicrosecond)                                                                        \
		->UseRealTime()                                                                                        \
		->MinTime(1)                                                                                           \
		->Repetitions(5)                                                                                       \
		->ReportAggregatesOnly()

ROUNDS(file_in_process, opened_each_time, false);
ROUNDS(file_isolated, opened_each_time, false);
ROUNDS(file_in_process, kept_open, true);
ROUNDS(file_isolated, kept_open, true);

} // namespace
