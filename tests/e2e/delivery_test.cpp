// SPDX-License-Identifier: Apache-2.0
//
// How outputs deliver: templates, deduplication, and the spool, with the real program that is killed, finds no room, or
// meets a second one.
#include "tests/e2e/background.hpp"
#include "tests/e2e/delivery_fixture.hpp"
#include "tests/e2e/metrics_file.hpp"

#include <chrono>
#include <csignal>
#include <filesystem>
#include <map>
#include <random>
#include <regex>
#include <set>
#include <thread>

using namespace falco::test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

namespace {

class Delivery : public DeliveryTest {
protected:
	std::string file_output() const { return spooled_output("filename: " + dir_.file("alerts")); }
};

} // namespace

TEST_F(Delivery, fills_in_templates_with_fields_that_no_rule_shows)
{
	dir_.write("rules.yaml", kRules);
	dir_.write("falco.yaml",
		   "log_syslog: false\nlog_stderr: true\nstdout_output: {enabled: true, format: json}\n"
		   "json_include_output_fields_property: true\n"
		   "file_output:\n  enabled: true\n  filename: " +
			   dir_.file("alerts") +
			   "\n  format: template\n  template: '%rule|%priority|%proc.name|%evt.type|%5fd.num|'\n");
	const Finished falco = replay(kTraces + "mixed.scap");
	EXPECT_EQ(falco.status, 0) << falco.err;
	const auto lines = lines_of(dir_.read("alerts"));
	ASSERT_THAT(lines, SizeIs(3));
	for (const auto &line : lines)
		EXPECT_THAT(line, testing::MatchesRegex("write_etc\\|Warning\\|[a-z]+\\|open(at)?\\|[0-9]+ *\\|"));
	EXPECT_THAT(falco.out, HasSubstr("\"output_fields\":{"));
	EXPECT_THAT(falco.out, Not(HasSubstr("evt.type"))); // asked for by the other output
}

TEST_F(Delivery, refuses_fields_that_there_are_not)
{
	dir_.write("rules.yaml", kRules);
	const std::string head = "log_syslog: false\nlog_stderr: true\nstdout_output:\n  enabled: true\n";
	dir_.write("falco.yaml", head + "  format: template\n  template: '%proc.nam'\n");
	EXPECT_THAT(replay(kTraces + "mixed.scap").err,
		    HasSubstr("falco.yaml:6:13: unknown field 'proc.nam' (did you mean 'proc.name'?)"));
	dir_.write("falco.yaml", head + "  dedup: {by: [proc.name, proc.pud]}\n");
	EXPECT_THAT(replay(kTraces + "mixed.scap").err, HasSubstr("falco.yaml:5:27: unknown field 'proc.pud'"));
	dir_.write("falco.yaml", head + "  format: template\n  template: '%rul'\n");
	EXPECT_THAT(replay(kTraces + "mixed.scap").err,
		    HasSubstr("falco.yaml:6:13: unknown field 'rul' (did you mean 'rule'?)"));
	dir_.write("falco.yaml", head + "  batch: {max_alerts: 5}\n");
	EXPECT_THAT(replay(kTraces + "mixed.scap").err,
		    HasSubstr("falco.yaml:5:10: output 'stdout': batch: this plugin takes one alert after the other"));
}

TEST_F(Delivery, tells_of_repeated_alerts_once)
{
	dir_.write("rules.yaml", kRules);
	dir_.write("falco.yaml", "log_syslog: false\nlog_stderr: true\nstdout_output:\n  enabled: true\n"
				 "  dedup: {by: [user.name], window: 1h}\n");
	const Finished falco = replay(kTraces + "mixed.scap");
	EXPECT_EQ(falco.status, 0) << falco.err;
	const auto alerts = alerts_in(falco.out);
	ASSERT_THAT(alerts, SizeIs(2));
	EXPECT_THAT(alerts[1], HasSubstr(" (2 more like it from "));
	EXPECT_THAT(falco.out,
		    HasSubstr("Outputs:\n   stdout: accepted 2, delivered 2, dropped 0 (queue full), lost 0, "
			      "deduplicated 2\n"));
}

// Whatever the moment of death: what was accepted is delivered, in order.
TEST_F(Delivery, of_spooled_alerts_outlives_falco_being_killed)
{
	configure("{until: " + dir_.file("enough") + "}",
		  file_output() + "    queue: {capacity: 50, on_full: block}\n");
	std::set<std::string> accepted;
	std::minstd_rand random(20160606);
	for (int round = 0; round < 12; ++round) {
		Background falco({"-c", config_, "-r", rules_});
		ASSERT_TRUE(falco.wait_for_log("Reading events")) << falco.log();
		const auto size = [&] {
			std::error_code none;
			const auto bytes = std::filesystem::file_size(dir_.file("alerts"), none);
			return none ? 0 : bytes;
		};
		const auto enough = size() + random() % 30000;
		const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
		while (size() < enough && std::chrono::steady_clock::now() < deadline)
			std::this_thread::sleep_for(std::chrono::microseconds(random() % 1000));
		falco.signal(SIGKILL);
		EXPECT_EQ(falco.wait(), 128 + SIGKILL);
		const auto waiting = spooled();
		accepted.insert(waiting.begin(), waiting.end());
	}
	EXPECT_FALSE(accepted.empty());
	dir_.write("enough", "");
	const Finished last = run({});
	EXPECT_EQ(last.status, 0) << last.err;
	EXPECT_THAT(spooled(), IsEmpty());

	std::map<std::string, uint64_t> runs; // the last number of each
	const std::regex whole("[0-9a-f]{16}-[0-9]+ [0-9]+");
	size_t cut_off = 0; // where falco was killed in the middle of a line: it comes again
	for (const std::string &line : lines_of(dir_.read("alerts"))) {
		const size_t dash = 16;
		const auto number_in = [&line](size_t at) { return std::stoull(line.substr(at)); };
		if (!std::regex_match(line, whole) || number_in(line.find(' ') + 1) < number_in(dash + 1)) {
			cut_off++;
			continue;
		}
		accepted.erase(line.substr(0, line.find(' ')));
		uint64_t &last_number = runs[line.substr(0, dash)];
		const uint64_t number = std::stoull(line.substr(dash + 1));
		EXPECT_EQ(number, std::stoull(line.substr(line.find(' ') + 1))); // the id belongs to the alert
		EXPECT_LE(number, last_number + 1) << "a gap in " << line;
		last_number = std::max(last_number, number);
	}
	EXPECT_THAT(accepted, IsEmpty()); // all were delivered
	EXPECT_GE(runs.size(), 2u);
	EXPECT_LE(cut_off, 12u);
}

TEST_F(Delivery, from_a_spool_goes_on_without_room_on_the_disk)
{
	configure("{events: 3000}",
		  "    config: {path: " + dir_.file("alerts") + ", busy: 1000000}\n    spool: {dir: " +
			  dir_.file("spool") + ", on_full: drop_new}\n    queue: {on_full: block}\n",
		  "output-fake.so");
	// No file may be larger than 400 KiB.
	const Finished full =
		run_program("/bin/bash", {"-c", "ulimit -f 400; exec \"$@\"", "bash", FALCO_BINARY_DIR "/falco", "-c",
					  config_, "-r", rules_, "-o", "output_timeout=100", "-o",
					  "metrics.enabled=true", "-o", "metrics.output_file=" + dir_.file("metrics")});
	EXPECT_EQ(full.status, 0) << full.err;
	EXPECT_THAT(full.err, HasSubstr("output 'out' dropped "));
	EXPECT_THAT(full.err, HasSubstr("its spool cannot be written: "));
	std::smatch counts;
	ASSERT_TRUE(std::regex_search(full.out, counts,
				      std::regex("out: accepted ([0-9]+), delivered 0, .*dropped "
						 "([0-9]+) \\(spool full\\), waiting ([0-9]+)")))
		<< full.out;
	EXPECT_EQ(std::stoul(counts[1]) + std::stoul(counts[2]), 3000u);
	EXPECT_EQ(counts[1], counts[3]);
	EXPECT_GT(std::stoul(counts[1]), 0u);
	EXPECT_THAT(dir_.read("metrics"), HasSubstr("\"output.out.dropped_spool\":" + counts[2].str()));

	configure("{events: 0}",
		  "    config: {path: " + dir_.file("alerts") + "}\n    spool: {dir: " + dir_.file("spool") + "}\n",
		  "output-fake.so");
	const Finished after = run({});
	EXPECT_EQ(after.status, 0) << after.err;
	EXPECT_THAT(lines_of(dir_.read("alerts")), SizeIs(std::stoul(counts[1])));
}

TEST_F(Delivery, from_a_damaged_spool_begins_anew)
{
	std::filesystem::create_directory(dir_.file("spool"));
	dir_.write("spool/out.db", std::string(20000, 'x'));
	configure("{events: 5}", file_output());
	const Finished falco = run({});
	EXPECT_EQ(falco.status, 1) << falco.err; // nobody knows what was in it
	EXPECT_THAT(falco.err, HasSubstr("output 'out': the spool " + dir_.file("spool/out.db") + " is damaged"));
	EXPECT_THAT(falco.err, HasSubstr("an unknown number of alerts, which counts as 1"));
	EXPECT_THAT(falco.out, HasSubstr("out: accepted 5, delivered 5, dropped 0 (queue full), lost 1"));
	EXPECT_THAT(lines_of(dir_.read("alerts")), SizeIs(5));
	EXPECT_EQ(run({}).status, 0);
}

TEST_F(Delivery, goes_on_when_somebody_empties_the_files_of_its_spool)
{
	configure("{events: 500, endless: true}",
		  "    config: {path: " + dir_.file("alerts") + ", busy: 1000000}\n    spool: {dir: " +
			  dir_.file("spool") + "}\n    queue: {on_full: block}\n",
		  "output-fake.so");
	const MetricsFile metrics(dir_);
	std::vector<std::string> arguments = metrics.options();
	arguments.insert(arguments.end(), {"-c", config_, "-r", rules_});
	Background falco(arguments);
	ASSERT_TRUE(falco.wait_for_log("the fake destination is busy")) << falco.log();
	// While alerts come, files that were emptied grow again.
	metrics.wait_for("output.out.accepted", 500);
	for (const char *name : {"out.db", "out.db-wal"}) { // falco may look between the two
		std::error_code gone;
		std::filesystem::resize_file(dir_.file("spool/") + name, 0, gone);
	}
	EXPECT_TRUE(falco.wait_for_log("emptied): moved to")) << falco.log();
	falco.signal(SIGTERM);
	EXPECT_EQ(falco.wait(), 0) << falco.log();
}

TEST_F(Delivery, has_no_spool_together_with_another_falco)
{
	configure("{events: 1, endless: true}", file_output());
	Background first({"-c", config_, "-r", rules_});
	ASSERT_TRUE(first.wait_for_log("Reading events")) << first.log();
	const Finished second = run({});
	EXPECT_EQ(second.status, 1);
	EXPECT_THAT(second.err, HasSubstr("output 'out': the spool " + dir_.file("spool/out.db") +
					  " is in use by another falco (process " + std::to_string(first.pid()) + ")"));
	first.signal(SIGTERM);
	EXPECT_EQ(first.wait(), 0) << first.log();
	EXPECT_EQ(run({"-o", "plugins[0].config.events=0", "-o", "plugins[0].config.endless=false"}).status, 0);
}

TEST_F(Delivery, goes_on_from_the_spool_after_a_reload)
{
	const auto output = [&](const char *busy) {
		return "    config: {path: " + dir_.file("alerts") + ", busy: " + busy +
		       "}\n    spool: {dir: " + dir_.file("spool") + "}\n    queue: {on_full: block}\n";
	};
	configure("{events: 500, endless: true}", output("1000000"), "output-fake.so");
	Background falco({"-c", config_, "-r", rules_, "-o", "watch_config_files=false"});
	ASSERT_TRUE(falco.wait_for_log("the fake destination is busy")) << falco.log();
	configure("{events: 500, endless: true}", output("0"), "output-fake.so");
	falco.signal(SIGHUP);
	ASSERT_TRUE(falco.wait_for_log("Reloaded ")) << falco.log();
	const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
	while ((!std::filesystem::exists(dir_.file("alerts")) || lines_of(dir_.read("alerts")).size() < 500) &&
	       std::chrono::steady_clock::now() < deadline)
		std::this_thread::sleep_for(std::chrono::milliseconds(2));
	falco.signal(SIGTERM);
	EXPECT_EQ(falco.wait(), 0) << falco.log();
	EXPECT_THAT(lines_of(dir_.read("alerts")), SizeIs(500));
}
