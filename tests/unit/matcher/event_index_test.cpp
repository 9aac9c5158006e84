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
	EXPECT_TRUE(interests[PPME_SYSCALL_SETNS_X]);
	EXPECT_FALSE(interests[PPME_SYSCALL_OPENAT_2_X]);
	// Enter and exit, and what may carry any name: events from elsewhere.
	EXPECT_EQ(format_interests(interests & ~interests_of("evt.type = chroot")),
		  std::to_string(PPME_SYSCALL_SETNS_E) + " " + std::to_string(PPME_SYSCALL_SETNS_X));
}

TEST(EventIndex, is_interested_in_calls_without_a_type_of_their_own_when_a_rule_may_match_one)
{
	EXPECT_FALSE(interests_of("evt.type = setns")[PPME_GENERIC_X]);
	EXPECT_TRUE(interests_of("evt.type = sysinfo")[PPME_GENERIC_X]);
	EXPECT_TRUE(interests_of("proc.name = cat")[PPME_GENERIC_X]);
	EXPECT_TRUE(interests_of("not evt.type = sysinfo")[PPME_GENERIC_X]);
}

TEST(EventIndex, is_interested_in_ignored_events_only_when_they_are_asked_for)
{
	EXPECT_FALSE(interests_of("proc.name = cat")[PPME_SYSCALL_READ_X]);
	EXPECT_TRUE(interests_of("proc.name = cat")[PPME_SYSCALL_OPENAT_2_X]);
	EXPECT_TRUE(interests_of("proc.name = cat", true)[PPME_SYSCALL_READ_X]);
	EXPECT_TRUE(interests_of("evt.type = read")[PPME_SYSCALL_READ_X]);
}

TEST(Interests, come_back_from_their_text)
{
	const Interests some = interests_of("evt.type in (setns, openat)");
	EXPECT_EQ(parse_interests(format_interests(some)), some);
}

TEST(Interests, are_everything_when_the_text_is_empty_or_names_an_unknown_event)
{
	EXPECT_TRUE(parse_interests("").all());
	EXPECT_TRUE(parse_interests("3 99999").all());
}
