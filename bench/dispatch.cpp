// SPDX-License-Identifier: Apache-2.0
//
// What an event costs that no rule is about: the evaluator looks at its type, and that is all.
#include "plugins/matcher-sinsp/event_index.hpp"
#include "plugins/matcher-sinsp/graph_evaluator.hpp"

#include <benchmark/benchmark.h>

#include <stdexcept>
#include <vector>

using namespace falco::matcher;

namespace {

// Rules and a recording, at its first event with rules or without.
class Replay {
public:
	explicit Replay(bool with_rules)
	{
		Findings findings;
		const char *paths[] = {FALCO_BENCH_RULES, nullptr};
		files_ = read_rules(paths, findings);
		rules_ = compile_rules(files_, {}, &inspector_, checks_, findings);
		inspector_.open_savefile(FALCO_BENCH_TRACE);
		const EventIndex index(rules_, false);
		while (!event_ || index.candidates(event_).empty() == with_rules) {
			if (inspector_.next(&event_) == SCAP_EOF) {
				throw std::runtime_error(FALCO_BENCH_TRACE ": there is no such event");
			}
		}
	}

	void evaluate(benchmark::State &state)
	{
		GraphEvaluator evaluator(rules_, false, &inspector_);
		std::vector<uint32_t> matched;
		for (auto _ : state) {
			evaluator.evaluate(event_, false, matched);
			benchmark::DoNotOptimize(matched.data());
			matched.clear();
		}
	}

private:
	sinsp inspector_;
	sinsp_filter_check_list checks_;
	RulesFiles files_;
	std::vector<CompiledRule> rules_;
	sinsp_evt *event_ = nullptr;
};

void event_without_rules(benchmark::State &state)
{
	Replay(false).evaluate(state);
}

// Always the same event: its texts are known.
void event_with_rules(benchmark::State &state)
{
	Replay(true).evaluate(state);
}

BENCHMARK(event_without_rules);
BENCHMARK(event_with_rules);

} // namespace
