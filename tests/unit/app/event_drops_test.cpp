// SPDX-License-Identifier: Apache-2.0
#include "host/app/event_drops.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace falco::host {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

class EventDropsTest : public testing::Test {
protected:
	EventDrops &make(const EventDropsConfig &config = {})
	{
		EventDrops::Actions actions;
		actions.log = [this](falco_level, const std::string &text) { log_.push_back(text); };
		actions.alert = [this](const InternalAlert &alert) { alerts_.push_back(alert); };
		actions.exit = [this](const std::string &reason) { exits_.push_back(reason); };
		drops_.emplace(config, "kmod", actions, now_);
		return *drops_;
	}
	// A second later the counters stand at these.
	void second(const EventDrops::Counters &counters) { drops_->look(counters, now_ += seconds(1)); }

	EventDrops::Time now_{};
	std::optional<EventDrops> drops_;
	std::vector<std::string> log_, exits_;
	std::vector<InternalAlert> alerts_;
};

TEST_F(EventDropsTest, log_and_alert_when_more_than_a_tenth_is_lost)
{
	make();
	second({{"events", 1000}, {"drops", 100}});
	EXPECT_THAT(alerts_, SizeIs(0));
	second({{"events", 2000}, {"drops", 201}, {"drops.buffer", 90}, {"drops.page.faults", 11}, {"other", 5}});
	const char *message = "Falco internal: syscall event drop. 101 system calls dropped in last second.";
	EXPECT_THAT(log_, ElementsAre(message));
	EXPECT_THAT(exits_, SizeIs(0));
	ASSERT_THAT(alerts_, SizeIs(1));
	EXPECT_EQ(alerts_[0].rule, "Falco internal: syscall event drop");
	EXPECT_EQ(alerts_[0].priority, 7);
	EXPECT_EQ(alerts_[0].message, message);
	std::map<std::string, std::string> fields;
	for (const auto &field : alerts_[0].fields)
		fields[field.name] = field.json.empty() ? "text " + field.text : field.json;
	EXPECT_EQ(fields, (std::map<std::string, std::string>{{"driver", "text kmod"},
							      {"n_drops", "101"},
							      {"n_drops_buffer", "90"},
							      {"n_drops_page_faults", "11"},
							      {"n_evts", "1000"}}));
}

TEST_F(EventDropsTest, are_acted_on_once_in_thirty_seconds)
{
	make();
	for (uint64_t i = 1; i <= 63; ++i)
		second({{"events", i * 10}, {"drops", i * 5}});
	EXPECT_THAT(alerts_, SizeIs(3)); // after 1, 32 and 63 seconds: 0.03333 is a little less than one in 30
	EXPECT_THAT(drops_->totals(), HasSubstr("Too many events dropped: in 63 seconds, acted on in 3\n"));
}

TEST_F(EventDropsTest, are_only_counted_where_there_is_no_action)
{
	EventDropsConfig config;
	config.log = config.alert = false;
	make(config);
	second({{"events", 10}, {"drops", 5}});
	EXPECT_THAT(log_, SizeIs(0));
	EXPECT_THAT(drops_->totals(), HasSubstr("Too many events dropped: in 1 second, acted on in 0\n"));
}

TEST_F(EventDropsTest, without_any_event_are_the_worst)
{
	EventDropsConfig config;
	config.threshold = 0.9;
	make(config);
	second({{"events", 0}, {"drops", 1}});
	EXPECT_THAT(alerts_, SizeIs(1));
}

TEST_F(EventDropsTest, may_end_falco)
{
	EventDropsConfig config;
	config.log = config.alert = false;
	config.exit = true;
	make(config);
	second({{"events", 10}, {"drops", 9}});
	EXPECT_THAT(log_, SizeIs(0));
	EXPECT_THAT(alerts_, SizeIs(0));
	EXPECT_THAT(exits_, ElementsAre(HasSubstr("9 of 10 system calls were dropped")));
}

TEST_F(EventDropsTest, can_be_simulated_and_are_not_counted_then)
{
	EventDropsConfig config;
	config.simulate = true;
	make(config);
	second({{"events", 40}, {"drops", 0}});
	EXPECT_THAT(log_, ElementsAre(HasSubstr(" 40 system calls dropped")));
	EXPECT_THAT(drops_->totals(), HasSubstr("Events dropped: 0\n"));
	make(config);
	second({}); // of a source that counts nothing
	EXPECT_THAT(log_, ElementsAre(HasSubstr(" 40 "), HasSubstr(" 1 system calls dropped")));
}

TEST_F(EventDropsTest, are_summed_up_over_captures)
{
	make();
	EXPECT_EQ(drops_->totals(), "");
	second({{"events", 100}, {"drops", 0}, {"drops.buffer", 0}, {"drops.bug", 0}});
	second({{"events", 300}, {"drops", 3}, {"drops.buffer", 2}, {"drops.bug", 0}});
	drops_->end_capture();
	second({{"events", 50}, {"drops", 1}, {"drops.buffer", 1}, {"drops.bug", 0}});
	EXPECT_EQ(drops_->totals(), "Events captured: 350\nEvents dropped: 4\n   buffer: 3\n");
}

TEST_F(EventDropsTest, do_not_believe_a_counter_that_falls)
{
	make();
	second({{"events", 100}, {"drops", 2}});
	second({{"events", 90}, {"drops", 1}});
	EXPECT_THAT(alerts_, SizeIs(0));
	EXPECT_EQ(drops_->totals(), "Events captured: 100\nEvents dropped: 2\n");
}

} // namespace
} // namespace falco::host
