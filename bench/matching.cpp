// SPDX-License-Identifier: Apache-2.0
//
// What matching costs an event that has rules, without everything around it: reads a trace, asks the matcher's
// evaluator about every event, and measures the time of that alone. Prints JSON. An event that took longer than US
// microseconds (default 100) is taken to have waited for the processor: such events are counted, and not part of the
// mean. When they are more than 5 in a thousand there is no figure, and the exit status is 1. `inf`: none is left out.
//
//   bench-matching [--longest=US] TRACE RULES...
#include "plugins/matcher-sinsp/graph_evaluator.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <sys/resource.h>
#include <vector>

using namespace falco::matcher;

namespace {

using Clock = std::chrono::steady_clock;

constexpr double kLongest = 100e-6; // seconds
constexpr double kMostInterrupted = 0.005;

double seconds_since(Clock::time_point begin)
{
	return std::chrono::duration<double>(Clock::now() - begin).count();
}

void fail(void *, const falco_finding *finding)
{
	if (finding->level == FALCO_LOG_ERROR) {
		const std::string file = finding->file ? finding->file : "";
		const std::string place = ":" + std::to_string(finding->line) + ":" + std::to_string(finding->column);
		throw std::runtime_error(file + (finding->line > 0 ? place : "") + (file.empty() ? "" : ": ") +
					 finding->message);
	}
}

// What asking for the time twice takes, which is part of each measurement.
double cost_of_clock()
{
	constexpr int kTimes = 100000;
	const auto begin = Clock::now();
	double sum = 0;
	for (int i = 0; i < kTimes; i++) {
		sum += seconds_since(Clock::now());
	}
	return (seconds_since(begin) / kTimes + sum / kTimes) / 2;
}

// Seconds of a number of microseconds. Throws std::runtime_error for anything else.
double longest_of(const char *text)
{
	char *end = nullptr;
	const double microseconds = std::strtod(text, &end);
	if (end == text || *end != 0 || !(microseconds >= 0)) {
		throw std::runtime_error(std::string("--longest: expected microseconds or inf, found '") + text + "'");
	}
	return microseconds / 1e6;
}

void measure(const char *trace, const char *const *paths, double longest)
{
	Findings findings;
	const auto begin = Clock::now();
	const RulesFiles files = read_rules(paths, findings);
	sinsp unopened;
	sinsp_filter_check_list checks;
	const auto rules = compile_rules(files, {}, &unopened, checks, findings);
	findings.send({sizeof(falco_report), 0, nullptr, fail});
	const double load = seconds_since(begin);

	sinsp inspector;
	inspector.open_savefile(trace);
	const auto bind_begin = Clock::now();
	GraphEvaluator evaluator(rules, false, &inspector);
	const double bind = seconds_since(bind_begin);
	const EventIndex index(rules, false);

	uint64_t events = 0, with_rules = 0, measured = 0, matches = 0;
	double matching = 0;
	std::vector<uint32_t> matched;
	sinsp_evt *event = nullptr;
	for (int32_t result; (result = inspector.next(&event)) != SCAP_EOF;) {
		if (result != SCAP_SUCCESS) {
			continue;
		}
		events++;
		if (index.candidates(event).empty()) {
			continue;
		}
		matched.clear();
		const auto asked = Clock::now();
		evaluator.evaluate(event, false, matched);
		const double took = seconds_since(asked);
		with_rules++;
		if (took < longest) {
			matching += took;
			measured++;
		}
		matches += matched.size();
	}
	const uint64_t interrupted = with_rules - measured;
	if (static_cast<double>(interrupted) > kMostInterrupted * static_cast<double>(with_rules)) {
		throw std::runtime_error(std::to_string(interrupted) + " of " + std::to_string(with_rules) +
					 " events with rules took longer than " + std::to_string(longest * 1e6) +
					 " µs: expected at most 5 in a thousand to wait for the processor");
	}
	rusage usage = {};
	getrusage(RUSAGE_SELF, &usage);
	const double each = measured == 0 ? 0 : matching / static_cast<double>(measured) - cost_of_clock();
	std::printf("{\"rules\": %zu, \"events\": %llu, \"events_with_rules\": %llu, \"interrupted\": %llu, "
		    "\"matches\": %llu, "
		    "\"ns_per_event_with_rules\": %.1f, \"load_s\": %.3f, \"bind_s\": %.3f, \"peak_mib\": %.1f}\n",
		    rules.size(), static_cast<unsigned long long>(events), static_cast<unsigned long long>(with_rules),
		    static_cast<unsigned long long>(interrupted), static_cast<unsigned long long>(matches), each * 1e9,
		    load, bind, static_cast<double>(usage.ru_maxrss) / 1024);
}

} // namespace

int main(int argc, char **argv)
{
	const std::string option = "--longest=";
	const int given = argc > 1 && std::string(argv[1]).compare(0, option.size(), option) == 0 ? 1 : 0;
	if (argc < 3 + given) {
		std::fputs("usage: bench-matching [--longest=US] TRACE RULES...\n", stderr);
		return 2;
	}
	try {
		measure(argv[1 + given], argv + 2 + given, given ? longest_of(argv[1] + option.size()) : kLongest);
		return 0;
	} catch (const std::exception &e) {
		std::fprintf(stderr, "bench-matching: %s\n", e.what());
		return 1;
	}
}
