// SPDX-License-Identifier: Apache-2.0
#include "loaded_rules.hpp"

using namespace falco::matcher;

namespace {

// The events with a name that are left, each with its direction, and what is still to be looked at for one of them.
struct Left {
	std::set<std::string> events;
	bool decided = true; // nothing is to be looked at for any of them
};

Left left_of(const std::string &condition)
{
	const LoadedRules loaded(rule_with(condition));
	EXPECT_THAT(loaded.errors, testing::IsEmpty());
	const CompiledRule &rule = loaded.rules.at(0);
	Left left;
	for (uint32_t number = 0; number < PPM_EVENT_MAX; number++) {
		const auto code = static_cast<ppm_event_code>(number);
		if (!rule.codes[code] || !has_name(code)) {
			continue;
		}
		left.events.insert(std::string(PPME_IS_ENTER(code) ? ">" : "<") + libsinsp::events::info(code)->name);
		left.decided = left.decided && !possible_verdicts(rule.condition.get()).fail[code];
	}
	return left;
}

using testing::ElementsAre;
using testing::IsEmpty;

} // namespace

TEST(DecidedByType, name_and_direction_leave_the_events_of_that_name_and_direction)
{
	const Left left = left_of("evt.type in (setns, chroot) and evt.dir = < and proc.name = cat");
	EXPECT_THAT(left.events, ElementsAre("<chroot", "<setns"));
	EXPECT_FALSE(left.decided);
}

TEST(DecidedByType, nothing_is_left_of_a_condition_on_the_type_alone)
{
	const Left left = left_of("evt.type = setns");
	EXPECT_THAT(left.events, ElementsAre("<setns", ">setns"));
	EXPECT_TRUE(left.decided);
}

TEST(DecidedByType, alternatives_and_negations_are_decided_too)
{
	const Left left = left_of("(evt.type = setns or evt.type = chroot) and not evt.dir = >");
	EXPECT_THAT(left.events, ElementsAre("<chroot", "<setns"));
	EXPECT_TRUE(left.decided);
}

TEST(DecidedByType, an_alternative_that_the_type_does_not_tell_leaves_both_directions)
{
	const Left left = left_of("evt.type = setns and (evt.dir = < or proc.name = cat)");
	EXPECT_THAT(left.events, ElementsAre("<setns", ">setns"));
	EXPECT_FALSE(left.decided);
}

TEST(DecidedByType, system_calls_that_share_an_event_type_are_told_apart_by_the_call)
{
	const LoadedRules loaded(rule_with("evt.type in (sysinfo, openat) and evt.dir = <"));
	const CompiledRule &rule = loaded.rules.at(0);
	EXPECT_TRUE(rule.codes[PPME_GENERIC_X]);
	EXPECT_FALSE(rule.codes[PPME_GENERIC_E]);
	EXPECT_TRUE(can_match_call(rule.condition.get(), PPME_GENERIC_X, "sysinfo"));
	EXPECT_FALSE(can_match_call(rule.condition.get(), PPME_GENERIC_X, "sync"));
}

TEST(DecidedByType, events_that_cannot_have_a_field_are_left_out)
{
	EXPECT_THAT(left_of("evt.type in (openat, setns) and fd.name startswith /etc").events,
		    ElementsAre("<openat", "<setns", ">setns"));
	EXPECT_THAT(left_of("evt.type in (chroot, execve) and fd.num >= 0").events, IsEmpty());
	EXPECT_THAT(left_of("evt.type = chroot and evt.rawres = 0").events, ElementsAre("<chroot"));
	EXPECT_THAT(left_of("evt.type in (chroot, mkdir, unlink) and evt.arg.mode exists").events,
		    ElementsAre(">mkdir"));
	EXPECT_THAT(left_of("evt.type in (openat, close) and evt.is_open_write = true").events,
		    ElementsAre("<openat", ">openat")); // recordings of old have the flags where the call begins
}

TEST(DecidedByType, what_a_field_is_not_holds_where_the_field_cannot_be)
{
	EXPECT_THAT(left_of("evt.type = chroot and not fd.name startswith /etc").events,
		    ElementsAre("<chroot", ">chroot"));
	EXPECT_THAT(left_of("evt.type = chroot and fd.name != /etc").events, IsEmpty());
	EXPECT_THAT(left_of("evt.type = close and evt.dir = < and evt.is_open_read = false").events,
		    ElementsAre("<close"));
	EXPECT_TRUE(left_of("evt.type = close and evt.dir = < and evt.is_open_read = false").decided);
}

TEST(DecidedByType, contradictions_leave_no_event)
{
	EXPECT_THAT(left_of("evt.type = setns and evt.type = chroot").events, IsEmpty());
}
