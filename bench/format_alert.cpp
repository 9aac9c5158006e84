// SPDX-License-Identifier: Apache-2.0
//
// The parts of an alert's way: what the capture thread does for each match, and composing text and JSON.
#include "bench/sample_alert.hpp"
#include "host/pipeline/alert.hpp"

#include <benchmark/benchmark.h>

namespace {

using namespace falco;

host::FormatOptions options(bool iso_8601)
{
	host::FormatOptions options;
	options.iso_8601 = iso_8601;
	options.hostname = "localhost";
	options.json_keys.output_fields = true;
	return options;
}

// What all alerts of these benchmarks share.
struct Shared {
	explicit Shared(bool iso_8601 = false)
	    : texts(std::make_shared<const host::RuleTexts>(sample.rules)),
	      run(std::make_shared<const host::Alert::Run>(options(iso_8601), "0123456789abcdef"))
	{
	}
	bench::SampleAlert sample;
	std::shared_ptr<const host::RuleTexts> texts;
	std::shared_ptr<const host::Alert::Run> run;
};

void copy_match(benchmark::State &state)
{
	const Shared shared;
	uint64_t sequence = 0;
	for (auto _ : state)
		benchmark::DoNotOptimize(
			std::make_shared<const host::Alert>(shared.sample.match, shared.texts, shared.run, ++sequence));
}

// An alert keeps what it composed, so each round makes a new one: copy_match is part of these figures.
void compose(benchmark::State &state, host::LineStyle style, bool iso_8601)
{
	const Shared shared(iso_8601);
	uint64_t sequence = 0;
	for (auto _ : state) {
		const host::Alert alert(shared.sample.match, shared.texts, shared.run, ++sequence);
		benchmark::DoNotOptimize(alert.line(style).data());
	}
}

BENCHMARK(copy_match);
BENCHMARK_CAPTURE(compose, text, host::LineStyle::text, false);
BENCHMARK_CAPTURE(compose, text_iso_8601, host::LineStyle::text, true);
BENCHMARK_CAPTURE(compose, json, host::LineStyle::json, false);

} // namespace
