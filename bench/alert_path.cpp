// SPDX-License-Identifier: Apache-2.0
//
// The whole way of a million alerts, from the match to the destination: queue, worker, formatting and the real output
// plugin, until the last one is delivered. output-file opens, appends and closes for every alert, by design.
#include "bench/sample_alert.hpp"
#include "host/pipeline/pipeline.hpp"
#include "host/plugins/plugin.hpp"

#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <string>
#include <unistd.h>

namespace {

using namespace falco;

constexpr int64_t kAlerts = 1000000;

// A folder that goes with the object.
class TempDir {
public:
	TempDir() : path_(std::filesystem::temp_directory_path() / "falco-bench-XXXXXX")
	{
		if (!mkdtemp(path_.data())) throw std::runtime_error("no folder for the alerts: " + path_);
	}
	~TempDir()
	{
		std::error_code ignored;
		std::filesystem::remove_all(path_, ignored);
	}
	TempDir(const TempDir &) = delete;
	TempDir &operator=(const TempDir &) = delete;
	std::string file(const char *name) const { return path_ + "/" + name; }

private:
	std::string path_;
};

// Standard output goes to /dev/null while it lives: the table of results must not mix with alerts.
class QuietStdout {
public:
	QuietStdout() : saved_(fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0))
	{
		std::fflush(stdout);
		const int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
		dup2(null, STDOUT_FILENO);
		close(null);
	}
	~QuietStdout()
	{
		dup2(saved_, STDOUT_FILENO);
		close(saved_);
	}
	QuietStdout(const QuietStdout &) = delete;
	QuietStdout &operator=(const QuietStdout &) = delete;

private:
	int saved_;
};

// Delivers all alerts through one output and waits for the last. The seconds of that are what counts.
void deliver_all(benchmark::State &state, const std::string &library, const nlohmann::json &config, host::Format format)
{
	static const host::HostServices services{"bench", "localhost",
						 [](const std::string &, falco_level, std::string_view) {}};
	const bench::SampleAlert sample;
	const std::atomic<bool> stop{false};
	for (auto _ : state) {
		state.PauseTiming();
		const host::Plugin plugin = host::load_plugin(library, FALCO_BENCH_PLUGIN_DIR);
		std::vector<host::Outputs::Entry> entries(1);
		entries[0].output = std::make_unique<host::Output>(plugin, "bench", config, services);
		entries[0].config.name = "bench";
		entries[0].config.format = format;
		host::Outputs::Settings settings;
		settings.format.hostname = services.hostname;
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

void to_file(benchmark::State &state, host::Format format)
{
	const TempDir folder;
	deliver_all(state, "output-file", {{"filename", folder.file("alerts")}}, format);
}

void to_stdout(benchmark::State &state, host::Format format, bool buffered)
{
	const QuietStdout quiet;
	deliver_all(state, "output-stdout", {{"buffered", buffered}}, format);
}

#define ALERTS(function, ...)                                                                                          \
	BENCHMARK_CAPTURE(function, __VA_ARGS__)                                                                       \
		->Iterations(1)                                                                                        \
		->Unit(benchmark::kMillisecond)                                                                        \
		->MeasureProcessCPUTime()                                                                              \
		->UseRealTime()

ALERTS(to_file, text, host::Format::text);
ALERTS(to_file, json, host::Format::json);
ALERTS(to_stdout, text, host::Format::text, false);
ALERTS(to_stdout, text_buffered, host::Format::text, true);

} // namespace
