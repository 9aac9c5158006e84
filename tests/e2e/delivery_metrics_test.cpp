// SPDX-License-Identifier: Apache-2.0
//
// metrics of alerts that are not delivered at once, or never: each count with a value that is known.
#include "tests/e2e/background.hpp"
#include "tests/e2e/delivery_fixture.hpp"
#include "tests/e2e/metrics_file.hpp"

#include <chrono>
#include <csignal>

using namespace falco::test;
using nlohmann::json;
using testing::HasSubstr;

class DeliveryMetrics : public DeliveryTest {
protected:
	// What is counted of the output in the end, after a falco with these further arguments.
	json at_the_end(std::vector<std::string> arguments = {})
	{
		const MetricsFile metrics(dir_);
		const auto options = metrics.options();
		arguments.insert(arguments.end(), options.begin(), options.end());
		last_ = run(arguments);
		return counts_in(metrics.last());
	}

	// The counts of the output: those that are not 0, and always how many it accepted and delivered.
	static json counts_in(const json &values)
	{
		const std::string begin = "output.out.";
		json counts;
		for (const auto &[name, value] : values.items()) {
			if (name.rfind(begin, 0) != 0) continue;
			const std::string what = name.substr(begin.size());
			if (value != 0 || what == "accepted" || what == "delivered") counts[what] = value;
		}
		return counts;
	}

	// Ten alerts for an output that fails and has room for one in its hand and four in its queue: what it counts
	// then, and again later.
	void expect_when_full(const std::string &on_full, const json &expected)
	{
		configure("{events: 10, endless: true, gate_at: 1, gate: " + dir_.file("gate") + "}",
			  "    config: {filename: /dev/full}\n    queue: {capacity: 4, on_full: " + on_full +
				  "}\n    retry: {first_ms: 1, max_ms: 2, give_up_after: 1h}\n");
		const MetricsFile metrics(dir_);
		const auto began = std::chrono::steady_clock::now();
		std::vector<std::string> arguments = {"-c", config_, "-r", rules_, "-o", "output_timeout=500"};
		const auto options = metrics.options();
		arguments.insert(arguments.end(), options.begin(), options.end());
		Background falco(arguments);
		ASSERT_TRUE(falco.wait_for_log("; trying again")) << falco.log(); // the first one is in its hand
		dir_.write("gate", "");

		json first = counts_in(metrics.wait_for("output.out.dropped", expected["dropped"]));
		const json later = counts_in(metrics.wait_until([&](const json &values) {
			return values.value("output.out.oldest_ms", 0) > first.value("oldest_ms", 0) &&
			       values.value("output.out.retried", 0) > first.value("retried", 0);
		}));
		const std::chrono::duration<double, std::milli> all = std::chrono::steady_clock::now() - began;
		EXPECT_GT(first.value("retried", 0), 0);
		EXPECT_GT(first.value("oldest_ms", 0), 0);
		EXPECT_LE(later.value("oldest_ms", 0), all.count());
		for (json counts : {first, later}) {
			counts.erase("retried");
			counts.erase("oldest_ms");
			EXPECT_EQ(counts, expected);
		}

		falco.signal(SIGTERM);
		EXPECT_EQ(falco.wait(), 0) << falco.log();
		json end = counts_in(metrics.last());
		EXPECT_GE(end.value("retried", 0), later.value("retried", 0));
		end.erase("retried");
		json given_up = expected;
		given_up["lost"] = given_up["waiting"];
		given_up.erase("waiting");
		EXPECT_EQ(end, given_up);
	}

	Finished last_;
};

TEST_F(DeliveryMetrics, of_a_full_queue_that_takes_no_more)
{
	expect_when_full("drop_new", {{"accepted", 5}, {"delivered", 0}, {"dropped", 5}, {"waiting", 5}});
}

TEST_F(DeliveryMetrics, of_a_full_queue_that_lets_the_oldest_go)
{
	expect_when_full("drop_old", {{"accepted", 10}, {"delivered", 0}, {"dropped", 5}, {"waiting", 5}});
}

TEST_F(DeliveryMetrics, of_calls_that_are_made_again)
{
	configure("{events: 10}",
		  "    config: {path: " + dir_.file("alerts") + ", busy: 3}\n    retry: {first_ms: 1, max_ms: 2}\n",
		  "output-fake.so");
	const json expected = {{"accepted", 10}, {"delivered", 10}, {"retried", 3}};
	EXPECT_EQ(at_the_end(), expected);
	EXPECT_EQ(last_.status, 0) << last_.err;
}

TEST_F(DeliveryMetrics, of_alerts_that_are_given_up)
{
	configure("{events: 10}", "    config: {filename: /dev/full}\n    retry: {first_ms: 1, max_ms: 2, "
				  "give_up_after: 20ms}\n");
	json counts = at_the_end();
	EXPECT_EQ(last_.status, 1) << last_.err;
	EXPECT_GT(counts.value("retried", 0), 0);
	counts.erase("retried");
	const json expected = {{"accepted", 10}, {"delivered", 0}, {"lost", 10}};
	EXPECT_EQ(counts, expected);
}

TEST_F(DeliveryMetrics, of_repeats_and_of_alerts_that_are_not_wanted)
{
	dir_.write("rules.yaml", "r 4 event\nunwanted 6 event\n"); // each for every other event
	configure("{events: 10}", "    config: {filename: " + dir_.file("alerts") +
					  "}\n    filter: {priority: warning}\n    dedup: {by: [], window: 1h}\n");
	const json expected = {{"accepted", 2}, {"delivered", 2}, {"deduplicated", 4}, {"filtered", 5}};
	EXPECT_EQ(at_the_end(), expected);
}

TEST_F(DeliveryMetrics, of_a_spool_whose_alerts_become_too_old)
{
	configure("{events: 3}", spooled_output("filename: /dev/full"));
	json counts = at_the_end({"-o", "output_timeout=500"});
	EXPECT_GT(counts.value("retried", 0), 0);
	EXPECT_GT(counts.value("oldest_ms", 0), 0);
	counts.erase("retried");
	counts.erase("oldest_ms");
	const json left = {{"accepted", 3}, {"delivered", 0}, {"waiting", 3}};
	EXPECT_EQ(counts, left);
	configure("{events: 0}", spooled_output("filename: " + dir_.file("alerts"), ", max_age: 1ms"));
	const json too_old = {{"accepted", 0}, {"delivered", 0}, {"dropped_old", 3}};
	EXPECT_EQ(at_the_end(), too_old);
	EXPECT_THAT(last_.out, HasSubstr("dropped 3 (too old)"));
}
