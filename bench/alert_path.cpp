// SPDX-License-Identifier: Apache-2.0
//
// The whole way of a million alerts, from the match to the destination: queue, worker, formatting and the real output
// plugin, until the last one is delivered. output-file opens, appends and closes for every alert, by design, unless it
// is kept open.
#include "bench/deliver_all.hpp"
#include "bench/temp_dir.hpp"

#include <benchmark/benchmark.h>

#include <cstdio>
#include <fcntl.h>
#include <memory>
#include <string>
#include <unistd.h>

namespace {

using namespace falco;

using bench::TempDir;

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

std::unique_ptr<host::Output> make_output(const std::string &library, const nlohmann::json &config)
{
	return std::make_unique<host::Output>(host::load_plugin(library, FALCO_BENCH_PLUGIN_DIR), "bench", config,
					      bench::services());
}

void to_file(benchmark::State &state, host::Format format, bool keep_alive)
{
	const TempDir folder;
	bench::deliver_all(state, format, [&] {
		return make_output("output-file", {{"filename", folder.file("alerts")}, {"keep_alive", keep_alive}});
	});
}

void to_stdout(benchmark::State &state, host::Format format, bool buffered)
{
	const QuietStdout quiet;
	bench::deliver_all(state, format, [&] { return make_output("output-stdout", {{"buffered", buffered}}); });
}

// To librdkafka's mock cluster, which runs in this process, too, and takes its share of the processor.
void to_kafka(benchmark::State &state, host::Format format)
{
	bench::deliver_all(state, format, [] {
		return make_output(
			"output-kafka",
			{{"brokers", "mock"}, {"topic", "alerts"}, {"librdkafka", {{"test.mock.num.brokers", 3}}}});
	});
}

#define ALERTS(function, ...)                                                                                          \
	BENCHMARK_CAPTURE(function, __VA_ARGS__)                                                                       \
		->Iterations(1)                                                                                        \
		->Unit(benchmark::kMillisecond)                                                                        \
		->MeasureProcessCPUTime()                                                                              \
		->UseRealTime()

ALERTS(to_file, text, host::Format::text, false);
ALERTS(to_file, json, host::Format::json, false);
ALERTS(to_file, text_kept_open, host::Format::text, true);
ALERTS(to_stdout, text, host::Format::text, false);
ALERTS(to_stdout, text_buffered, host::Format::text, true);
ALERTS(to_kafka, json, host::Format::json);

} // namespace
