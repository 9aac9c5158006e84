// SPDX-License-Identifier: Apache-2.0
//
//   bench-flood [--in-time] [SECONDS [ALERTS_A_SECOND]]      default: 60 100000
//
// A flood of alerts for one dead output, one slow one and one that writes to a file, the first two with on_full:
// drop_new. Says what became of them as JSON, and fails unless the good one got every alert and no queue grew beyond
// its capacity and the resident set by more than the alerts that may wait can take. The good one holds up the flood
// when it falls behind: with --in-time it fails, too, when that took a tenth longer than SECONDS.
#include "bench/bench_output.hpp"
#include "bench/sample_alert.hpp"
#include "host/pipeline/pipeline.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <malloc.h>
#include <string>
#include <thread>
#include <unistd.h>

namespace {

using namespace falco;
using Clock = std::chrono::steady_clock;

constexpr size_t kCapacity = 10000;
constexpr size_t kOutputs = 3;
constexpr double kAllocator = 1.5;                // what the heap takes for what is on it
constexpr uint64_t kBesides = uint64_t{12} << 20; // stacks, arenas of threads, the log
constexpr double kLate = 1.1;
constexpr size_t kInHand = 1256; // what a worker has taken and not yet flushed counts as waiting, too

uint64_t resident_bytes()
{
	uint64_t size = 0, resident = 0;
	std::ifstream("/proc/self/statm") >> size >> resident;
	return resident * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

host::Outputs::Entry entry(const char *name, bench::Kind kind, host::OnFull on_full, const host::HostServices &services,
			   const nlohmann::json &config = nlohmann::json::object())
{
	host::Outputs::Entry made;
	made.output = std::make_unique<host::Output>(bench::bench_plugin(kind), name, config, services);
	made.config.name = name;
	made.config.queue = {kCapacity, on_full};
	return made;
}

} // namespace

int main(int argc, char **argv)
{
	const bool in_time = argc > 1 && std::strcmp(argv[1], "--in-time") == 0;
	if (in_time) {
		--argc;
		++argv;
	}
	const auto seconds = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 60;
	const auto rate = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 100000;
	const uint64_t total = seconds * rate;
	const std::string path = "/tmp/falco-flood-" + std::to_string(getpid());
	const host::HostServices services{"bench", "localhost", nullptr, FALCO_LOG_INFO};

	std::vector<host::Outputs::Entry> entries;
	entries.push_back(entry("dead", bench::Kind::dead, host::OnFull::drop_new, services));
	entries.push_back(entry("slow", bench::Kind::slow, host::OnFull::drop_new, services));
	entries.push_back(entry("good", bench::Kind::file, host::OnFull::block, services, {{"path", path}}));
	host::Outputs::Settings settings;
	settings.live = true;
	settings.log = [](falco_level, const std::string &text) { std::fprintf(stderr, "%s\n", text.c_str()); };
	host::Outputs outputs(std::move(entries), std::move(settings));
	const bench::SampleAlert sample;
	outputs.use_rules(sample.rules);

	const double of_alert = bench::bytes_of_queued();
	malloc_trim(0);
	const auto may_grow =
		static_cast<uint64_t>(kAllocator * kOutputs * (kCapacity + kInHand) * of_alert) + kBesides;
	const uint64_t before = resident_bytes();
	uint64_t largest = before, most_waiting = 0;
	const std::atomic<bool> stop{false};
	outputs.start();
	const Clock::time_point start = Clock::now();
	for (uint64_t sent = 0; sent < total;) {
		// A hundredth of a second at a time; what the machine held up is made good at once.
		for (uint64_t i = 0; i < std::max<uint64_t>(rate / 100, 1) && sent < total; ++i, ++sent)
			outputs.deliver(sample.match, stop);
		largest = std::max(largest, resident_bytes());
		if (sent % rate == 0)
			for (const auto &report : outputs.report())
				most_waiting = std::max(most_waiting, report.waiting);
		std::this_thread::sleep_until(start + std::chrono::nanoseconds(sent * 1000000000 / rate));
	}
	const double took = std::chrono::duration<double>(Clock::now() - start).count();
	outputs.drain(host::Drain::hurry);

	nlohmann::json result = {{"alerts", total},          {"alerts_a_second", static_cast<double>(total) / took},
				 {"rss_before", before},     {"rss_largest", largest},
				 {"rss_may_grow", may_grow}, {"most_waiting", most_waiting}};
	bool good = most_waiting <= kCapacity + kInHand;
	if (took > static_cast<double>(seconds) * kLate) {
		std::fprintf(stderr,
			     "the flood of %llu s took %.1f s: the alerts came at %.0f a second instead of %llu\n",
			     seconds, took, static_cast<double>(total) / took, rate);
		good = good && !in_time;
	}
#ifndef __SANITIZE_ADDRESS__ // which keeps what was freed
	good = good && largest - before <= may_grow;
#endif
	for (const auto &report : outputs.report()) {
		result["outputs"][report.name] = {{"accepted", report.accepted},
						  {"delivered", report.delivered},
						  {"dropped", report.dropped},
						  {"lost", report.lost}};
		good = good && report.accepted + report.dropped == total &&
		       report.delivered + report.lost == report.accepted;
		if (report.name == "good") good = good && report.delivered == total;
	}
	std::ifstream lines(path);
	const auto written = static_cast<uint64_t>(
		std::count(std::istreambuf_iterator<char>(lines), std::istreambuf_iterator<char>(), '\n'));
	result["lines_in_the_file"] = written;
	std::remove(path.c_str());
	good = good && written == total;
	std::printf("%s\n", result.dump(2).c_str());
	return good ? 0 : 1;
}
