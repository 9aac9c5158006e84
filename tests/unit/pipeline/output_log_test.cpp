// SPDX-License-Identifier: Apache-2.0
#include "host/pipeline/output_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace falco::host {

namespace {

using std::chrono::seconds;
using testing::ElementsAre;

class OutputLogTest : public testing::Test {
protected:
	std::vector<std::string> lines;
	OutputLog log{"x", [this](falco_level, const std::string &text) { lines.push_back(text); }};
	const OutputLog::Time start{seconds(1000)};
};

} // namespace

TEST_F(OutputLogTest, tells_the_first_at_once_and_then_sums)
{
	log.dropped(1, start);
	for (int i = 0; i < 10; ++i)
		log.dropped(1, start + seconds(1));
	log.dropped(1, start + seconds(5));
	EXPECT_THAT(lines, ElementsAre("output 'x' dropped 1 alert: its queue is full",
				       "output 'x' dropped 11 alerts, 12 so far: its queue is full"));
}

TEST_F(OutputLogTest, tells_of_losses_apart_from_drops)
{
	log.dropped(1, start);
	log.lost(2, "no room", start);
	EXPECT_THAT(lines,
		    ElementsAre("output 'x' dropped 1 alert: its queue is full", "output 'x' lost 2 alerts: no room"));
}

TEST_F(OutputLogTest, writes_sums_when_they_are_due_or_asked_for)
{
	log.lost(1, "no room", start);
	log.lost(3, "no room", start + seconds(1));
	log.write_sums(start + seconds(2));
	EXPECT_EQ(lines.size(), 1u);
	log.write_sums(start + seconds(6));
	EXPECT_EQ(lines.back(), "output 'x' lost 3 alerts, 4 so far: no room");
	log.lost(1, "no room", start + seconds(7));
	log.write_sums(start + seconds(7), true);
	log.write_sums(start + seconds(7), true);
	EXPECT_EQ(lines.size(), 3u);
	EXPECT_EQ(lines.back(), "output 'x' lost 1 alert, 5 so far: no room");
}

TEST_F(OutputLogTest, tells_of_trouble_once_and_of_its_end)
{
	log.retrying("no room", start);
	log.retrying("no room", start + seconds(60));
	log.works();
	log.works();
	EXPECT_THAT(lines, ElementsAre("output 'x': no room; trying again", "output 'x' works again"));
}

TEST_F(OutputLogTest, tells_of_trouble_that_comes_and_goes_as_rarely)
{
	for (int i = 0; i < 100; ++i) {
		log.retrying("no room", start);
		log.works();
	}
	EXPECT_EQ(lines.size(), 2u);
	log.retrying("no room", start + seconds(5));
	EXPECT_EQ(lines.size(), 3u);
}

} // namespace falco::host
