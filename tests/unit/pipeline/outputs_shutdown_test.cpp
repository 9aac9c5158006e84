// SPDX-License-Identifier: Apache-2.0
//
// How a run's outputs end, and what is told of those that do not.
#include "tests/unit/pipeline/rig.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

namespace falco::host::test {

using std::chrono::milliseconds;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(OutputsShutdown, finish_delivers_all_that_waits)
{
	FakeOutput fake({true, false, true});
	Rig rig;
	rig.add(fake);
	rig.make();
	for (int i = 0; i < 5000; ++i)
		rig.deliver("x");
	rig.outputs->start();
	EXPECT_TRUE(rig.outputs->drain(Drain::finish));
	EXPECT_EQ(fake.lines().size(), 5000u);
	EXPECT_EQ(rig.report().delivered, 5000u);
}

TEST(OutputsShutdown, finish_still_tries_again)
{
	FakeOutput fake({false, false, true});
	fake.answer({FALCO_ERR_RETRY, FALCO_ERR_RETRY});
	Rig rig;
	rig.add(fake);
	rig.make();
	rig.deliver("1");
	rig.outputs->start();
	EXPECT_TRUE(rig.outputs->drain(Drain::finish));
	EXPECT_THAT(fake.lines(), ElementsAre("1"));
}

TEST(OutputsShutdown, hurry_delivers_what_it_can)
{
	FakeOutput fake({true, false, true});
	Rig rig;
	rig.add(fake);
	rig.make();
	for (int i = 0; i < 100; ++i)
		rig.deliver("x");
	rig.outputs->start();
	EXPECT_TRUE(rig.outputs->drain(Drain::hurry));
	EXPECT_EQ(rig.report().delivered, 100u);
}

TEST(OutputsShutdown, hurry_gives_up_what_cannot_be_delivered_in_time)
{
	FakeOutput fake({false, false, true});
	fake.answer_always(FALCO_ERR_RETRY);
	Rig rig;
	rig.settings.output_timeout = milliseconds(30);
	InstanceConfig config = Rig::instance();
	config.retry = {std::chrono::hours(1), std::chrono::hours(1), std::chrono::hours(2)};
	rig.add(fake, config);
	rig.start();
	for (const char *text : {"1", "2", "3"})
		rig.deliver(text);
	fake.wait_for_calls(1);
	EXPECT_TRUE(rig.outputs->drain(Drain::hurry));
	EXPECT_EQ(rig.report().lost, 3u);
	EXPECT_THAT(rig.log(), Contains("output 'fake' lost 3 alerts: falco ends"));
}

TEST(OutputsShutdown, finish_can_be_made_to_hurry)
{
	FakeOutput fake({false, false, true});
	fake.answer_always(FALCO_ERR_RETRY);
	Rig rig;
	rig.settings.output_timeout = milliseconds(20);
	InstanceConfig config = Rig::instance();
	config.retry = {std::chrono::hours(1), std::chrono::hours(1), std::chrono::hours(2)};
	rig.add(fake, config);
	rig.start();
	rig.deliver("1");
	auto drained = std::async(std::launch::async, [&] { return rig.outputs->drain(Drain::finish); });
	fake.wait_for_calls(1);
	rig.outputs->hurry();
	EXPECT_TRUE(drained.get());
	EXPECT_EQ(rig.report().lost, 1u);
}

TEST(OutputsShutdown, a_write_that_does_not_return_is_left_behind)
{
	for (const Drain how : {Drain::finish, Drain::hurry}) {
		FakeOutput stuck({true, false, true}), sound({true, false, true});
		stuck.hold();
		{
			Rig rig;
			rig.settings.output_timeout = milliseconds(20);
			rig.add(stuck, Rig::instance("stuck"));
			rig.add(sound, Rig::instance("sound"));
			rig.start();
			for (const char *text : {"1", "2", "3"})
				rig.deliver(text);
			stuck.wait_until_held();
			EXPECT_FALSE(rig.outputs->drain(how));
			EXPECT_FALSE(rig.outputs->drain(how));
			EXPECT_EQ(rig.report(0).accepted, 3u);
			EXPECT_EQ(rig.report(0).delivered, 0u);
			EXPECT_EQ(rig.report(0).lost, 3u);
			EXPECT_EQ(rig.report(0).waiting, 0u);
			EXPECT_EQ(rig.report(0).oldest.count(), 0);
			EXPECT_EQ(rig.report(1).delivered, 3u);
			EXPECT_THAT(rig.log(), Contains("output 'stuck' does not come back from write(): left behind"));
		}
		// When it does come back after all, it finds nobody: it counts nothing, writes nothing more, and ends.
		stuck.open();
		stuck.wait_until_destroyed();
		EXPECT_THAT(stuck.lines(), ElementsAre("1"));
		EXPECT_EQ(stuck.flushes(), 0u);
	}
}

TEST(OutputsShutdown, a_call_that_takes_long_is_told_of_once)
{
	FakeOutput fake({false, false, true});
	fake.hold();
	Rig rig;
	rig.settings.output_timeout = milliseconds(10);
	rig.add(fake);
	rig.start();
	rig.deliver("1");
	rig.wait_for_log("output 'fake' has been in write() for ");
	fake.open();
	fake.wait_for_lines(1);
	rig.outputs->drain(Drain::finish);
	size_t reports = 0;
	for (const std::string &line : rig.log())
		reports += line.find("has been in") != std::string::npos ? 1 : 0;
	EXPECT_EQ(reports, 1u);
	EXPECT_EQ(rig.report().delivered, 1u);
}

TEST(OutputsShutdown, outputs_that_never_started_lose_what_waits)
{
	FakeOutput fake({false, false, true});
	Rig rig;
	rig.add(fake);
	rig.make();
	rig.deliver("1");
	EXPECT_TRUE(rig.outputs->drain(Drain::finish));
	EXPECT_EQ(rig.report().lost, 1u);
}

TEST(OutputsShutdown, alerts_after_the_end_are_lost)
{
	FakeOutput fake({false, false, true});
	Rig rig;
	rig.add(fake);
	rig.start();
	rig.outputs->drain(Drain::finish);
	rig.deliver("1");
	EXPECT_EQ(rig.report().lost, 1u);
}

TEST(OutputsShutdown, the_destructor_drains)
{
	FakeOutput fake({false, false, true});
	Rig rig;
	rig.add(fake);
	rig.start();
	rig.deliver("1");
	rig.outputs.reset();
	EXPECT_THAT(fake.lines(), ElementsAre("1"));
	fake.wait_until_destroyed();
}

} // namespace falco::host::test
