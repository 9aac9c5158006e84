// SPDX-License-Identifier: Apache-2.0
//
// What `isolation: process` costs: the same alerts, in batches as a worker gives them, to the same plugin in this
// process and in one of its own. output-file opens, appends and closes for every alert.
#include "host/config/instance.hpp"
#include "host/isolation/isolated_output.hpp"
#include "host/isolation/spawner.hpp"

#include <benchmark/benchmark.h>
#include <falco/plugin_test.hpp>

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

void file_in_process(benchmark::State &state)
{
	const plugin_test::TempDir folder;
	const host::HostServices all = services();
	host::Output output(host::load_plugin("output-file", FALCO_BENCH_PLUGIN_DIR), "bench",
			    {{"filename", folder.file("alerts")}}, all);
	deliver(state, output);
}

void file_isolated(benchmark::State &state)
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
	const auto output = host::make_isolated_output(instance, FALCO_BENCH_PLUGIN_DIR, all);
	deliver(state, *output);
}

BENCHMARK(file_in_process)->Unit(benchmark::kMicrosecond)->UseRealTime();
BENCHMARK(file_isolated)->Unit(benchmark::kMicrosecond)->UseRealTime();

} // namespace
