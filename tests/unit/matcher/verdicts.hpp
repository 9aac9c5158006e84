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

// Asks both evaluators about the first events of a trace, for the first rule and for all; fails where they differ, and
// when libsinsp refuses more events than `most_refused` times those that were compared.
inline Comparison compare(const LoadedRules &loaded, const std::string &trace, uint64_t events, bool everything = true,
			  double most_refused = 0.1)
{
	Comparison done;
	sinsp inspector;
	inspector.open_savefile(trace);
	GraphEvaluator graph(loaded.rules, everything, &inspector);
	ReferenceEvaluator reference(loaded.rules, everything, &inspector);
	for (uint64_t i = 0; i < events; i++) {
		sinsp_evt *event = nullptr;
		std::vector<uint32_t> all, first;
		try {
			const int32_t result = inspector.next(&event);
			if (result == SCAP_EOF) {
				break;
			}
			if (result != SCAP_SUCCESS) {
				continue;
			}
			reference.evaluate(event, true, all);
			reference.evaluate(event, false, first);
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
	EXPECT_LE(static_cast<double>(done.refused), most_refused * static_cast<double>(done.events))
		<< trace << ": libsinsp cannot look at so many events";
	return done;
}

} // namespace falco::matcher
