// SPDX-License-Identifier: Apache-2.0
//
// What happens when an output's queue is full.
#include "tests/unit/pipeline/rig.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

namespace falco::host::test {

using std::chrono::milliseconds;
using testing::Contains;
using testing::ElementsAre;

namespace {

InstanceConfig small_queue(OnFull on_full, size_t capacity = 2)
{
	InstanceConfig config = Rig::instance();
	config.queue = {capacity, on_full};
	return config;
}

// The first alert is in the plugin, held; the queue is empty.
void hold_first(Rig &rig, FakeOutput &fake)
{
	fake.hold();
	rig.start();
	rig.deliver("held");
	fake.wait_until_held();
}

} // namespace

TEST(OutputsQueue, drop_new_keeps_what_waits)
{
	FakeOutput fake({false, false, true});
	Rig rig;
	rig.add(fake, small_queue(OnFull::drop_new));
	hold_first(rig, fake);
	for (const char *text : {"1", "2", "3", "4", "5"})
		rig.deliver(text);
	EXPECT_THAT(rig.log(), ElementsAre("output 'fake' dropped 1 alert: its queue is full"));
	fake.open();
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(fake.lines(), ElementsAre("held", "1", "2"));
	EXPECT_EQ(rig.report().accepted, 3u);
	EXPECT_EQ(rig.report().delivered, 3u);
	EXPECT_EQ(rig.report().dropped, 3u);
	EXPECT_EQ(rig.report().lost, 0u);
	EXPECT_THAT(rig.log(), Contains("output 'fake' dropped 2 alerts, 3 so far: its queue is full"));
}

TEST(OutputsQueue, drop_old_keeps_the_newest)
{
	FakeOutput fake({false, false, true});
	Rig rig;
	rig.add(fake, small_queue(OnFull::drop_old));
	hold_first(rig, fake);
	for (const char *text : {"1", "2", "3", "4", "5"})
		rig.deliver(text);
	fake.open();
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(fake.lines(), ElementsAre("held", "4", "5"));
	EXPECT_EQ(rig.report().accepted, 6u);
	EXPECT_EQ(rig.report().delivered, 3u);
	EXPECT_EQ(rig.report().dropped, 3u);
}

TEST(OutputsQueue, block_loses_no_alert)
{
	FakeOutput fake({false, false, true});
	Rig rig;
	rig.add(fake, small_queue(OnFull::block));
	hold_first(rig, fake);
	auto capture = std::async(std::launch::async, [&] {
		for (int i = 1; i <= 100; ++i)
			rig.deliver(std::to_string(i));
	});
	fake.open();
	capture.get();
	rig.outputs->drain(Drain::finish);
	const std::vector<std::string> lines = fake.lines();
	ASSERT_EQ(lines.size(), 101u);
	for (size_t i = 1; i < lines.size(); ++i)
		EXPECT_EQ(lines[i], std::to_string(i));
	EXPECT_EQ(rig.report().delivered, 101u);
	EXPECT_EQ(rig.report().dropped + rig.report().lost, 0u);
}

TEST(OutputsQueue, block_waits_until_it_would_give_up_and_then_loses_that_alert)
{
	FakeOutput fake({false, false, true});
	Rig rig;
	InstanceConfig config = small_queue(OnFull::block);
	config.retry.give_up_after = milliseconds(20);
	rig.add(fake, config);
	hold_first(rig, fake);
	for (const char *text : {"1", "2", "3"})
		rig.deliver(text);
	EXPECT_EQ(rig.report().lost, 1u);
	EXPECT_EQ(rig.report().dropped, 0u);
	EXPECT_THAT(rig.log(), ElementsAre("output 'fake' lost 1 alert: its queue stayed full for 20 ms"));
	fake.open();
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(fake.lines(), ElementsAre("held", "1", "2"));
}

TEST(OutputsQueue, block_waits_for_ever_where_it_never_gives_up)
{
	FakeOutput slow({false, false, true}), quick({false, false, true});
	Rig rig;
	InstanceConfig config = small_queue(OnFull::block, 1);
	config.retry.never_give_up = true;
	config.retry.give_up_after = milliseconds(1); // which means nothing then
	rig.add(slow, config);
	rig.add(quick);
	hold_first(rig, slow);
	auto capture = std::async(std::launch::async, [&] {
		for (const char *text : {"1", "2", "3", "4"})
			rig.deliver(text);
	});
	quick.wait_for_lines(3); // the capture thread is about to wait with the second one
	EXPECT_EQ(capture.wait_for(milliseconds(5)), std::future_status::timeout);
	slow.open();
	capture.get();
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(slow.lines(), ElementsAre("held", "1", "2", "3", "4"));
	EXPECT_EQ(rig.report().lost, 0u);
}

TEST(OutputsQueue, stop_ends_the_wait_of_block)
{
	FakeOutput fake({false, false, true});
	Rig rig;
	InstanceConfig config = small_queue(OnFull::block);
	config.retry.never_give_up = true;
	rig.add(fake, config);
	hold_first(rig, fake);
	rig.deliver("1");
	rig.deliver("2");
	auto capture = std::async(std::launch::async, [&] { rig.deliver("3"); });
	rig.stop = true;
	capture.get();
	EXPECT_EQ(rig.report().dropped, 1u);
	fake.open();
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(fake.lines(), ElementsAre("held", "1", "2"));
}

TEST(OutputsQueue, others_have_the_alert_before_a_full_one_is_waited_for)
{
	FakeOutput slow({false, false, true}), quick({false, false, true});
	Rig rig;
	rig.add(slow, small_queue(OnFull::block, 1));
	rig.add(quick);
	hold_first(rig, slow);
	rig.deliver("1");
	auto capture = std::async(std::launch::async, [&] { rig.deliver("2"); });
	quick.wait_for_lines(3); // while the capture thread still waits for the slow one
	EXPECT_EQ(slow.lines().size(), 0u);
	slow.open();
	capture.get();
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(slow.lines(), ElementsAre("held", "1", "2"));
}

TEST(OutputsQueue, the_kind_of_source_decides_the_default)
{
	for (const bool live : {true, false}) {
		FakeOutput fake({false, false, true});
		Rig rig;
		rig.settings.live = live;
		InstanceConfig config = small_queue(OnFull::block, 1);
		config.queue.on_full.reset();
		config.retry.give_up_after = milliseconds(5);
		rig.add(fake, config);
		hold_first(rig, fake);
		rig.deliver("1");
		rig.deliver("2");
		EXPECT_EQ(rig.report().dropped, live ? 1u : 0u);
		EXPECT_EQ(rig.report().lost, live ? 0u : 1u);
		fake.open();
		rig.outputs->drain(Drain::finish);
	}
}

} // namespace falco::host::test
