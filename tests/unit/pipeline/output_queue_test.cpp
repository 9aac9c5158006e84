// SPDX-License-Identifier: Apache-2.0
#include "host/pipeline/output_queue.hpp"

#include <gtest/gtest.h>

#include <future>

namespace falco::host {

namespace {

using Put = OutputQueue::Put;
using Take = OutputQueue::Take;
using std::chrono::hours;

AlertPtr alert(uint64_t sequence)
{
	static const auto rules = std::make_shared<const RuleTexts>(std::make_shared<const RuleSet>(1));
	static const auto run = std::make_shared<const Alert::Run>(FormatOptions{}, "0123456789abcdef");
	const falco_match match{sizeof(falco_match), 0, 0, 0, nullptr};
	return std::make_shared<Alert>(match, rules, run, sequence);
}

std::vector<uint64_t> take_all(OutputQueue &queue)
{
	std::vector<AlertPtr> alerts;
	queue.take(alerts, SIZE_MAX, false);
	std::vector<uint64_t> sequences;
	for (const AlertPtr &taken : alerts)
		sequences.push_back(taken->sequence());
	return sequences;
}

const std::atomic<bool> kNoStop{false};

} // namespace

TEST(OutputQueue, is_first_in_first_out_also_around_its_end)
{
	OutputQueue queue(100);
	uint64_t put = 0, taken = 0;
	for (int round = 0; round < 50; ++round) {
		for (int i = 0; i < 70; ++i)
			ASSERT_EQ(queue.put(alert(++put)), Put::taken);
		for (const uint64_t sequence : take_all(queue))
			ASSERT_EQ(sequence, ++taken);
	}
	EXPECT_EQ(put, taken);
}

TEST(OutputQueue, is_full_at_its_capacity)
{
	OutputQueue queue(2);
	EXPECT_EQ(queue.put(alert(1)), Put::taken);
	EXPECT_EQ(queue.put(alert(2)), Put::taken);
	EXPECT_EQ(queue.put(alert(3)), Put::full);
	EXPECT_EQ(take_all(queue), (std::vector<uint64_t>{1, 2}));
}

TEST(OutputQueue, a_capacity_of_nothing_is_one)
{
	OutputQueue queue(0);
	EXPECT_EQ(queue.put(alert(1)), Put::taken);
	EXPECT_EQ(queue.put(alert(2)), Put::full);
}

TEST(OutputQueue, lets_the_oldest_go)
{
	OutputQueue queue(2);
	EXPECT_EQ(queue.put_dropping_oldest(alert(1)), Put::taken);
	EXPECT_EQ(queue.put_dropping_oldest(alert(2)), Put::taken);
	EXPECT_EQ(queue.put_dropping_oldest(alert(3)), Put::replaced_oldest);
	EXPECT_EQ(take_all(queue), (std::vector<uint64_t>{2, 3}));
}

TEST(OutputQueue, takes_no_more_than_asked)
{
	OutputQueue queue(10);
	for (uint64_t i = 1; i <= 5; ++i)
		queue.put(alert(i));
	std::vector<AlertPtr> alerts;
	EXPECT_EQ(queue.take(alerts, 3, true), Take::taken);
	EXPECT_EQ(alerts.size(), 3u);
}

TEST(OutputQueue, gives_what_waits_before_it_says_closed)
{
	OutputQueue queue(10);
	std::vector<AlertPtr> alerts;
	EXPECT_EQ(queue.take(alerts, 1, false), Take::nothing);
	queue.put(alert(1));
	queue.close();
	EXPECT_EQ(queue.put(alert(2)), Put::closed);
	EXPECT_EQ(queue.put_dropping_oldest(alert(2)), Put::closed);
	EXPECT_EQ(queue.put_before(alert(2), Clock::now() + hours(1), kNoStop), Put::closed);
	EXPECT_EQ(queue.take(alerts, 1, true), Take::taken);
	EXPECT_EQ(queue.take(alerts, 1, true), Take::closed);
}

TEST(OutputQueue, discard_closes_and_counts)
{
	OutputQueue queue(10);
	queue.put(alert(1));
	queue.put(alert(2));
	EXPECT_EQ(queue.discard(), 2u);
	EXPECT_EQ(queue.put(alert(3)), Put::closed);
	EXPECT_EQ(queue.discard(), 0u);
}

TEST(OutputQueue, waits_for_an_alert)
{
	OutputQueue queue(10);
	auto taken = std::async(std::launch::async, [&] {
		std::vector<AlertPtr> alerts;
		return queue.take(alerts, 1, true);
	});
	queue.put(alert(1));
	EXPECT_EQ(taken.get(), Take::taken);
}

TEST(OutputQueue, waits_for_room)
{
	OutputQueue queue(1);
	queue.put(alert(1));
	auto put = std::async(std::launch::async,
			      [&] { return queue.put_before(alert(2), Clock::now() + hours(1), kNoStop); });
	std::vector<AlertPtr> alerts;
	queue.take(alerts, 1, true);
	EXPECT_EQ(put.get(), Put::taken);
	EXPECT_EQ(take_all(queue), std::vector<uint64_t>{2});
}

TEST(OutputQueue, waits_no_longer_than_the_deadline)
{
	OutputQueue queue(1);
	queue.put(alert(1));
	EXPECT_EQ(queue.put_before(alert(2), Clock::now(), kNoStop), Put::full);
	EXPECT_EQ(queue.put_before(alert(2), Clock::now() + std::chrono::milliseconds(5), kNoStop), Put::full);
}

TEST(OutputQueue, stop_ends_the_wait_for_room_but_not_the_attempt)
{
	std::atomic<bool> stop{false};
	OutputQueue queue(1);
	queue.put(alert(1));
	auto put = std::async(std::launch::async,
			      [&] { return queue.put_before(alert(2), Clock::now() + hours(1), stop); });
	stop = true;
	EXPECT_EQ(put.get(), Put::full);
	take_all(queue);
	EXPECT_EQ(queue.put_before(alert(3), Clock::now() + hours(1), stop), Put::taken);
}

TEST(OutputQueue, close_ends_the_wait_for_room)
{
	OutputQueue queue(1);
	queue.put(alert(1));
	auto put = std::async(std::launch::async,
			      [&] { return queue.put_before(alert(2), Clock::now() + hours(1), kNoStop); });
	queue.discard();
	EXPECT_EQ(put.get(), Put::closed);
}

// A taker that naps for hours when it was not woken.
class NappingTaker {
public:
	explicit NappingTaker(size_t capacity) : queue(capacity, hours(1)) {}
	// Has it come back from a take, so that it naps at the next one.
	void take_first()
	{
		auto first = take();
		queue.put(alert(1));
		first.get();
	}
	std::future<size_t> take()
	{
		return std::async(std::launch::async, [this] {
			std::vector<AlertPtr> alerts;
			queue.take(alerts, SIZE_MAX, true);
			return alerts.size();
		});
	}
	OutputQueue queue;
};

TEST(OutputQueue, a_taker_that_waits_for_the_first_alert_is_woken_at_once)
{
	NappingTaker napping(1000);
	auto taken = napping.take();
	napping.queue.put(alert(1));
	EXPECT_EQ(taken.get(), 1u);
}

TEST(OutputQueue, many_alerts_end_a_nap)
{
	NappingTaker napping(1000);
	napping.take_first();
	auto taken = napping.take();
	for (uint64_t i = 2; i < 1000; ++i)
		napping.queue.put(alert(i));
	EXPECT_GE(taken.get(), 1u);
}

TEST(OutputQueue, a_full_queue_ends_a_nap)
{
	NappingTaker napping(2);
	napping.take_first();
	auto taken = napping.take();
	napping.queue.put(alert(2));
	napping.queue.put(alert(3));
	EXPECT_GE(taken.get(), 1u);
}

TEST(OutputQueue, its_end_and_whoever_wakes_the_taker_end_a_nap)
{
	for (const bool close : {true, false}) {
		NappingTaker napping(1000);
		napping.take_first();
		auto taken = napping.take();
		if (close)
			napping.queue.close();
		else
			napping.queue.wake_taker();
		EXPECT_EQ(taken.get(), 0u);
	}
}

TEST(OutputQueue, a_nap_is_no_longer_than_the_taker_wants_to_wait)
{
	NappingTaker napping(1000);
	napping.take_first();
	std::vector<AlertPtr> alerts;
	EXPECT_EQ(napping.queue.take_before(alerts, 1, Clock::now() + std::chrono::milliseconds(2)), Take::nothing);
}

TEST(OutputQueue, a_nap_ends_by_itself_with_what_has_come)
{
	OutputQueue queue(1000, std::chrono::milliseconds(1));
	for (uint64_t i = 1; i < 20; ++i) {
		auto taken = std::async(std::launch::async, [&] {
			std::vector<AlertPtr> alerts;
			queue.take(alerts, SIZE_MAX, true);
			return alerts.size();
		});
		queue.put(alert(i));
		EXPECT_EQ(taken.get(), 1u);
	}
}

} // namespace falco::host
