// SPDX-License-Identifier: Apache-2.0
//
// Many alerts through several outputs of different tempers at once; mostly for the thread sanitizer.
#include "tests/unit/pipeline/rig.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace falco::host::test {

namespace {

constexpr size_t kAlerts = 20000;

InstanceConfig instance(const char *name, OnFull on_full, Format format)
{
	InstanceConfig config = Rig::instance(name);
	config.queue = {50, on_full};
	config.retry = {std::chrono::milliseconds(1), std::chrono::milliseconds(1), std::chrono::milliseconds(20000)};
	config.format = format;
	return config;
}

} // namespace

TEST(OutputsStress, every_alert_is_accounted_for)
{
	FakeOutput plain, batching({true, true, false}), flaky({true, false, true}), newest;
	flaky.answer(std::deque<falco_status>(40, FALCO_ERR_RETRY));
	flaky.answer_flush(std::deque<falco_status>(40, FALCO_ERR_RETRY));
	batching.take_at_most(7);
	Rig rig;
	rig.settings.metrics = true;
	rig.add(plain, instance("plain", OnFull::block, Format::text));
	rig.add(batching, instance("batching", OnFull::block, Format::json));
	rig.add(flaky, instance("flaky", OnFull::drop_new, Format::json));
	rig.add(newest, instance("newest", OnFull::drop_old, Format::text));
	rig.start({simple_rule("a", 1), simple_rule("b", 6)});

	const auto ignore = [](void *, const char *, uint64_t) {};
	std::atomic<bool> done{false};
	std::thread reader([&] {
		while (!done) {
			rig.outputs->report();
			rig.outputs->metrics({sizeof(falco_metric_sink), 0, nullptr, ignore, ignore});
		}
	});
	std::thread rotation([&] {
		while (!done)
			rig.outputs->reopen();
	});
	for (size_t i = 0; i < kAlerts; ++i)
		rig.deliver(std::to_string(i), i % 2);
	EXPECT_TRUE(rig.outputs->drain(Drain::finish));
	done = true;
	reader.join();
	rotation.join();

	for (const Outputs::Report &report : rig.outputs->report()) {
		EXPECT_EQ(report.lost, 0u) << report.name;
		const uint64_t offered = report.name == "newest" ? report.accepted : report.accepted + report.dropped;
		EXPECT_EQ(offered, kAlerts) << report.name;
		EXPECT_EQ(report.delivered + report.dropped, kAlerts) << report.name;
	}
	EXPECT_EQ(plain.sequences().size(), kAlerts);
	EXPECT_EQ(batching.sequences().size(), kAlerts);
	EXPECT_EQ(rig.report(0).dropped + rig.report(1).dropped, 0u);
}

TEST(OutputsStress, a_run_may_end_at_any_moment)
{
	for (int round = 0; round < 200; ++round) {
		FakeOutput fake({true, round % 2 == 0, true});
		Rig rig;
		rig.add(fake);
		rig.start();
		for (int i = 0; i < round % 7; ++i)
			rig.deliver("x");
		EXPECT_TRUE(rig.outputs->drain(round % 3 == 0 ? Drain::hurry : Drain::finish));
		EXPECT_EQ(rig.report().delivered, static_cast<uint64_t>(round % 7));
	}
}

} // namespace falco::host::test
