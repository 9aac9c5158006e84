// SPDX-License-Identifier: Apache-2.0
//
// What `isolation: process` costs: the same alerts to the same plugin in this process and in one of its own.
// output-file opens, appends and closes for every alert, or keeps its file open.
#include "bench/deliver_all.hpp"
#include "bench/temp_dir.hpp"
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

// output-file, in this process or in one of its own.
class Destination {
public:
	Destination(bool isolated, bool keep_alive, const std::string &path)
	    : isolated_(isolated), keep_alive_(keep_alive), path_(path), spawner_(FALCO_BENCH_PROGRAM),
	      services_(bench::services())
	{
		services_.spawner = &spawner_;
	}

	std::unique_ptr<host::Output> make() const
	{
		if (!isolated_)
			return std::make_unique<host::Output>(
				host::load_plugin("output-file", FALCO_BENCH_PLUGIN_DIR), "bench",
				nlohmann::json{{"filename", path_}, {"keep_alive", keep_alive_}}, services_);
		host::InstanceConfig instance;
		instance.library = "output-file";
		instance.name = "bench";
		instance.isolation.process = true;
		host::config::set_config(instance, "filename", host::config::make_scalar(path_, {}));
		host::config::set_config(instance, "keep_alive",
					 host::config::make_scalar(keep_alive_ ? "true" : "false", {}));
		return host::make_isolated_output(instance, FALCO_BENCH_PLUGIN_DIR, services_);
	}

private:
	const bool isolated_, keep_alive_;
	const std::string path_;
	host::isolation::Spawner spawner_;
	host::HostServices services_;
};

// Counts every process's part, from before the first is started until all have ended.
template <typename Deliver>
void count_cpu(benchmark::State &state, bool isolated, bool keep_alive, size_t alerts, Deliver deliver)
{
	const bench::TempDir folder; // its removal does not count
	const double began = cpu_seconds();
	deliver(Destination(isolated, keep_alive, folder.file("alerts")));
	const double all = static_cast<double>(alerts) * static_cast<double>(state.iterations());
	state.counters["cpu_us/alert"] = (cpu_seconds() - began) * 1e6 / all;
}

// The output alone: batches as a worker gives them.
void batches(benchmark::State &state, bool isolated, bool keep_alive)
{
	count_cpu(state, isolated, keep_alive, kBatch, [&](const Destination &destination) {
		const plugin_test::Alert alert = sample();
		const std::vector<const falco_alert *> batch(kBatch, &alert.get());
		const auto output = destination.make();
		for (auto _ : state) {
			size_t taken = 0;
			if (!output->write_batch(batch, taken).ok() || taken != kBatch)
				state.SkipWithError("not every alert was delivered");
		}
	});
}

// A million alerts from the match on, through queue and worker.
void whole_way(benchmark::State &state, bool isolated, bool keep_alive)
{
	count_cpu(state, isolated, keep_alive, bench::kAlerts, [&](const Destination &destination) {
		bench::deliver_all(state, host::Format::text, [&] { return destination.make(); });
	});
}

// Rounds, so that what else the machine does is shared by all (run.sh has them in turn); what counts is the median.
#define ROUNDS(function, kind, isolated, keep_alive)                                                                   \
	BENCHMARK_CAPTURE(function, kind, isolated, keep_alive)                                                        \
		->Unit(benchmark::kMicrosecond)                                                                        \
		->UseRealTime()                                                                                        \
		->Repetitions(5)                                                                                       \
		->ReportAggregatesOnly()

ROUNDS(batches, opened_each_time_in_process, false, false)->MinTime(1);
ROUNDS(batches, opened_each_time_isolated, true, false)->MinTime(1);
ROUNDS(batches, kept_open_in_process, false, true)->MinTime(1);
ROUNDS(batches, kept_open_isolated, true, true)->MinTime(1);
ROUNDS(whole_way, kept_open_in_process, false, true)->Iterations(1);
ROUNDS(whole_way, kept_open_isolated, true, true)->Iterations(1);

} // namespace
