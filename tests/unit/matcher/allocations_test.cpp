// SPDX-License-Identifier: Apache-2.0
//
// Matching takes no memory once the texts of a trace are known.
#include "counted_allocations.hpp"
#include "loaded_rules.hpp"

#include "plugins/matcher-sinsp/graph_evaluator.hpp"

#include <set>

using namespace falco::matcher;

namespace {

std::string shipped_rules()
{
	std::ifstream file(FALCO_RULES_FILE);
	return {std::istreambuf_iterator<char>(file), {}};
}

// Rules of which each kind of index has enough to be used.
std::string rules_of_all_kinds()
{
	static const char *const checks[] = {
		"proc.name = p",          "proc.exe in (a, b, c",
		"fd.name startswith /d",  "fd.name endswith .s",
		"fd.num > 1000",          "proc.cmdline contains thing",
		"fd.name pmatch (/p",     "proc.cmdline icontains Thing",
		"fd.sport = 1",           "proc.cmdline regex \".*thing",
		"fd.name glob \"*/g",     "evt.arg.flags contains O_X",
		"fd.snet = \"10.0.0.0/1", "proc.pname in (x, y, z",
		"fd.ip = 10.0.0.",        "fd.cnet = \"fd00::/4",
		"fd.port > 2000",         "proc.aname = n",
		"proc.apid = 7000",       "proc.aexepath startswith /d",
		"proc.aname contains er", "tolower(proc.name) contains l",
	};
	static const char *const ends[] = {"", ")",  "",  "", "",   "", ")", "", "", "\"", "*\"",
					   "", "\"", ")", "", "\"", "", "",  "", "", "",   ""};
	std::string text;
	for (size_t check = 0; check < std::size(checks); check++) {
		for (int number = 0; number < 9; number++) {
			text += "- {rule: r" + std::to_string(check) + "-" + std::to_string(number) +
				", desc: d, output: o, priority: info, condition: '" + checks[check] +
				std::to_string(number) + ends[check] + "'}\n";
		}
	}
	return text;
}

// The names of the events of which the second look took an allocation.
std::set<std::string> events_with_allocations(const std::string &rules, const std::string &trace, uint64_t events)
{
	const LoadedRules loaded(rules);
	EXPECT_THAT(loaded.errors, testing::IsEmpty());
	sinsp inspector;
	inspector.open_savefile(FALCO_TRACES "/" + trace);
	GraphEvaluator evaluator(loaded.rules, true, &inspector);
	std::vector<uint32_t> matched;
	matched.reserve(loaded.rules.size());
	std::set<std::string> names;
	uint64_t seen = 0;
	sinsp_evt *event = nullptr;
	for (int32_t result; seen < events && (result = inspector.next(&event)) != SCAP_EOF;) {
		if (result != SCAP_SUCCESS) {
			continue;
		}
		matched.clear();
		evaluator.evaluate(event, true, matched);
		matched.clear();
		const uint64_t before = allocations();
		evaluator.evaluate(event, true, matched);
		if (allocations() != before) {
			names.insert(event->get_name());
		}
		seen++;
	}
	EXPECT_GT(seen, 1000u);
	return names;
}

} // namespace

TEST(Allocations, are_none_when_an_event_like_it_was_seen)
{
	// Where these fail, libsinsp makes a text of the name that was asked for, anew each time.
	const auto only_failed_calls = testing::IsSubsetOf({"connect", "openat"});
	for (const std::string trace : {"acts.scap", "mixed.scap", "heavy.scap"}) {
		EXPECT_THAT(events_with_allocations(rules_of_all_kinds(), trace, 20000), only_failed_calls) << trace;
		EXPECT_THAT(events_with_allocations(shipped_rules(), trace, 20000), testing::IsEmpty()) << trace;
	}
}
