// SPDX-License-Identifier: Apache-2.0
//
// From what rules look at to what of a recording libsinsp is given.
#include "loaded_rules.hpp"

#include "plugins/matcher-sinsp/event_index.hpp"
#include "plugins/matcher-sinsp/whole_state.hpp"
#include "plugins/source-scapfile/event_sieve.hpp"
#include "tests/support/unpacked.hpp"

using namespace falco::matcher;
using falco::scapfile::EventSieve;
using falco::scapfile::NeedlessCalls;
using falco::sinsp_family::Interests;

namespace {

Interests interests_of(const std::string &condition, const std::string &output = "x")
{
	const LoadedRules loaded(rule_with(condition, output));
	Interests interests = EventIndex(loaded.rules, false).interests();
	ask_for_state(loaded.rules, interests);
	return interests;
}

// How many events in a hundred libsinsp is given of a recording in which two in seven read or write.
unsigned long given(const Interests &interests)
{
	static const std::string data = falco::test::unpacked(FALCO_TRACES "/heavy.scap");
	EventSieve sieve{NeedlessCalls(interests)};
	const size_t used = sieve.take(data.data(), data.size());
	sieve.finish(data.data() + used, data.size() - used);
	return sieve.events_given() * 100 / sieve.events();
}

} // namespace

TEST(WholeState, is_asked_for_by_fields_that_any_event_may_change)
{
	EXPECT_TRUE(interests_of("evt.type = setns and proc.fdopencount > 1").whole_state);
	EXPECT_TRUE(interests_of("evt.type = setns", "x %proc.vmsize").whole_state);
	EXPECT_FALSE(interests_of("evt.type = setns", "x %proc.name %fd.name %evt.latency").whole_state);
}

TEST(WholeState, is_no_more_than_connections_where_a_rule_looks_at_these)
{
	for (const Interests &interests : {interests_of("evt.type = sendto and fd.connected = false"),
					   interests_of("evt.type = sendto", "x %fd.connected")}) {
		EXPECT_TRUE(interests.connections);
		EXPECT_FALSE(interests.whole_state);
	}
	const Interests other = interests_of("evt.type = sendto and fd.name_changed = true");
	EXPECT_FALSE(other.connections);
	EXPECT_FALSE(other.whole_state);
}

TEST(WholeState, keeps_from_leaving_out_only_what_rules_look_at)
{
	const std::string opened = "evt.type = openat and evt.dir = < and ";
	const unsigned long least = given(interests_of(opened + "proc.name = cat"));
	EXPECT_LT(least, 30U);
	EXPECT_EQ(given(interests_of(opened + "fd.name_changed = true")), least);
	const unsigned long connections = given(interests_of(opened + "fd.connected = true"));
	EXPECT_GT(connections, least);
	EXPECT_LT(connections, 35U);
	EXPECT_EQ(given(interests_of(opened + "proc.vmsize > 1")), 100U);
}
