// SPDX-License-Identifier: Apache-2.0
//
// An output that was given up: it is dead until it takes an alert again, and nobody waits for each further one.
#include "tests/unit/pipeline/rig.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace falco::host::test {

using std::chrono::milliseconds;
using testing::Contains;
using testing::ElementsAre;
using testing::SizeIs;

namespace {

InstanceConfig impatient()
{
	InstanceConfig config = Rig::instance();
	config.queue = {1, OnFull::block};
	config.retry.give_up_after = milliseconds(20);
	return config;
}

// The first alert was tried for as long as the settings say, and is lost.
void lose_first(Rig &rig, FakeOutput &fake)
{
	fake.answer_always(FALCO_ERR_RETRY);
	rig.start();
	rig.deliver("lost");
	rig.wait_for_log("output 'fake' lost 1 alert: no room");
	fake.answer_always(FALCO_OK);
}

// One alert is in the plugin, held, one waits in the queue, and a third one finds it full.
void fill(Rig &rig, FakeOutput &fake)
{
	fake.hold();
	rig.deliver("held");
	fake.wait_until_held();
	rig.deliver("queued");
	rig.deliver("too many");
}

} // namespace

TEST(OutputWorker, given_up_does_not_hold_the_reader)
{
	FakeOutput fake({false, false, true});
	Rig rig;
	rig.add(fake, impatient());
	lose_first(rig, fake);
	fill(rig, fake);
	EXPECT_EQ(rig.report().lost, 2u);
	fake.open();
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(fake.lines(), ElementsAre("held", "queued"));
	EXPECT_THAT(rig.log(), Contains("output 'fake' lost 1 alert, 2 so far: its queue stayed full for 0 ms"));
}

TEST(OutputWorker, that_works_again_is_waited_for_again)
{
	FakeOutput fake({false, false, true});
	Rig rig;
	rig.add(fake, impatient());
	lose_first(rig, fake);
	rig.deliver("taken");
	rig.wait_for_log("output 'fake' works again");
	fill(rig, fake);
	fake.open();
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(fake.lines(), ElementsAre("taken", "held", "queued"));
	EXPECT_THAT(rig.log(), Contains("output 'fake' lost 1 alert, 2 so far: its queue stayed full for 20 ms"));
}

TEST(OutputWorker, given_up_does_not_hold_the_end)
{
	FakeOutput fake({false, false, true});
	fake.answer_always(FALCO_ERR_RETRY);
	Rig rig;
	InstanceConfig config = Rig::instance();
	config.retry.give_up_after = milliseconds(0);
	const auto worker = std::make_shared<OutputWorker>(
		std::make_unique<Output>(fake.plugin(), config.name, fake.config(), rig.services),
		OutputWorker::Setup{config, OnFull::block, rig.settings.log, nullptr});
	const auto rules = std::make_shared<const RuleTexts>(std::make_shared<const RuleSet>(RuleSet{simple_rule()}));
	const auto run = std::make_shared<const Alert::Run>(FormatOptions{}, "0123456789abcdef");
	falco_match match{};
	match.struct_size = sizeof match;
	for (uint64_t sequence = 1; sequence <= 5; ++sequence)
		worker->offer(std::make_shared<const Alert>(match, rules, run, sequence));
	worker->close();
	worker->start();
	EXPECT_TRUE(worker->finish(Clock::now(), milliseconds(10000)));
	EXPECT_THAT(fake.batches(), SizeIs(1)); // the first alert was tried; the rest is as lost without a try
	EXPECT_EQ(worker->counters().lost, 5u);
}

} // namespace falco::host::test
