// SPDX-License-Identifier: Apache-2.0
#include "loaded_rules.hpp"

#include "plugins/matcher-sinsp/event_index.hpp"

using namespace falco::matcher;
using falco::sinsp_family::format_interests;
using falco::sinsp_family::Interests;
using falco::sinsp_family::parse_interests;

namespace {

Interests interests_of(const std::string &condition, bool everything = false)
{
	const LoadedRules loaded(rule_with(condition));
	EXPECT_THAT(loaded.errors, testing::IsEmpty());
	return EventIndex(loaded.rules, everything).interests();
}

} // namespace

TEST(EventIndex, is_interested_only_in_events_that_a_rule_can_match)
{
	const Interests interests = interests_of("evt.type = setns");
	EXPECT_TRUE(interests.events[PPME_SYSCALL_SETNS_X]);
	EXPECT_FALSE(interests.events[PPME_SYSCALL_OPENAT_2_X]);
	// Enter and exit, and what may carry any name: events from elsewhere.
	Interests others = interests;
	others.events &= ~interests_of("evt.type = chroot").events;
	others.system_calls.reset();
	EXPECT_EQ(format_interests(others), "events " + std::to_string(PPME_SYSCALL_SETNS_E) + " " +
						    std::to_string(PPME_SYSCALL_SETNS_X) + "\nsyscalls\n");
}

TEST(EventIndex, is_interested_in_calls_without_a_type_of_their_own_when_a_rule_may_match_one)
{
	EXPECT_FALSE(interests_of("evt.type = setns").events[PPME_GENERIC_X]);
	EXPECT_TRUE(interests_of("evt.type = sysinfo").events[PPME_GENERIC_X]);
	EXPECT_TRUE(interests_of("proc.name = cat").events[PPME_GENERIC_X]);
	EXPECT_TRUE(interests_of("not evt.type = sysinfo").events[PPME_GENERIC_X]);
}

TEST(EventIndex, is_interested_in_all_that_is_not_ignored_where_a_rule_counts_how_often_it_is_asked)
{
	for (const std::string type : {"evt.type = setns", "evt.type = sysinfo"}) {
		EXPECT_EQ(format_interests(interests_of(type + " and util.cnt > 5")),
			  format_interests(interests_of("util.cnt > 5")));
	}
	EXPECT_FALSE(interests_of("util.cnt > 5").events[PPME_SYSCALL_READ_X]);
}

TEST(EventIndex, is_interested_in_ignored_events_only_when_they_are_asked_for)
{
	EXPECT_FALSE(interests_of("proc.name = cat").events[PPME_SYSCALL_READ_X]);
	EXPECT_TRUE(interests_of("proc.name = cat").events[PPME_SYSCALL_OPENAT_2_X]);
	EXPECT_TRUE(interests_of("proc.name = cat", true).events[PPME_SYSCALL_READ_X]);
	EXPECT_TRUE(interests_of("evt.type = read").events[PPME_SYSCALL_READ_X]);
}

TEST(EventIndex, names_the_system_calls_that_make_the_events_of_rules)
{
	const Interests interests = interests_of("evt.type in (setns, ptrace, sched_setattr)");
	EXPECT_TRUE(interests.system_calls[PPM_SC_SETNS]);
	EXPECT_TRUE(interests.system_calls[PPM_SC_PTRACE]);
	EXPECT_TRUE(interests.system_calls[PPM_SC_SCHED_SETATTR]); // without an event type of its own
	EXPECT_EQ(interests.system_calls.count(), 3u);
}

TEST(EventIndex, names_ignored_system_calls_and_page_faults_only_when_they_are_asked_for)
{
	const Interests any = interests_of("proc.name = cat");
	EXPECT_TRUE(any.system_calls[PPM_SC_OPENAT]);
	for (const auto call : {PPM_SC_READ, PPM_SC_FUTEX, PPM_SC_SCHED_SWITCH, PPM_SC_PAGE_FAULT_USER}) {
		EXPECT_FALSE(any.system_calls[call]) << call;
	}
	EXPECT_TRUE(interests_of("evt.type = read").system_calls[PPM_SC_READ]);
	EXPECT_FALSE(interests_of("evt.type = read").system_calls[PPM_SC_WRITE]);
	EXPECT_TRUE(interests_of("evt.type = page_fault").system_calls[PPM_SC_PAGE_FAULT_USER]);
	EXPECT_TRUE(interests_of("proc.name = cat", true).system_calls[PPM_SC_READ]);
}

TEST(Interests, come_back_from_their_text)
{
	Interests some = interests_of("evt.type in (setns, openat)");
	some.connections = true;
	EXPECT_EQ(parse_interests(format_interests(some)), some);
}

TEST(Interests, are_everything_when_the_text_is_empty_or_holds_an_unknown_word)
{
	for (const char *text : {"", "events 3 99999", "events 3\nsyscalls 99999", "3", "events x", "files 3"}) {
		EXPECT_EQ(parse_interests(text), Interests::everything()) << text;
	}
}

TEST(Interests, may_be_nothing)
{
	EXPECT_EQ(parse_interests(format_interests(Interests())), Interests());
}
