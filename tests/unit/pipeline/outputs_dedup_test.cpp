// SPDX-License-Identifier: Apache-2.0
//
// Repeated alerts: the first at once, then how many there were.
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

namespace {

constexpr FakeOutput::Shape kBare{false, false, true};
constexpr uint64_t kSecond = 1000000000;

InstanceConfig deduplicating(size_t max_keys = 100)
{
	InstanceConfig config = Rig::instance();
	config.dedup = DedupConfig{{{"text", {}}}, milliseconds(10000), max_keys};
	return config;
}

std::string more(const std::string &message, int count, const std::string &from, const std::string &to)
{
	return message + " (" + std::to_string(count) + " more like it from 1970-01-01T00:00:" + from +
	       ".000000000Z to 1970-01-01T00:00:" + to + ".000000000Z)";
}

} // namespace

TEST(OutputsDedup, tells_of_repeats_when_the_window_ends)
{
	FakeOutput fake(kBare);
	Rig rig;
	rig.add(fake, deduplicating());
	rig.start();
	rig.deliver("a", 0, 1 * kSecond);
	rig.deliver("a", 0, 3 * kSecond);
	rig.deliver("b", 0, 4 * kSecond);
	rig.deliver("a", 0, 5 * kSecond);
	rig.deliver("c", 0, 11 * kSecond); // ends the window of a
	rig.deliver("a", 0, 12 * kSecond);
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(fake.lines(), ElementsAre("a", "b", more("a", 2, "01", "05"), "c", "a"));
	EXPECT_THAT(fake.sequences(), ElementsAre(1, 3, 5, 6, 7));
	EXPECT_EQ(rig.report().deduplicated, 2u);
	EXPECT_EQ(rig.report().accepted, 5u);
	EXPECT_EQ(rig.report().delivered, 5u);
}

TEST(OutputsDedup, tells_of_repeats_at_the_end)
{
	for (const Drain how : {Drain::finish, Drain::hurry}) {
		FakeOutput fake(kBare);
		Rig rig;
		rig.add(fake, deduplicating());
		rig.start();
		for (int i = 1; i <= 4; ++i)
			rig.deliver("a", 0, static_cast<uint64_t>(i) * kSecond);
		rig.outputs->drain(how);
		EXPECT_THAT(fake.lines(), ElementsAre("a", more("a", 3, "01", "04")));
	}
}

TEST(OutputsDedup, at_the_end_waits_for_room_in_the_queue)
{
	FakeOutput fake(kBare);
	Rig rig;
	InstanceConfig config = deduplicating();
	config.queue = {1, OnFull::block};
	rig.add(fake, config);
	rig.start();
	fake.hold();
	for (const char *text : {"a", "a"})
		rig.deliver(text, 0, kSecond);
	fake.wait_until_held();
	for (const char *text : {"b", "b"})
		rig.deliver(text, 0, kSecond);
	auto drained = std::async(std::launch::async, [&] { return rig.outputs->drain(Drain::finish); });
	fake.open();
	EXPECT_TRUE(drained.get());
	EXPECT_THAT(fake.lines(), ElementsAre("a", "b", more("a", 1, "01", "01"), more("b", 1, "01", "01")));
	EXPECT_EQ(rig.report().dropped + rig.report().lost, 0u);
}

TEST(OutputsDedup, goes_by_rule_as_well)
{
	FakeOutput fake(kBare);
	Rig rig;
	rig.add(fake, deduplicating());
	rig.start({simple_rule("one"), simple_rule("two")});
	rig.deliver("a", 0, kSecond);
	rig.deliver("a", 1, kSecond);
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(fake.lines(), ElementsAre("a", "a"));
}

TEST(OutputsDedup, can_go_by_rule_alone)
{
	FakeOutput fake(kBare);
	Rig rig;
	InstanceConfig config = deduplicating();
	config.dedup->by.clear();
	rig.add(fake, config);
	rig.start();
	rig.deliver("a", 0, kSecond);
	rig.deliver("b", 0, kSecond);
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(fake.lines(), ElementsAre("a", more("a", 1, "01", "01")));
}

TEST(OutputsDedup, can_go_by_the_message)
{
	FakeOutput fake(kBare);
	Rig rig;
	InstanceConfig config = deduplicating();
	config.dedup->by = {{"message", {}}};
	rig.add(fake, config);
	rig.start();
	for (const char *text : {"a", "b", "a"})
		rig.deliver(text, 0, kSecond);
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(fake.lines(), ElementsAre("a", "b", more("a", 1, "01", "01")));
}

TEST(OutputsDedup, of_one_output_is_no_other_ones)
{
	FakeOutput fake(kBare), all(kBare);
	Rig rig;
	rig.add(fake, deduplicating());
	rig.add(all, Rig::instance("all"));
	rig.start();
	for (int i = 0; i < 3; ++i)
		rig.deliver("a", 0, kSecond);
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(all.lines(), ElementsAre("a", "a", "a"));
	EXPECT_EQ(fake.lines().size(), 2u);
}

TEST(OutputsDedup, ends_the_oldest_window_early_when_there_are_too_many)
{
	FakeOutput fake(kBare);
	Rig rig;
	rig.add(fake, deduplicating(2));
	rig.start();
	for (const char *text : {"a", "a", "b", "c", "a"})
		rig.deliver(text, 0, kSecond);
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(fake.lines(), ElementsAre("a", "b", "c", more("a", 1, "01", "01"), "a"));
	EXPECT_EQ(rig.report().deduplicated, 1u);
}

TEST(OutputsDedup, tells_by_the_clock_when_events_are_live)
{
	FakeOutput fake(kBare);
	Rig rig;
	rig.settings.live = true;
	rig.settings.output_timeout = milliseconds(20); // how often the windows are looked at
	rig.add(fake, deduplicating());
	rig.make();
	// By the clock the window is over; nobody looks before the start, and no event comes after it.
	rig.deliver("a", 0, kSecond);
	rig.deliver("a", 0, kSecond);
	rig.outputs->start();
	fake.wait_for_lines(2);
	EXPECT_THAT(fake.lines(), ElementsAre("a", more("a", 1, "01", "01")));
	EXPECT_EQ(rig.report().deduplicated, 1u);
}

TEST(OutputsDedup, tells_at_a_reload)
{
	FakeOutput fake(kBare);
	Rig rig;
	rig.add(fake, deduplicating());
	rig.start();
	rig.deliver("a", 0, kSecond);
	rig.deliver("a", 0, 2 * kSecond);
	std::vector<Outputs::Entry> entries;
	entries.push_back({nullptr, deduplicating()});
	const auto rules = std::make_shared<const RuleSet>(RuleSet{simple_rule("new")});
	const auto change = rig.outputs->prepare(std::move(entries), rules, {}, milliseconds(10000));
	rig.outputs->take(*change);
	rig.outputs->retire();
	rig.deliver("a", 0, 3 * kSecond);
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(fake.lines(), ElementsAre("a", more("a", 1, "01", "02"), "a"));
}

TEST(OutputsDedup, gives_programs_count_and_times_as_fields)
{
	FakeOutput fake({false, false, false});
	Rig rig;
	rig.settings.format.json_keys.output_fields = true;
	InstanceConfig config = deduplicating();
	config.format = Format::json;
	rig.add(fake, config);
	rig.start();
	rig.deliver("a", 0, kSecond);
	rig.deliver("a", 0, 2 * kSecond);
	rig.outputs->drain(Drain::finish);
	ASSERT_EQ(fake.lines().size(), 2u);
	EXPECT_THAT(fake.lines()[0], HasSubstr(R"("output_fields":{"evt.time":1000000000,"text":"a"})"));
	EXPECT_THAT(
		fake.lines()[1],
		HasSubstr(R"("output_fields":{"dedup.count":1,"dedup.first_time":"1970-01-01T00:00:01.000000000Z",)"
			  R"("dedup.last_time":"1970-01-01T00:00:02.000000000Z","evt.time":2000000000,"text":"a"})"));
}

} // namespace falco::host::test
