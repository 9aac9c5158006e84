// SPDX-License-Identifier: Apache-2.0
//
// metrics: what falco and its plugins count, in a file.
#include "tests/e2e/background.hpp"
#include "tests/e2e/rogue_fixture.hpp"

#include <nlohmann/json.hpp>

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

using namespace falco::test;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

class Metrics : public RogueTest {
protected:
	std::string block(const std::string &more = "") const
	{
		return "metrics: {enabled: true, output_file: " + dir_.file("metrics") + more + "}\n";
	}

	// Every line is an object with the metrics and the time.
	std::vector<nlohmann::json> written() const
	{
		std::vector<nlohmann::json> all;
		for (const std::string &line : lines_of(dir_.read("metrics"))) {
			const auto one = nlohmann::json::parse(line);
			EXPECT_THAT(one["time"].get<std::string>(), testing::EndsWith("Z"));
			all.push_back(one["metrics"]);
		}
		return all;
	}
};

TEST_F(Metrics, are_written_at_the_end_with_what_became_of_each_alert)
{
	source_ += ", metrics: [{events: 70, drops: 3}]";
	const Finished falco = run_rogue("", "filter: {priority: warning}", block());
	EXPECT_EQ(falco.status, 0) << falco.err;
	ASSERT_THAT(written(), SizeIs(1));
	const nlohmann::json values = written().front();
	EXPECT_EQ(values["source.fake.events"], 70);
	EXPECT_EQ(values["source.fake.drops"], 3);
	EXPECT_EQ(values["output.rogue.accepted"], 10);
	EXPECT_EQ(values["output.rogue.delivered"], 10);
	for (const char *none : {"retried", "filtered", "deduplicated", "dropped", "dropped_spool", "dropped_old",
				 "dropped_crash", "lost", "waiting", "oldest_ms"})
		EXPECT_EQ(values["output.rogue." + std::string(none)], 0) << none;
	EXPECT_EQ(values["output.rogue.rogue.writes"], 10); // the plugin's own
}

TEST_F(Metrics, come_from_a_process_of_its_own_too)
{
	const Finished falco = run_rogue("", "filter: {priority: critical}, isolation: process", block());
	EXPECT_EQ(falco.status, 0) << falco.err;
	const nlohmann::json values = written().at(0);
	EXPECT_EQ(values["output.rogue.filtered"], 10);
	EXPECT_EQ(values["output.rogue.accepted"], 0);
	EXPECT_EQ(values["output.rogue.rogue.writes"], 0);
	EXPECT_GT(values["output.rogue.rogue.pid"], 1);
}

TEST_F(Metrics, tell_of_alerts_at_which_process_after_process_ended)
{
	const Finished falco = run_rogue("habit: poisoned, at: 1, " + once_, "isolation: process", block(),
					 kFakes + "output-rogue-flush.so");
	EXPECT_EQ(falco.status, 1) << falco.err;
	const nlohmann::json values = written().back();
	EXPECT_EQ(values["output.rogue.dropped_crash"], 1);
	EXPECT_EQ(values["output.rogue.accepted"], 10);
	EXPECT_EQ(values["output.rogue.delivered"], 9);
	EXPECT_EQ(values["output.rogue.lost"], 0);
}

// Such a name may be anything, and the other metrics are none the worse.
TEST_F(Metrics, leave_out_what_has_a_name_that_is_none)
{
	for (const char *keys : {"", "isolation: process"}) {
		const Finished falco = run_rogue("habit: metric", keys, block());
		EXPECT_EQ(falco.status, 0) << keys << falco.err;
		EXPECT_THAT(falco.err, HasSubstr("rogue: metrics gave the name 'not UTF-8 "));
		EXPECT_THAT(written().back().dump(), Not(HasSubstr("UTF-8")));
		EXPECT_EQ(written().back()["output.rogue.rogue.writes"], 10);
	}
}

TEST_F(Metrics, leave_out_those_of_a_source_too)
{
	source_ += R"(, metrics: [{"Up High": 1, events: 70}])";
	const Finished falco = run_rogue("", "", block());
	EXPECT_EQ(falco.status, 0) << falco.err;
	EXPECT_THAT(falco.err, HasSubstr("metrics gave the name 'Up High': names consist of a-z, 0-9, _ and .; such"));
	EXPECT_EQ(written().back()["source.fake.events"], 70);
	EXPECT_FALSE(written().back().contains("source.fake.Up High"));
}

TEST_F(Metrics, are_written_every_interval)
{
	hold_source();
	configure("", "", block(", interval: 1s"));
	dir_.write("metrics", "");
	const int changes = inotify_init1(IN_CLOEXEC);
	ASSERT_GE(inotify_add_watch(changes, dir_.file("metrics").c_str(), IN_MODIFY), 0);
	Background falco({"-c", config_, "-r", rules_});
	pollfd wait{changes, POLLIN, 0};
	ASSERT_EQ(poll(&wait, 1, 20000), 1);
	close(changes);
	open_gate();
	EXPECT_EQ(falco.wait(), 0) << falco.log();
	EXPECT_EQ(written().front()["output.rogue.accepted"], 5);
	EXPECT_EQ(written().back()["output.rogue.accepted"], 10);
}

TEST_F(Metrics, refuse_a_file_that_cannot_be_written)
{
	const Finished falco =
		run_rogue("", "", "metrics: {enabled: true, output_file: " + dir_.file("no/file") + "}\n");
	EXPECT_EQ(falco.status, 1);
	EXPECT_THAT(falco.err, HasSubstr("metrics.output_file: " + dir_.file("no/file") + ": No such file"));
}
