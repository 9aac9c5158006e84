// SPDX-License-Identifier: Apache-2.0
//
// Outputs whose alerts go through a spool.
#include "host/error.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/unit/pipeline/rig.hpp"
#include "tests/unit/pipeline/synced_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <future>

namespace falco::host::test {

using falco::test::TempDir;
using std::chrono::milliseconds;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

namespace {

constexpr FakeOutput::Shape kBare{false, false, true};

class OutputsSpool : public testing::Test {
protected:
	InstanceConfig spooled(const std::string &name = "fake")
	{
		InstanceConfig config = Rig::instance(name);
		config.retry.never_give_up = true;
		config.spool = SpoolConfig{};
		config.spool->dir = dir_.file("spool");
		return config;
	}

	// Alerts that a dead output leaves behind.
	void leave_behind(const std::vector<std::string> &texts)
	{
		FakeOutput dead(kBare);
		dead.answer_always(FALCO_ERR_RETRY);
		Rig rig;
		rig.settings.output_timeout = milliseconds(20);
		rig.add(dead, spooled());
		rig.start();
		for (const std::string &text : texts)
			rig.deliver(text);
		EXPECT_TRUE(rig.outputs->drain(Drain::hurry));
		EXPECT_EQ(rig.report().accepted, texts.size());
		EXPECT_EQ(rig.report().waiting, texts.size());
		EXPECT_EQ(rig.report().lost, 0u);
	}

	TempDir dir_;
};

} // namespace

TEST_F(OutputsSpool, delivers_in_order)
{
	FakeOutput fake(kBare);
	Rig rig;
	rig.add(fake, spooled());
	rig.start();
	std::vector<std::string> sent;
	for (int i = 0; i < 3000; ++i) {
		sent.push_back(std::to_string(i));
		rig.deliver(sent.back());
	}
	EXPECT_TRUE(rig.outputs->drain(Drain::finish));
	EXPECT_EQ(fake.lines(), sent);
	EXPECT_EQ(rig.report().accepted, 3000u);
	EXPECT_EQ(rig.report().delivered, 3000u);
	EXPECT_EQ(rig.report().waiting, 0u);
}

TEST_F(OutputsSpool, makes_many_alerts_durable_in_one_step)
{
	const SyncedFiles files(dir_.file("synced"));
	FakeOutput fake(kBare);
	Rig rig;
	rig.add(fake, spooled());
	rig.make(); // so that they wait together
	for (int i = 0; i < 1000; ++i)
		rig.deliver(std::to_string(i));
	rig.outputs->start();
	EXPECT_TRUE(rig.outputs->drain(Drain::finish));
	EXPECT_EQ(rig.report().delivered, 1000u);
	EXPECT_LT(files.syncs(), 100u);
	rig.outputs.reset(); // whose files are closed before `files` goes
}

TEST_F(OutputsSpool, says_of_no_alert_that_it_stays_in_a_spool_that_was_removed)
{
	FakeOutput fake(kBare);
	fake.answer_always(FALCO_ERR_RETRY);
	Rig rig;
	rig.add(fake, spooled());
	rig.start();
	for (int i = 0; i < 10; ++i)
		rig.deliver(std::to_string(i));
	rig.wait_for_report([](const Outputs::Report &report) { return report.accepted == 10; });
	std::filesystem::remove_all(dir_.file("spool"));
	rig.wait_for_log(
		"is damaged (its file was removed): a new one is begun; not delivered of what it held: 10 alerts");
	fake.answer_always(FALCO_OK);
	EXPECT_TRUE(rig.outputs->drain(Drain::finish));
	EXPECT_EQ(rig.report().lost, 10u);
	EXPECT_EQ(rig.report().waiting, 0u);
	EXPECT_LE(fake.lines().size(), 1u); // the one that was being tried
	EXPECT_THAT(rig.log(), Not(Contains(HasSubstr("stay in the spool"))));
}

TEST_F(OutputsSpool, keeps_what_could_not_be_delivered_for_the_next_start)
{
	leave_behind({"1", "2", "3"});
	FakeOutput fake({true, true, true});
	Rig rig;
	rig.add(fake, spooled());
	rig.start();
	rig.deliver("4");
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(fake.lines(), ElementsAre("1", "2", "3", "4"));
	EXPECT_THAT(fake.sequences(), ElementsAre(1, 2, 3, 1)); // those of their own run
	EXPECT_THAT(rig.log(), Contains(HasSubstr("output 'fake': 3 alerts wait in its spool ")));
	EXPECT_EQ(rig.report().delivered, 4u);
	EXPECT_EQ(rig.report().waiting, 0u);
}

TEST_F(OutputsSpool, counts_and_names_what_stays_behind)
{
	FakeOutput fake(kBare);
	fake.answer_always(FALCO_ERR_RETRY);
	Rig rig;
	rig.settings.output_timeout = milliseconds(20);
	rig.add(fake, spooled());
	rig.start();
	rig.deliver("1");
	EXPECT_TRUE(rig.outputs->drain(Drain::finish)); // although this one would wait for ever
	EXPECT_THAT(rig.log(), Contains(HasSubstr("output 'fake': 1 of its alerts stay in the spool ")));
	EXPECT_EQ(rig.report().waiting, 1u);
	EXPECT_EQ(rig.report().lost, 0u);
}

TEST_F(OutputsSpool, what_was_written_and_not_flushed_is_not_delivered)
{
	{
		FakeOutput fake({true, false, true});
		fake.answer_flush({FALCO_ERR_FATAL});
		Rig rig;
		rig.add(fake, spooled());
		rig.start();
		rig.deliver("1");
		rig.wait_for_log("failed and is disabled: no room; its alerts stay in the spool");
		rig.deliver("2");
		rig.outputs->drain(Drain::finish);
		EXPECT_THAT(fake.lines(), ElementsAre("1"));
		EXPECT_EQ(rig.report().delivered, 0u);
		EXPECT_EQ(rig.report().accepted, 2u);
	}
	FakeOutput fake({true, false, true});
	Rig rig;
	rig.add(fake, spooled());
	rig.start();
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(fake.lines(), ElementsAre("1", "2"));
}

TEST_F(OutputsSpool, a_write_that_does_not_return_loses_nothing)
{
	FakeOutput stuck(kBare);
	stuck.hold();
	{
		Rig rig;
		rig.settings.output_timeout = milliseconds(20);
		rig.add(stuck, spooled());
		rig.start();
		rig.deliver("1");
		rig.deliver("2");
		stuck.wait_until_held();
		// When the write is given up depends on whether the second alert is durable by then.
		rig.wait_for_report([](const Outputs::Report &report) { return report.accepted == 2; });
		EXPECT_FALSE(rig.outputs->drain(Drain::hurry));
		EXPECT_EQ(rig.report().lost, 0u);
		EXPECT_EQ(rig.report().waiting, 2u);
	}
	stuck.open();
	stuck.wait_until_destroyed();
	FakeOutput fake(kBare);
	Rig rig;
	rig.add(fake, spooled());
	rig.start();
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(fake.lines(), ElementsAre("1", "2")); // the first perhaps a second time
}

TEST_F(OutputsSpool, gives_up_when_the_user_says_when)
{
	FakeOutput fake(kBare);
	fake.answer_always(FALCO_ERR_RETRY);
	Rig rig;
	InstanceConfig config = spooled();
	config.retry.never_give_up = false;
	config.retry.give_up_after = milliseconds(0);
	rig.add(fake, config);
	rig.start();
	rig.deliver("1");
	rig.wait_for_log("output 'fake' lost 1 alert: no room");
	fake.answer_always(FALCO_OK);
	rig.deliver("2");
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(fake.lines(), ElementsAre("2"));
	EXPECT_EQ(rig.report().lost, 1u);
	EXPECT_EQ(rig.report().waiting, 0u);
}

TEST_F(OutputsSpool, that_is_full_drops_as_the_policy_says)
{
	const std::string big(100000, 'x');
	for (const OnFull policy : {OnFull::drop_new, OnFull::drop_old}) {
		FakeOutput fake(kBare);
		fake.answer_always(FALCO_ERR_RETRY);
		Rig rig;
		const std::string name = policy == OnFull::drop_new ? "new" : "old";
		InstanceConfig config = spooled(name);
		config.spool->max_bytes = 1024 * 1024;
		config.spool->on_full = policy;
		config.queue.capacity = 1;
		rig.add(fake, config);
		rig.start();
		for (int i = 0; i < 30; ++i)
			rig.deliver(big + std::to_string(i));
		rig.wait_for_log(": its spool is full");
		// Until there is room again, all have come to the spool.
		rig.wait_for_report([&](const Outputs::Report &report) {
			return report.accepted + (policy == OnFull::drop_new ? report.dropped_spool : 0) >= 30;
		});
		fake.answer_always(FALCO_OK);
		rig.outputs->drain(Drain::finish);
		const Outputs::Report report = rig.report();
		EXPECT_EQ(report.accepted - report.delivered, policy == OnFull::drop_old ? report.dropped_spool : 0u);
		EXPECT_GT(report.dropped_spool, 0u);
		EXPECT_EQ(fake.lines().size(), report.delivered);
		EXPECT_EQ(fake.lines().front(), big + "0"); // the one that is being tried stays in any case
		EXPECT_EQ(fake.lines().back() == big + "29", policy == OnFull::drop_old);
	}
}

TEST_F(OutputsSpool, drops_an_alert_that_is_larger_than_all_of_it_and_no_other)
{
	FakeOutput fake(kBare);
	Rig rig;
	InstanceConfig config = spooled();
	config.spool->max_bytes = 1024 * 1024;
	config.spool->on_full = OnFull::drop_new;
	rig.add(fake, config);
	rig.make(); // so that they go into the spool together
	rig.deliver("1");
	rig.deliver(std::string(2000000, 'x'));
	rig.deliver("3");
	rig.outputs->start();
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(fake.lines(), ElementsAre("1", "3"));
	EXPECT_EQ(rig.report().dropped_spool, 1u);
}

TEST_F(OutputsSpool, that_is_full_can_hold_the_reader)
{
	const std::string big(100000, 'x');
	FakeOutput fake(kBare);
	fake.answer_always(FALCO_ERR_RETRY);
	Rig rig;
	InstanceConfig config = spooled();
	config.spool->max_bytes = 1024 * 1024;
	config.spool->on_full = OnFull::block;
	config.queue = {1, OnFull::block};
	config.retry.give_up_after = milliseconds(1); // it never does: that is how `spooled` has it
	rig.add(fake, config);
	rig.start();
	auto reader = std::async(std::launch::async, [&] {
		for (int i = 0; i < 40; ++i)
			rig.deliver(big + std::to_string(i));
	});
	fake.wait_for_calls(50); // while the spool fills up
	fake.answer_always(FALCO_OK);
	reader.get();
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(fake.lines(), SizeIs(40));
	EXPECT_EQ(rig.report().dropped + rig.report().dropped_spool + rig.report().lost, 0u);
}

TEST_F(OutputsSpool, drops_what_is_too_old)
{
	leave_behind({"1", "2"});
	FakeOutput fake(kBare);
	Rig rig;
	InstanceConfig config = spooled();
	config.spool->max_age = milliseconds(1);
	rig.add(fake, config);
	std::this_thread::sleep_for(milliseconds(5)); // no synchronisation: it only grows older
	rig.start();
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(fake.lines(), IsEmpty());
	EXPECT_EQ(rig.report().dropped_old, 2u);
	EXPECT_THAT(rig.log(),
		    Contains("output 'fake' dropped 2 alerts: they waited in its spool for longer than max_age"));
}

// While falco runs; what the output has been given already is not taken from it.
TEST_F(OutputsSpool, drops_what_becomes_too_old)
{
	FakeOutput fake(kBare);
	Rig rig;
	InstanceConfig config = spooled();
	config.spool->max_age = milliseconds(500);
	rig.add(fake, config);
	rig.start();
	fake.hold();
	rig.deliver("1");
	fake.wait_until_held();
	rig.deliver("2");
	rig.wait_for_log("output 'fake' dropped 1 alert: they waited in its spool for longer than max_age");
	EXPECT_EQ(rig.report().waiting, 1u);
	fake.open();
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(fake.lines(), ElementsAre("1"));
	EXPECT_EQ(rig.report().accepted, 2u);
	EXPECT_EQ(rig.report().delivered, 1u);
	EXPECT_EQ(rig.report().dropped_old, 1u);
}

TEST_F(OutputsSpool, in_use_is_refused_or_the_output_left_out)
{
	const Spool other(*spooled().spool, "fake", nullptr);
	FakeOutput fake(kBare), plain(kBare);
	Rig rig;
	InstanceConfig config = spooled();
	config.required = true;
	rig.add(fake, config);
	EXPECT_THROW(rig.make(), Error);
	rig.entries.clear();
	rig.add(fake, spooled());
	rig.add(plain, Rig::instance("plain"));
	rig.start();
	rig.deliver("1");
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(plain.lines(), ElementsAre("1"));
	EXPECT_THAT(rig.log(), Contains(HasSubstr("output 'fake' is left out, since it is not required: the spool ")));
}

TEST_F(OutputsSpool, goes_over_to_the_output_that_a_reload_puts_in_place)
{
	FakeOutput before(kBare), after(kBare);
	before.answer_always(FALCO_ERR_RETRY);
	Rig rig;
	rig.add(before, spooled());
	rig.start();
	rig.deliver("1");
	before.wait_for_calls(1);
	InstanceConfig config = spooled();
	config.retry.first = milliseconds(2);
	ASSERT_FALSE(rig.outputs->keeps(config));
	std::vector<Outputs::Entry> entries;
	entries.push_back(
		{std::make_unique<Output>(after.plugin(), config.name, after.config(), rig.services), config});
	const auto change = rig.outputs->prepare(
		std::move(entries), std::make_shared<const RuleSet>(RuleSet{simple_rule()}), {}, milliseconds(10000));
	rig.deliver("2"); // still to the one before, which takes it into the spool
	rig.outputs->take(*change);
	rig.deliver("3");
	rig.outputs->retire();
	after.wait_for_lines(3);
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(after.lines(), ElementsAre("1", "2", "3"));
	EXPECT_THAT(before.lines(), IsEmpty());
	EXPECT_EQ(rig.report().accepted, 3u);
	EXPECT_EQ(rig.report().delivered, 3u);
}

TEST_F(OutputsSpool, stays_with_its_output_when_a_reload_fails)
{
	FakeOutput fake(kBare), vain(kBare);
	Rig rig;
	rig.add(fake, spooled());
	rig.start();
	InstanceConfig config = spooled();
	config.retry.first = milliseconds(2);
	std::vector<Outputs::Entry> entries;
	entries.push_back({std::make_unique<Output>(vain.plugin(), config.name, vain.config(), rig.services), config});
	rig.outputs->prepare(std::move(entries), std::make_shared<const RuleSet>(RuleSet{simple_rule()}), {},
			     milliseconds(10000));
	rig.outputs->retire();
	vain.wait_until_destroyed();
	rig.deliver("1");
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(fake.lines(), ElementsAre("1"));
	EXPECT_THAT(vain.lines(), IsEmpty());
}

} // namespace falco::host::test
