// SPDX-License-Identifier: Apache-2.0
//
// Outputs and rules that change while alerts come.
#include "tests/unit/pipeline/rig.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

namespace falco::host::test {

using std::chrono::milliseconds;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

namespace {

// A rule whose message is this word and the value of its field.
Rule worded(const std::string &word)
{
	Rule rule = simple_rule(word);
	rule.output = {{word + " ", -1, 0}, {"", 0, 0}};
	return rule;
}

// Changes to these outputs and rules. The fakes of those that stay are nullptr.
void change(Rig &rig, const std::vector<std::pair<FakeOutput *, InstanceConfig>> &outputs, const RuleSet &rules)
{
	std::vector<Outputs::Entry> entries;
	for (const auto &[fake, config] : outputs) {
		std::unique_ptr<Output> output;
		if (fake) {
			output = std::make_unique<Output>(fake->plugin(), config.name, fake->config(), rig.services);
		} else {
			ASSERT_TRUE(rig.outputs->keeps(config));
		}
		entries.push_back({std::move(output), config});
	}
	const auto next = rig.outputs->prepare(std::move(entries), std::make_shared<const RuleSet>(rules),
					       rig.settings.format, rig.settings.output_timeout);
	rig.outputs->take(*next);
	rig.outputs->retire();
}

constexpr FakeOutput::Shape kBare = {false, false, true};

} // namespace

TEST(OutputsChange, what_is_queued_keeps_its_rules)
{
	FakeOutput fake(kBare);
	Rig rig;
	rig.add(fake);
	fake.hold();
	rig.start({worded("old")});
	for (const char *text : {"1", "2"})
		rig.deliver(text);
	fake.wait_until_held();
	change(rig, {{nullptr, Rig::instance()}}, {worded("new"), worded("other")});
	rig.deliver("3");
	rig.deliver("4", 1);
	fake.open();
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(fake.lines(), ElementsAre("old 1", "old 2", "new 3", "other 4"));
	EXPECT_EQ(rig.report().accepted, 4u);
}

TEST(OutputsChange, one_that_is_left_out_delivers_what_it_has_and_goes)
{
	FakeOutput going(kBare), coming(kBare);
	Rig rig;
	rig.add(going, Rig::instance("going"));
	going.hold();
	rig.start();
	for (const char *text : {"1", "2", "3"})
		rig.deliver(text);
	going.wait_until_held();
	change(rig, {{&coming, Rig::instance("coming")}}, {simple_rule()});
	rig.deliver("4");
	coming.wait_for_lines(1); // while the other one is still busy
	going.open();
	going.wait_until_destroyed();
	EXPECT_THAT(going.lines(), ElementsAre("1", "2", "3"));
	EXPECT_TRUE(rig.outputs->drain(Drain::finish));
	EXPECT_THAT(coming.lines(), ElementsAre("4"));
	ASSERT_THAT(rig.outputs->report(), SizeIs(2)); // what was delivered by one that is gone still counts
	EXPECT_EQ(rig.report(1).name, "going");
	EXPECT_EQ(rig.report(1).delivered, 3u);
}

TEST(OutputsChange, one_of_the_same_name_is_counted_with_the_one_before)
{
	FakeOutput before(kBare), after(kBare);
	Rig rig;
	rig.add(before);
	rig.start();
	rig.deliver("1");
	InstanceConfig config = Rig::instance();
	config.queue.capacity = 5;
	EXPECT_FALSE(rig.outputs->keeps(config));
	change(rig, {{&after, config}}, {simple_rule()});
	rig.deliver("2");
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(before.lines(), ElementsAre("1"));
	EXPECT_THAT(after.lines(), ElementsAre("2"));
	ASSERT_THAT(rig.outputs->report(), SizeIs(1));
	EXPECT_EQ(rig.report().delivered, 2u);
}

TEST(OutputsChange, a_change_that_is_not_taken_leaves_no_trace)
{
	FakeOutput fake(kBare), vain(kBare);
	Rig rig;
	rig.add(fake);
	rig.start();
	std::vector<Outputs::Entry> entries;
	entries.push_back(
		{std::make_unique<Output>(vain.plugin(), "vain", vain.config(), rig.services), Rig::instance("vain")});
	rig.outputs->prepare(std::move(entries), std::make_shared<const RuleSet>(RuleSet{worded("new")}), {},
			     milliseconds(1));
	rig.outputs->retire();
	vain.wait_until_destroyed();
	rig.deliver("1");
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(fake.lines(), ElementsAre("1"));
	EXPECT_THAT(vain.lines(), IsEmpty());
}

TEST(OutputsChange, a_required_output_that_was_left_out_may_fail)
{
	FakeOutput going(kBare), coming(kBare);
	Rig rig;
	InstanceConfig config = Rig::instance("going");
	config.required = true;
	rig.add(going, config);
	going.hold();
	going.answer({FALCO_ERR_FATAL});
	rig.start();
	rig.deliver("1");
	going.wait_until_held();
	change(rig, {{&coming, Rig::instance("coming")}}, {simple_rule()});
	going.open();
	rig.wait_for_log("output 'going' failed and is disabled");
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(rig.fatal(), IsEmpty());
}

TEST(OutputsChange, one_that_failed_does_not_stay)
{
	FakeOutput fake(kBare);
	fake.answer({FALCO_ERR_FATAL});
	Rig rig;
	rig.add(fake);
	rig.start();
	EXPECT_TRUE(rig.outputs->keeps(Rig::instance()));
	rig.deliver("1");
	rig.wait_for_log("failed and is disabled");
	EXPECT_FALSE(rig.outputs->keeps(Rig::instance()));
}

TEST(OutputsChange, one_that_leaves_does_not_hold_the_end_when_that_hurries)
{
	FakeOutput going(kBare), coming(kBare);
	going.answer_always(FALCO_ERR_RETRY);
	Rig rig;
	rig.settings.output_timeout = milliseconds(20);
	InstanceConfig config = Rig::instance("going");
	config.retry = {std::chrono::hours(1), std::chrono::hours(1), std::chrono::hours(2)};
	rig.add(going, config);
	rig.start();
	rig.deliver("1");
	going.wait_for_calls(1);
	change(rig, {{&coming, Rig::instance("coming")}}, {simple_rule()});
	auto drained = std::async(std::launch::async, [&] { return rig.outputs->drain(Drain::finish); });
	rig.outputs->hurry();
	EXPECT_TRUE(drained.get());
	EXPECT_THAT(rig.log(), Contains("output 'going' lost 1 alert: falco ends"));
}

TEST(OutputsChange, one_that_leaves_and_does_not_come_back_is_left_behind)
{
	FakeOutput going(kBare), coming(kBare);
	{
		Rig rig;
		rig.settings.output_timeout = milliseconds(20);
		rig.add(going, Rig::instance("going"));
		going.hold();
		rig.start();
		rig.deliver("1");
		going.wait_until_held();
		change(rig, {{&coming, Rig::instance("coming")}}, {simple_rule()});
		EXPECT_FALSE(rig.outputs->drain(Drain::finish));
		EXPECT_EQ(rig.report(1).lost, 1u);
	}
	going.open();
	going.wait_until_destroyed();
}

TEST(OutputsReopen, comes_between_two_writes)
{
	FakeOutput fake(kBare);
	Rig rig;
	rig.add(fake);
	fake.hold();
	rig.start();
	rig.deliver("1");
	fake.wait_until_held();
	rig.deliver("2");
	rig.outputs->reopen();
	fake.open();
	fake.wait_for_lines(3);
	EXPECT_THAT(fake.lines(), ElementsAre("1", "(reopen)", "2"));
}

TEST(OutputsReopen, comes_also_when_no_alert_does)
{
	FakeOutput fake(kBare);
	Rig rig;
	rig.add(fake);
	rig.start();
	for (size_t count = 1; count <= 3; ++count) {
		rig.outputs->reopen();
		fake.wait_for_lines(count);
	}
	EXPECT_THAT(fake.lines(), ElementsAre("(reopen)", "(reopen)", "(reopen)"));
}

TEST(OutputsReopen, that_fails_is_told_of)
{
	FakeOutput fake(kBare);
	Rig rig;
	rig.add(fake);
	rig.start();
	fake.answer({FALCO_ERR_RETRY});
	rig.outputs->reopen();
	rig.wait_for_log("output 'fake' cannot be opened again: no room");
	rig.deliver("1");
	fake.wait_for_lines(2);
	fake.answer({FALCO_ERR_FATAL});
	rig.outputs->reopen();
	rig.wait_for_log("output 'fake' failed and is disabled: no room");
}

} // namespace falco::host::test
