// SPDX-License-Identifier: Apache-2.0
//
// What happens when an output fails.
#include "tests/unit/pipeline/rig.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

namespace falco::host::test {

using std::chrono::milliseconds;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

namespace {

// One alert, which is lost when the output is disabled.
void expect_disabled_and_lost(FakeOutput &fake)
{
	Rig rig;
	rig.add(fake);
	rig.start();
	rig.deliver("1");
	rig.wait_for_log("failed and is disabled");
	rig.outputs->drain(Drain::finish);
	EXPECT_EQ(rig.report().lost, 1u);
	EXPECT_EQ(rig.report().delivered, 0u);
}

} // namespace

TEST(OutputsRetry, an_alert_is_tried_until_it_is_taken)
{
	FakeOutput fake({false, false, true});
	fake.answer({FALCO_ERR_RETRY, FALCO_ERR_RETRY, FALCO_ERR_RETRY});
	Rig rig;
	rig.add(fake);
	rig.start();
	rig.deliver("1");
	rig.deliver("2");
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(fake.lines(), ElementsAre("1", "2"));
	EXPECT_EQ(rig.report().delivered, 2u);
	EXPECT_EQ(rig.report().retried, 3u);
	EXPECT_EQ(rig.report().lost, 0u);
	EXPECT_THAT(rig.log(), ElementsAre("output 'fake': no room; trying again", "output 'fake' works again"));
}

TEST(OutputsRetry, an_alert_that_is_given_up_is_lost_and_the_next_has_its_turn)
{
	FakeOutput fake({false, false, true});
	fake.answer_always(FALCO_ERR_RETRY);
	Rig rig;
	rig.add(fake, Rig::giving_up_after(milliseconds(10)));
	rig.start();
	rig.deliver("1");
	rig.wait_for_log("output 'fake' lost 1 alert: no room");
	fake.answer_always(FALCO_OK);
	rig.deliver("2");
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(fake.lines(), ElementsAre("2"));
	EXPECT_EQ(rig.report().lost, 1u);
	EXPECT_EQ(rig.report().delivered, 1u);
	EXPECT_GE(rig.report().retried, 1u);
}

TEST(OutputsRetry, a_failing_flush_is_tried_again)
{
	FakeOutput fake({true, false, true});
	fake.answer_flush({FALCO_ERR_RETRY, FALCO_ERR_RETRY});
	Rig rig;
	rig.add(fake);
	rig.start();
	rig.deliver("1");
	rig.outputs->drain(Drain::finish);
	EXPECT_EQ(fake.flushes(), 3u);
	EXPECT_EQ(rig.report().delivered, 1u);
	EXPECT_THAT(fake.lines(), ElementsAre("1")); // flushed again, not written again
}

TEST(OutputsRetry, what_cannot_be_flushed_is_lost)
{
	FakeOutput fake({true, false, true});
	fake.answer_flush({FALCO_ERR_RETRY});
	Rig rig;
	rig.add(fake, Rig::giving_up_after(milliseconds(0)));
	rig.start_with({"1", "2"});
	rig.wait_for_log("output 'fake' lost 2 alerts: no room");
	rig.deliver("3");
	rig.outputs->drain(Drain::finish);
	EXPECT_EQ(rig.report().lost, 2u);
	EXPECT_EQ(rig.report().delivered, 1u);
}

TEST(OutputsRetry, an_output_that_cannot_flush_does_not_work_because_it_takes_more)
{
	FakeOutput fake({true, false, true});
	fake.answer_flush({FALCO_ERR_RETRY, FALCO_ERR_RETRY});
	Rig rig;
	rig.add(fake, Rig::giving_up_after(milliseconds(0)));
	rig.start();
	rig.deliver("1");
	rig.wait_for_log("lost 1 alert");
	rig.deliver("2");
	rig.wait_for_report([](const Outputs::Report &report) { return report.lost == 2; });
	EXPECT_THAT(rig.log(), Not(Contains(HasSubstr("works again"))));
	rig.deliver("3");
	rig.wait_for_log("works again");
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(fake.lines(), ElementsAre("1", "2", "3"));
	EXPECT_EQ(rig.report().delivered, 1u);
}

// What it had taken is not written again by the next start of falco, however long the next one fails.
TEST(OutputsRetry, what_was_taken_is_flushed_before_the_next_one_is_waited_for)
{
	FakeOutput fake({true, false, true});
	fake.answer({FALCO_OK, FALCO_ERR_RETRY});
	Rig rig;
	InstanceConfig config = Rig::instance();
	config.retry.first = config.retry.max = std::chrono::hours(1);
	rig.settings.output_timeout = milliseconds(20);
	rig.add(fake, config);
	rig.start_with({"1", "2"});
	fake.wait_for_flushes(1);
	rig.outputs->drain(Drain::hurry);
	EXPECT_THAT(fake.lines(), ElementsAre("1"));
	EXPECT_EQ(rig.report().delivered, 1u);
	EXPECT_EQ(rig.report().lost, 1u);
}

TEST(OutputsRetry, an_alert_that_can_never_be_delivered_is_lost_at_once_and_no_other)
{
	for (const bool flush : {false, true}) {
		FakeOutput fake({flush, true, true});
		fake.answer({FALCO_ERR_UNSUPPORTED});
		Rig rig;
		InstanceConfig config = Rig::instance();
		config.retry.never_give_up = true;
		rig.add(fake, config);
		rig.start_with({"1", "2", "3"});
		rig.outputs->drain(Drain::finish);
		EXPECT_THAT(fake.lines(), ElementsAre("2", "3"));
		EXPECT_EQ(rig.report().lost, 1u);
		EXPECT_EQ(rig.report().delivered, 2u);
		EXPECT_EQ(rig.report().retried, 0u);
		EXPECT_THAT(rig.log(), ElementsAre("output 'fake' lost 1 alert: no room"));
	}
}

// Only when it is flushed the receiver sees it.
TEST(OutputsRetry, one_of_those_that_were_taken_may_turn_out_to_be_undeliverable)
{
	FakeOutput fake({true, false, true});
	fake.answer_flush({FALCO_ERR_UNSUPPORTED, FALCO_ERR_RETRY, FALCO_ERR_UNSUPPORTED});
	Rig rig;
	InstanceConfig config = Rig::instance();
	config.retry.never_give_up = true;
	config.retry.first = config.retry.max = milliseconds(1);
	rig.add(fake, config);
	rig.make();
	for (const char *text : {"1", "2", "3"})
		rig.deliver(text);
	rig.outputs->start();
	rig.outputs->drain(Drain::finish);
	EXPECT_EQ(rig.report().lost, 2u);
	EXPECT_EQ(rig.report().delivered, 1u);
	EXPECT_EQ(fake.flushes(), 4u);
	EXPECT_THAT(rig.log(), Contains("output 'fake' lost 1 alert: no room"));
}

TEST(OutputsRetry, of_a_batch_that_is_given_up_the_first_alert_is_lost)
{
	FakeOutput fake({false, true, true});
	fake.answer({FALCO_ERR_RETRY});
	Rig rig;
	rig.add(fake, Rig::giving_up_after(milliseconds(0)));
	rig.start_with({"1", "2", "3"});
	rig.wait_for_log("works again"); // once falco ends, the rest of a dead output's alerts would be lost, too
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(fake.lines(), ElementsAre("2", "3"));
	EXPECT_EQ(rig.report().lost, 1u);
}

TEST(OutputsRetry, a_fatal_error_disables_the_output_and_no_other)
{
	FakeOutput broken({false, false, true}), sound({false, false, true});
	broken.answer({FALCO_OK, FALCO_ERR_FATAL});
	Rig rig;
	rig.add(broken, Rig::instance("broken"));
	rig.add(sound, Rig::instance("sound"));
	rig.start_with({"1", "2", "3"});
	rig.wait_for_log("output 'broken' failed and is disabled: no room");
	rig.wait_for_log("output 'broken' lost 2 alerts");
	rig.deliver("4");
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(broken.lines(), ElementsAre("1"));
	EXPECT_EQ(rig.report(0).delivered, 1u);
	EXPECT_EQ(rig.report(0).lost, 3u);
	EXPECT_EQ(rig.report(1).delivered, 4u);
	EXPECT_THAT(rig.fatal(), IsEmpty());
}

TEST(OutputsRetry, a_required_output_that_fails_ends_the_run)
{
	FakeOutput fake({false, false, true});
	fake.answer({FALCO_ERR_FATAL});
	Rig rig;
	InstanceConfig config = Rig::instance("needed");
	config.required = true;
	rig.add(fake, config);
	rig.start();
	rig.deliver("1");
	rig.wait_for_fatal();
	EXPECT_THAT(rig.fatal(), ElementsAre("output 'needed' failed: no room"));
	EXPECT_TRUE(rig.outputs->drain(Drain::finish));
}

TEST(OutputsRetry, statuses_that_make_no_sense_are_fatal)
{
	for (const falco_status status :
	     std::initializer_list<falco_status>{FALCO_ERR_CONFIG, FALCO_TIMEOUT, FALCO_END, -77, 77}) {
		FakeOutput fake({false, false, true});
		fake.answer({status});
		SCOPED_TRACE(status);
		expect_disabled_and_lost(fake);
	}
}

TEST(OutputsRetry, a_fatal_flush_loses_what_was_not_flushed)
{
	FakeOutput fake({true, false, true});
	fake.answer_flush({FALCO_ERR_FATAL});
	expect_disabled_and_lost(fake);
}

TEST(OutputsRetry, a_disabled_output_does_not_hold_the_capture_thread)
{
	FakeOutput fake({false, false, true});
	fake.hold();
	fake.answer({FALCO_ERR_FATAL});
	Rig rig;
	InstanceConfig config = Rig::instance();
	config.queue = {1, OnFull::block};
	rig.add(fake, config);
	rig.start();
	rig.deliver("1");
	fake.wait_until_held();
	rig.deliver("2");
	auto capture = std::async(std::launch::async, [&] { rig.deliver("3"); });
	fake.open();
	capture.get();
	rig.outputs->drain(Drain::finish);
	EXPECT_EQ(rig.report().lost, 3u);
}

} // namespace falco::host::test
