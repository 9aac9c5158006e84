// SPDX-License-Identifier: Apache-2.0
//
// The evaluator in use gives the verdicts of libsinsp's own filters, event by event, rule by rule, on real recordings.
#include "loaded_rules.hpp"

#include "plugins/matcher-sinsp/graph_evaluator.hpp"
#include "plugins/matcher-sinsp/reference_evaluator.hpp"

#include <map>

using namespace falco::matcher;

namespace {

// Conditions whose event types are decided in part, wholly, not at all, or are contradictory.
const char *const kConditions[] = {
	"evt.type = openat",
	"evt.type = openat and evt.dir = <",
	"evt.dir = > and evt.type in (open, openat, creat)",
	"not evt.dir = > and evt.type = openat and fd.name startswith /etc",
	"(evt.type = openat or evt.type = execve) and proc.name != cat",
	"evt.type = openat or fd.name startswith /etc",
	"not (evt.type = openat or evt.type = close) and proc.name = sh",
	"not evt.type in (openat, execve, clone)",
	"evt.type != openat and proc.name = sh",
	"evt.type = openat and evt.type = execve",
	"evt.type = sysinfo",
	"evt.type in (getuid, openat, sysinfo, sync) and evt.dir = <",
	"not evt.type = sysinfo and evt.dir = < and proc.name = sh",
	"evt.type = read and evt.dir = <",
	"evt.type = procexit",
	"syscall.type = openat and evt.dir = <",
	"evt.type contains open and evt.dir = <",
	"evt.type exists and proc.name = sh",
	"evt.dir != <  and evt.type = mkdir",
	"evt.is_open_write = true and not (evt.dir = < and fd.name startswith /dev)",
	"(evt.type = openat and evt.dir = <) or (evt.type = execve and evt.dir = >)",
	"evt.type = openat and (evt.dir = < or proc.name = sh)",
	"evt.failed = true and not evt.type = read",
};

std::string tricky_rules()
{
	std::string text;
	for (size_t i = 0; i < std::size(kConditions); i++) {
		text += "- rule: r" + std::to_string(i) +
			"\n  desc: d\n  output: o\n  priority: info\n  condition: \"" + kConditions[i] + "\"\n";
	}
	return text;
}

std::string shipped_rules()
{
	std::ifstream file(FALCO_RULES_FILE);
	return {std::istreambuf_iterator<char>(file), {}};
}

// The verdicts of both evaluators on the first events of a recording; fails where they differ.
void compare(const LoadedRules &loaded, const std::string &trace, bool everything, uint64_t events, uint64_t &matches)
{
	sinsp inspector;
	inspector.open_savefile(FALCO_TRACES "/" + trace);
	GraphEvaluator graph(loaded.rules, everything, &inspector);
	ReferenceEvaluator reference(loaded.rules, everything, &inspector);
	for (uint64_t i = 0; i < events; i++) {
		sinsp_evt *event = nullptr;
		const int32_t result = inspector.next(&event);
		if (result == SCAP_EOF) {
			break;
		}
		if (result != SCAP_SUCCESS) {
			continue;
		}
		for (const bool all : {true, false}) {
			std::vector<uint32_t> ours, theirs;
			graph.evaluate(event, all, ours);
			reference.evaluate(event, all, theirs);
			ASSERT_EQ(ours, theirs) << trace << ", event " << event->get_num() << ", " << event->get_name();
			matches += theirs.size();
		}
	}
}

void compare_on_all_recordings(const std::string &rules)
{
	const LoadedRules loaded(rules);
	ASSERT_THAT(loaded.errors, testing::IsEmpty());
	uint64_t matches = 0;
	for (const bool everything : {false, true}) {
		compare(loaded, "acts.scap", everything, UINT64_MAX, matches);
		compare(loaded, "mixed.scap", everything, 40000, matches);
		compare(loaded, "heavy.scap", everything, 5000, matches);
	}
	EXPECT_GT(matches, 0u);
}

} // namespace

TEST(Evaluators, agree_on_the_shipped_rules)
{
	compare_on_all_recordings(shipped_rules());
}

TEST(Evaluators, agree_on_conditions_that_an_events_type_decides_in_part)
{
	compare_on_all_recordings(tricky_rules());
}
