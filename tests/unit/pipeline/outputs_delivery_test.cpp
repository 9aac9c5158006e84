// SPDX-License-Identifier: Apache-2.0
//
// What reaches an output, and when it counts as delivered.
#include "tests/unit/pipeline/rig.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace falco::host::test {

using testing::ElementsAre;
using testing::EndsWith;
using testing::StartsWith;

TEST(OutputsDelivery, every_output_gets_every_alert_in_order)
{
	FakeOutput a({false, false, true}), b({false, false, true});
	Rig rig;
	rig.add(a, Rig::instance("a"));
	rig.add(b, Rig::instance("b"));
	rig.start();
	for (const char *text : {"1", "2", "3"})
		rig.deliver(text);
	EXPECT_TRUE(rig.outputs->drain(Drain::finish));
	EXPECT_THAT(a.lines(), ElementsAre("1", "2", "3"));
	EXPECT_THAT(b.lines(), ElementsAre("1", "2", "3"));
	EXPECT_EQ(rig.report(0).accepted, 3u);
	EXPECT_EQ(rig.report(1).delivered, 3u);
	EXPECT_EQ(rig.report(1).name, "b");
	EXPECT_TRUE(rig.log().empty());
}

TEST(OutputsDelivery, each_output_gets_its_own_form)
{
	FakeOutput text, bare({false, false, true}), json;
	Rig rig;
	InstanceConfig config = Rig::instance("json");
	config.format = Format::json;
	rig.add(text);
	rig.add(bare);
	rig.add(json, config);
	rig.start();
	rig.deliver("hello");
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(text.lines(), ElementsAre(EndsWith(".000000001: Warning hello")));
	EXPECT_THAT(bare.lines(), ElementsAre("hello"));
	EXPECT_THAT(json.lines(), ElementsAre(StartsWith("{\"output\":")));
}

TEST(OutputsDelivery, filters_choose_by_output)
{
	FakeOutput all({false, false, true}), severe({false, false, true});
	Rig rig;
	InstanceConfig config = Rig::instance("severe");
	config.filter.minimum_priority = 3;
	rig.add(all);
	rig.add(severe, config);
	rig.start({simple_rule("low", 6), simple_rule("high", 2)});
	rig.deliver("low", 0);
	rig.deliver("high", 1);
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(all.lines(), ElementsAre("low", "high"));
	EXPECT_THAT(severe.lines(), ElementsAre("high"));
	EXPECT_EQ(rig.report(1).filtered, 1u);
	EXPECT_EQ(rig.report(1).accepted, 1u);
}

TEST(OutputsDelivery, a_match_of_an_unknown_rule_is_told_of_once)
{
	FakeOutput fake;
	Rig rig;
	rig.add(fake);
	rig.start();
	rig.deliver("x", 1);
	rig.deliver("x", 1);
	rig.outputs->drain(Drain::finish);
	EXPECT_TRUE(fake.lines().empty());
	EXPECT_EQ(rig.log().size(), 1u);
}

TEST(OutputsDelivery, new_rules_take_the_place_of_old_ones)
{
	FakeOutput fake({false, false, true});
	Rig rig;
	rig.add(fake);
	rig.start();
	rig.deliver("x");
	Rule rule = simple_rule();
	rule.output = {{"new ", -1, 0}, {"", 0, 0}};
	rig.outputs->use_rules(std::make_shared<RuleSet>(RuleSet{rule}));
	rig.deliver("x");
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(fake.lines(), ElementsAre("x", "new x"));
}

TEST(OutputsDelivery, flushes_when_no_alert_waits)
{
	FakeOutput fake({true, false, true});
	Rig rig;
	rig.add(fake);
	rig.start();
	rig.deliver("1");
	fake.wait_for_flushes(1);
	fake.hold();
	rig.deliver("2");
	fake.wait_until_held();
	EXPECT_EQ(rig.report().delivered, 1u); // flushed; what is being written is not
	rig.deliver("3");
	fake.open();
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(fake.lines(), ElementsAre("1", "2", "3"));
	EXPECT_EQ(fake.flushes(), 2u);
	EXPECT_EQ(rig.report().delivered, 3u);
}

TEST(OutputsDelivery, flushes_a_busy_output_now_and_then)
{
	FakeOutput fake({true, false, true});
	Rig rig;
	rig.add(fake);
	rig.make();
	for (int i = 0; i < 2500; ++i)
		rig.deliver("x");
	rig.outputs->start();
	rig.outputs->drain(Drain::finish);
	EXPECT_EQ(fake.flushes(), 3u);
	EXPECT_EQ(rig.report().delivered, 2500u);
}

TEST(OutputsDelivery, an_output_without_alerts_is_not_flushed)
{
	FakeOutput fake({true, false, true});
	Rig rig;
	rig.add(fake);
	rig.start();
	rig.outputs->drain(Drain::finish);
	EXPECT_EQ(fake.flushes(), 0u);
}

TEST(OutputsDelivery, more_than_one_alert_goes_as_a_batch)
{
	FakeOutput fake({false, true, true});
	Rig rig;
	rig.add(fake);
	rig.make();
	for (int i = 0; i < 300; ++i)
		rig.deliver("x");
	rig.outputs->start();
	fake.wait_for_lines(300);
	fake.hold();
	rig.deliver("y");
	fake.wait_until_held();
	fake.open();
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(fake.batches(), ElementsAre(256, 44, 1));
	EXPECT_EQ(rig.report().delivered, 301u);
}

TEST(OutputsDelivery, the_rest_of_a_batch_is_offered_again)
{
	FakeOutput fake({false, true, true});
	fake.take_at_most(4);
	Rig rig;
	rig.add(fake);
	rig.make();
	for (const char *text : {"1", "2", "3", "4", "5", "6", "7", "8", "9"})
		rig.deliver(text);
	rig.outputs->start();
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(fake.lines(), ElementsAre("1", "2", "3", "4", "5", "6", "7", "8", "9"));
	EXPECT_THAT(fake.batches(), ElementsAre(9, 5, 1));
	EXPECT_EQ(rig.report().retried, 0u);
}

TEST(OutputsDelivery, a_batch_that_fails_midway_is_tried_again_from_there)
{
	FakeOutput fake({false, true, true});
	fake.take_at_most(2);
	fake.answer({FALCO_ERR_RETRY});
	Rig rig;
	rig.add(fake);
	rig.make();
	for (const char *text : {"1", "2", "3"})
		rig.deliver(text);
	rig.outputs->start();
	rig.outputs->drain(Drain::finish);
	EXPECT_THAT(fake.lines(), ElementsAre("1", "2", "3"));
	EXPECT_EQ(rig.report().delivered, 3u);
	EXPECT_EQ(rig.report().retried, 1u);
}

TEST(OutputsDelivery, a_filter_that_means_no_rule_brings_a_warning)
{
	FakeOutput fake({false, false, true});
	Rig rig;
	InstanceConfig config = Rig::instance();
	config.filter.rules = {"rule", "ruel"};
	rig.add(fake, config);
	rig.start();
	EXPECT_THAT(rig.log(), ElementsAre("output 'fake': filter.rules: no loaded rule is called 'ruel'"));
	rig.outputs->drain(Drain::finish);
}

TEST(OutputsDelivery, metrics_of_outputs_with_similar_names_are_kept_apart)
{
	FakeOutput one({false, false, true}), two({false, false, true}), three({false, false, true});
	Rig rig;
	rig.add(one, Rig::instance("a-b"));
	InstanceConfig nothing = Rig::instance("a_b");
	nothing.filter.minimum_priority = 0;
	rig.add(two, nothing);
	rig.add(three, Rig::instance("A b"));
	rig.start();
	rig.deliver("1");
	std::map<std::string, uint64_t> found;
	const auto keep = [](void *ctx, const char *name, uint64_t value) {
		(*static_cast<std::map<std::string, uint64_t> *>(ctx))[name] = value;
	};
	rig.outputs->drain(Drain::finish);
	rig.outputs->metrics({sizeof(falco_metric_sink), 0, &found, keep, keep});
	EXPECT_EQ(found.at("a_b.accepted"), 1u);
	EXPECT_EQ(found.at("a_b_2.accepted"), 0u);
	EXPECT_EQ(found.at("a_b_2.filtered"), 1u);
	EXPECT_EQ(found.at("a_b_3.accepted"), 1u);
}

} // namespace falco::host::test
