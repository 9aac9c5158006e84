// SPDX-License-Identifier: Apache-2.0
//
// What the tests of the verdicts share: random numbers that can be set from outside, and the comparison with libsinsp.
#pragma once

#include "loaded_rules.hpp"

#include "plugins/matcher-sinsp/graph_evaluator.hpp"
#include "plugins/matcher-sinsp/reference_evaluator.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <optional>

namespace falco::matcher {

inline unsigned number_from(const char *variable, unsigned otherwise)
{
	const char *text = std::getenv(variable);
	return text ? static_cast<unsigned>(std::strtoul(text, nullptr, 10)) : otherwise;
}

struct Comparison {
	uint64_t events = 0;
	uint64_t matches = 0;  // libsinsp's
	uint64_t verdicts = 0; // one for each rule and event
	uint64_t refused = 0;  // events that libsinsp cannot look at
};

// What libsinsp says of the next event of a trace; nothing when it cannot look at that.
inline std::optional<int32_t> read(sinsp &inspector, sinsp_evt *&event)
{
	try {
		return inspector.next(&event);
	} catch (const std::exception &) {
		return std::nullopt;
	}
}

// Asks both evaluators about the first events of a trace, for the first rule and for all; fails where they differ. Each
// reads the trace for itself, since some fields keep state with the inspector's threads.
inline Comparison compare(const LoadedRules &loaded, const std::string &trace, uint64_t events, bool everything = true)
{
	Comparison done;
	sinsp inspector, of_reference;
	inspector.open_savefile(trace);
	of_reference.open_savefile(trace);
	GraphEvaluator graph(loaded.rules, everything, &inspector);
	ReferenceEvaluator reference(loaded.rules, everything, &of_reference);
	for (uint64_t i = 0; i < events; i++) {
		sinsp_evt *event = nullptr, *same = nullptr;
		const auto result = read(inspector, event);
		EXPECT_EQ(read(of_reference, same), result);
		if (result == SCAP_EOF) {
			break;
		}
		if (result != SCAP_SUCCESS) {
			done.refused += result ? 0 : 1;
			continue;
		}
		std::vector<uint32_t> all, first;
		try {
			reference.evaluate(same, true, all);
			reference.evaluate(same, false, first);
		} catch (const std::exception &) {
			done.refused++;
			continue;
		}
		std::vector<uint32_t> our_all, our_first, differing;
		graph.evaluate(event, true, our_all);
		graph.evaluate(event, false, our_first);
		EXPECT_EQ(our_first, first) << trace << ", event " << event->get_num() << " " << event->get_name();
		std::set_symmetric_difference(our_all.begin(), our_all.end(), all.begin(), all.end(),
					      std::back_inserter(differing));
		for (const uint32_t rule : differing) {
			ADD_FAILURE() << trace << ", event " << event->get_num() << " " << event->get_name()
				      << ", type " << event->get_type() << ": " << loaded.condition(rule)
				      << ": libsinsp says "
				      << (std::count(all.begin(), all.end(), rule) ? "yes" : "no");
		}
		done.events++;
		done.matches += all.size();
		done.verdicts += loaded.rules.size();
		if (!differing.empty()) {
			return done;
		}
	}
	EXPECT_LE(done.refused * 10, done.events) << trace << ": too few of the events were compared";
	return done;
}

} // namespace falco::matcher
