// SPDX-License-Identifier: Apache-2.0
//
// What falco explains is what it does: the explainer, which tries conditions part by part, says of every rule at every
// event what the evaluator in use says. On whole recordings, and on the traces that the shipped rules are tested with.
#include "loaded_rules.hpp"
#include "shadow_rules.hpp"

#include "plugins/matcher-sinsp/explainer.hpp"
#include "plugins/matcher-sinsp/graph_evaluator.hpp"
#include "tests/rules/rule_case.hpp"
#include "tests/support/temp_dir.hpp"

#include <nlohmann/json.hpp>

using namespace falco::matcher;
using falco::test::RuleCase;

namespace {

std::string shipped_rules()
{
	std::ifstream file(FALCO_RULES_FILE);
	return {std::istreambuf_iterator<char>(file), {}};
}

std::string recording(const std::string &name)
{
	return FALCO_TRACES "/" + name;
}

struct Agreement {
	uint64_t events = 0, matches = 0, explained = 0;

	Agreement &operator+=(const Agreement &other)
	{
		events += other.events;
		matches += other.matches;
		explained += other.explained;
		return *this;
	}
};

// Making a whole explanation takes long: at this many events that match, and at every kExplainEvery-th event.
constexpr uint64_t kExplainMatches = 1000;
constexpr uint64_t kExplainEvery = 997;

// Fails where the two differ, and returns how much was compared. `everything`: no event is ignored.
Agreement compare(const LoadedRules &loaded, const std::string &trace, bool everything)
{
	Agreement done;
	sinsp inspector;
	inspector.open_savefile(trace);
	GraphEvaluator graph(loaded.rules, everything, &inspector);
	Explainer explainer(loaded.files, loaded.rules, everything);
	explainer.bind(&inspector);
	std::vector<uint32_t> theirs, ours, explained;
	for (;;) {
		sinsp_evt *event = nullptr;
		const int32_t result = inspector.next(&event);
		if (result != SCAP_SUCCESS) {
			if (result == SCAP_EOF) return done;
			continue;
		}
		const auto place = [&] {
			return trace + ", event " + std::to_string(event->get_num()) + ", " + event->get_name();
		};
		theirs.clear();
		ours.clear();
		graph.evaluate(event, true, theirs);
		for (uint32_t rule = 0; rule < loaded.rules.size(); rule++) {
			if (explainer.matches(event, rule)) ours.push_back(rule);
		}
		EXPECT_EQ(ours, theirs) << place();
		if ((!theirs.empty() && done.explained < kExplainMatches) || event->get_num() % kExplainEvery == 0) {
			explained.clear();
			for (uint32_t rule = 0; rule < loaded.rules.size(); rule++) {
				if (explainer.explain(event, rule)["matches"] == true) explained.push_back(rule);
			}
			EXPECT_EQ(explained, theirs) << place();
			done.explained++;
		}
		done.events++;
		done.matches += theirs.size();
		if (testing::Test::HasFailure()) return done; // one difference says enough
	}
}

} // namespace

TEST(Explained, verdicts_of_the_shipped_rules_are_those_of_the_evaluator_on_a_recording_of_attacks)
{
	const LoadedRules loaded(shipped_rules());
	ASSERT_THAT(loaded.errors, testing::IsEmpty());
	for (const bool everything : {false, true}) {
		for (const char *name : {"acts.scap", "mixed.scap"}) {
			const Agreement done = compare(loaded, recording(name), everything);
			EXPECT_GT(done.matches, 9u);
			EXPECT_GT(done.explained, 9u);
		}
	}
}

TEST(Explained, verdicts_of_the_shipped_rules_are_those_of_the_evaluator_on_a_recording_of_ordinary_work)
{
	const LoadedRules loaded(shipped_rules());
	ASSERT_THAT(loaded.errors, testing::IsEmpty());
	EXPECT_GT(compare(loaded, recording("heavy.scap"), false).events, 600000u);
}

TEST(Explained, verdicts_of_the_shipped_rules_are_those_of_the_evaluator_on_the_rules_own_cases)
{
	const LoadedRules loaded(shipped_rules());
	ASSERT_THAT(loaded.errors, testing::IsEmpty());
	const falco::test::TempDir directory;
	Agreement done;
	for (const RuleCase &rule_case : falco::test::all_rule_cases()) {
		for (const RuleCase::Script script : {rule_case.fires, rule_case.quiet}) {
			falco::test::Trace trace;
			script(trace);
			trace.save(directory.file("case.scap"));
			for (const bool everything : {false, true})
				done += compare(loaded, directory.file("case.scap"), everything);
		}
	}
	EXPECT_GT(done.matches, 2 * falco::test::all_rule_cases().size());
}

TEST(Explained, verdicts_of_exceptions_and_nested_macros_are_those_of_the_evaluator)
{
	const LoadedRules loaded(std::string(kShadowRules) + R"yaml(- macro: quiet
  condition: (not opened or proc.name in (sh, bash, cat))
- rule: talks
  desc: d
  condition: quiet and not (evt.type = close or evt.type = read) and (fd.name exists or proc.pid > 1)
  output: o
  priority: info
- rule: any_network
  desc: d
  condition: fd.net = 127.0.0.0/8 or fd.ip = 0.0.0.0 or fd.name pmatch (/etc, /usr)
  output: o
  priority: info
)yaml");
	ASSERT_THAT(loaded.errors, testing::IsEmpty());
	for (const bool everything : {false, true})
		EXPECT_GT(compare(loaded, recording("acts.scap"), everything).matches, 0u);
	EXPECT_GT(compare(loaded, recording("mixed.scap"), true).matches, 0u);
}
