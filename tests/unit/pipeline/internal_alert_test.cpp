// SPDX-License-Identifier: Apache-2.0
//
// Alerts of falco's own: what outputs see of them, and that they wait for nothing.
#include "tests/unit/pipeline/rig.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <thread>

namespace falco::host::test {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

namespace {

InternalAlert drops(int priority = 7)
{
	InternalAlert alert;
	alert.rule = "Falco internal: syscall event drop";
	alert.priority = priority;
	alert.message = "Falco internal: syscall event drop. 3 system calls dropped in last second.";
	alert.add_number("n_drops", 3);
	alert.fields.push_back({"driver", "kmod", ""});
	alert.time_ns = 1465256864080226697;
	return alert;
}

} // namespace

TEST(InternalAlerts, have_every_form_that_alerts_have)
{
	FakeOutput text, bare({false, false, true}), json;
	Rig rig;
	rig.settings.format.json_keys.output_fields = true;
	rig.settings.format.json_keys.source = true;
	rig.settings.format.json_keys.tags = true;
	InstanceConfig config = Rig::instance("json");
	config.format = Format::json;
	rig.add(text);
	rig.add(bare);
	rig.add(json, config);
	rig.start();
	rig.outputs->deliver_internal(drops());
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(text.lines(), ElementsAre(EndsWith(".080226697: Debug " + drops().message)));
	EXPECT_THAT(bare.lines(), ElementsAre(drops().message));
	ASSERT_EQ(json.lines().size(), 1u);
	const auto alert = nlohmann::json::parse(json.lines()[0]);
	EXPECT_EQ(alert["rule"], drops().rule);
	EXPECT_EQ(alert["source"], "internal");
	EXPECT_EQ(alert["priority"], "Debug");
	EXPECT_EQ(alert["tags"], nlohmann::json::array());
	EXPECT_EQ(alert["time"], "2016-06-06T23:47:44.080226697Z");
	EXPECT_EQ(alert["output_fields"], (nlohmann::json{{"n_drops", 3}, {"driver", "kmod"}}));
	EXPECT_EQ(rig.outputs->internal_alerts(), 1u);
}

TEST(InternalAlerts, are_one_line_whatever_they_say)
{
	FakeOutput bare({false, false, true});
	Rig rig;
	rig.add(bare);
	rig.start();
	InternalAlert alert = drops();
	alert.message = "two\nlines";
	rig.outputs->deliver_internal(alert);
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(bare.lines(), ElementsAre(HasSubstr("two\\nlines")));
}

TEST(InternalAlerts, pass_the_filters_of_outputs)
{
	FakeOutput severe({false, false, true}), named({false, false, true}), tagged({false, false, true});
	Rig rig;
	InstanceConfig severe_only = Rig::instance("severe");
	severe_only.filter.minimum_priority = 3;
	InstanceConfig by_name = Rig::instance("named");
	by_name.filter.rules = {"Falco internal:*"};
	InstanceConfig by_tag = Rig::instance("tagged");
	by_tag.filter.tags = {"files"};
	rig.add(severe, severe_only);
	rig.add(named, by_name);
	rig.add(tagged, by_tag);
	rig.start();
	rig.deliver("of a rule");
	rig.outputs->deliver_internal(drops(7));
	rig.outputs->deliver_internal(drops(2));
	rig.outputs->drain(Drain::finish);
	EXPECT_EQ(severe.lines().size(), 1u);
	EXPECT_EQ(named.lines().size(), 2u);
	EXPECT_EQ(tagged.lines().size(), 0u);
	EXPECT_EQ(rig.report(0).filtered, 2u);
}

TEST(InternalAlerts, have_the_time_of_the_day_when_none_is_given)
{
	FakeOutput json;
	Rig rig;
	InstanceConfig config = Rig::instance();
	config.format = Format::json;
	rig.add(json, config);
	rig.start();
	InternalAlert alert = drops();
	alert.time_ns = 0;
	std::string before;
	append_iso_8601(before,
			static_cast<uint64_t>(
				std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count()));
	rig.outputs->deliver_internal(alert);
	rig.outputs->drain(Drain::finish);
	EXPECT_GE(nlohmann::json::parse(json.lines().at(0))["time"].get<std::string>(), before);
}

// on_full is block, nobody takes anything from the queue, and yet the call comes back.
TEST(InternalAlerts, are_dropped_and_counted_where_others_would_wait)
{
	FakeOutput fake({false, false, true});
	fake.hold();
	Rig rig;
	InstanceConfig config = Rig::instance();
	config.queue = {1, OnFull::block};
	rig.add(fake, config);
	rig.start();
	rig.deliver("held");
	fake.wait_until_held();
	rig.outputs->deliver_internal(drops());
	rig.outputs->deliver_internal(drops());
	EXPECT_EQ(rig.report().dropped, 1u);
	fake.open();
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(fake.lines(), ElementsAre("held", drops().message));
}

TEST(InternalAlerts, from_other_threads_share_the_numbers_of_all_alerts)
{
	constexpr int kThreads = 3, kEach = 5000;
	FakeOutput json;
	Rig rig;
	InstanceConfig config = Rig::instance();
	config.queue.capacity = (kThreads + 1) * kEach;
	rig.add(json, config);
	rig.start();
	std::atomic<bool> go{false};
	std::vector<std::thread> threads;
	for (int i = 0; i < kThreads; ++i) {
		threads.emplace_back([&rig, &go] {
			while (!go) {
			}
			for (int j = 0; j < kEach; ++j)
				rig.outputs->deliver_internal(drops());
		});
	}
	go = true;
	for (int j = 0; j < kEach; ++j)
		rig.deliver("of a rule");
	for (std::thread &thread : threads)
		thread.join();
	rig.outputs->drain(Drain::finish);
	EXPECT_EQ(rig.report().delivered, (kThreads + 1) * kEach);
	const std::vector<uint64_t> numbers = json.sequences();
	ASSERT_EQ(numbers.size(), size_t{(kThreads + 1) * kEach});
	for (size_t i = 0; i < numbers.size(); ++i)
		ASSERT_EQ(numbers[i], i + 1); // each number once, in the order of the queue
}

TEST(InternalAlerts, after_the_end_count_as_lost)
{
	FakeOutput fake;
	Rig rig;
	rig.add(fake);
	rig.start();
	rig.outputs->drain(Drain::finish);
	rig.outputs->deliver_internal(drops());
	EXPECT_EQ(rig.report().lost, 1u);
}

} // namespace falco::host::test
