// SPDX-License-Identifier: Apache-2.0
//
// The outputs that come with falco, each with what it sends to, and the documentation's examples of them.
#include "tests/e2e/background.hpp"
#include "tests/e2e/fixture.hpp"
#include "tests/support/kafka.hpp"
#include "tests/support/servers.hpp"

#include <fstream>
#include <regex>
#include <set>
#include <sstream>

using namespace falco::test;
using testing::HasSubstr;
using testing::SizeIs;

namespace {

constexpr const char *kTopic = "falco-alerts";
constexpr int kPartitions = 3;

std::string doc(const std::string &name)
{
	std::ostringstream text;
	text << std::ifstream(FALCO_SOURCE_DIR "/docs/" + name).rdbuf();
	return text.str();
}

// The text between ```yaml and ``` of a page, for each such block.
std::vector<std::string> yaml_blocks(const std::string &page)
{
	const std::string begin = "```yaml\n", end = "\n```";
	std::vector<std::string> blocks;
	for (size_t at = 0; (at = page.find(begin, at)) != std::string::npos;) {
		const size_t from = at + begin.size();
		at = page.find(end, from);
		blocks.push_back(page.substr(from, at + 1 - from));
	}
	return blocks;
}

std::string replaced(std::string text, const std::string &what, const std::string &with)
{
	for (size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
		text.replace(at, what.size(), with);
	return text;
}

} // namespace

class ShippedOutputs : public FalcoTest {
protected:
	ShippedOutputs() { dir_.write("rules.yaml", "one 4 seen %name\n"); }

	// A configuration of its own file with a made-up source and these further lines.
	std::string configure(const std::string &name, int events, const std::string &more)
	{
		return dir_.write(name, "log_syslog: false\nlog_stderr: true\nsource: " + kFakes +
						"source-fake.so\nmatcher: " + kFakes +
						"matcher-fake.so\nplugins:\n  - {library: " + kFakes +
						"source-fake.so, config: {events: " + std::to_string(events) + "}}\n" +
						more);
	}
	Finished run_with(int events, const std::string &more)
	{
		configure("falco.yaml", events, more);
		return run({});
	}
};

TEST_F(ShippedOutputs, a_program_in_the_words_of_the_original)
{
	const Finished falco = run_with(3, "program_output: {enabled: true, keep_alive: true, program: \"cat >>" +
						   dir_.file("kept") + "\"}\n");
	EXPECT_EQ(falco.status, 0) << falco.err;
	EXPECT_THAT(lines_of(dir_.read("kept")), SizeIs(3));
	EXPECT_EQ(run_with(3, "program_output: {enabled: true, program: \"cat >>" + dir_.file("each") + "\"}\n").status,
		  0);
	EXPECT_THAT(lines_of(dir_.read("each")), SizeIs(3));
}

TEST_F(ShippedOutputs, a_program_has_no_privileges)
{
	const Finished falco =
		run_with(1, "program_output: {enabled: true, program: \"grep ^CapEff /proc/self/status >" +
				    dir_.file("status") + "\"}\n");
	EXPECT_EQ(falco.status, 0) << falco.err;
	EXPECT_EQ(dir_.read("status"), "CapEff:\t0000000000000000\n");
}

TEST_F(ShippedOutputs, an_alert_that_a_program_fails_on_counts_as_lost)
{
	const Finished falco = run_with(1, "program_output: {enabled: true, program: \"exit 4\", retry: {first_ms: 1, "
					   "give_up_after: 50ms}}\n");
	EXPECT_EQ(falco.status, 1);
	EXPECT_THAT(falco.err, HasSubstr("output 'program' lost 1 alert"));
	EXPECT_THAT(falco.err, HasSubstr("/bin/sh: exit status 4"));
}

TEST_F(ShippedOutputs, a_web_server_that_is_busy_at_first)
{
	const ScriptedWebServer server(dir_.path(), "503\n503\n204\n");
	const Finished falco = run_with(200, "json_output: true\nhttp_output: {enabled: true, body: array, url: \"" +
						     server.url() + "\"}\n");
	EXPECT_EQ(falco.status, 0) << falco.err;
	size_t got = 0;
	for (const std::string &line : lines_of(dir_.read("requests"))) {
		const auto request = nlohmann::json::parse(line);
		if (request["status"] == "204") got += nlohmann::json::parse(request["body"].get<std::string>()).size();
	}
	EXPECT_EQ(got, 200u);
}

// However long its alerts may wait otherwise.
TEST_F(ShippedOutputs, an_alert_that_a_web_server_refuses_does_not_hold_the_spool)
{
	const ScriptedWebServer server(dir_.path(), "400-if:close\n");
	const Finished falco = run_with(
		3, "http_output: {enabled: true, retry: {first_ms: 1, max_ms: 2}, spool: {dir: " + dir_.file("spool") +
			   "}, url: \"" + server.url() + "\"}\n");
	EXPECT_EQ(falco.status, 1); // a replay that lost an alert
	EXPECT_THAT(falco.err, HasSubstr("output 'http' lost 1 alert: HTTP status 400"));
	EXPECT_THAT(falco.out, HasSubstr("http: accepted 3, delivered 2, dropped 0 (queue full), lost 1"));
	size_t got = 0;
	for (const std::string &line : lines_of(dir_.read("requests")))
		got += nlohmann::json::parse(line)["status"] == "204" ? 1 : 0;
	EXPECT_EQ(got, 2u); // each once
}

TEST_F(ShippedOutputs, a_syslog_server_over_tls)
{
	const int port = free_port();
	make_certificates(dir_.file(""));
	const Rsyslog rsyslog(dir_.file(""), "tls", port);
	const Finished falco = run_with(
		100, "syslog_output: {enabled: true, server: localhost, port: " + std::to_string(port) +
			     ", protocol: tls, structured_data: falco@32473, tls: {ca: " + dir_.file("ca.pem") +
			     ", cert: " + dir_.file("client.pem") + ", key: " + dir_.file("client.key") + "}}\n");
	EXPECT_EQ(falco.status, 0) << falco.err;
	EXPECT_THAT(wait_for_lines(rsyslog.messages(), 100), SizeIs(100));
}

// Each run counts its alerts from 1; what tells those of different runs apart is the id.
TEST_F(ShippedOutputs, a_syslog_server_can_tell_the_runs_apart)
{
	constexpr int kRuns = 2, kEach = 5;
	const int port = free_port();
	const Rsyslog rsyslog(dir_.file(""), "tcp", port);
	for (int run = 0; run < kRuns; ++run) {
		const Finished falco = run_with(
			kEach, "syslog_output: {enabled: true, server: localhost, port: " + std::to_string(port) +
				       ", protocol: tcp, structured_data: falco@32473}\n");
		EXPECT_EQ(falco.status, 0) << falco.err;
	}
	std::set<std::string> ids, runs;
	std::multiset<std::string> sequences;
	const std::regex id("\\[falco@32473 id=\"([0-9a-f]+)-([0-9]+)\"");
	for (const std::string &line : wait_for_lines(rsyslog.messages(), kRuns * kEach)) {
		std::smatch found;
		ASSERT_TRUE(std::regex_search(line, found, id)) << line;
		ids.insert(found[0]);
		runs.insert(found[1]);
		sequences.insert(found[2]);
	}
	EXPECT_EQ(ids.size(), size_t{kRuns * kEach});
	EXPECT_EQ(runs.size(), size_t{kRuns});
	for (int i = 1; i <= kEach; ++i)
		EXPECT_EQ(sequences.count(std::to_string(i)), size_t{kRuns}) << i;
}

// What docs/FLEET.md shows: several falcos, one topic, and kcat.
TEST_F(ShippedOutputs, a_fleet_writes_into_one_topic)
{
	constexpr int kHosts = 3, kEach = 300;
	const KafkaCluster cluster(3, kTopic, kPartitions);
	const std::string page = doc("FLEET.md");
	const auto blocks = yaml_blocks(page);
	ASSERT_FALSE(blocks.empty());
	const std::string block =
		replaced(blocks[0], "kafka1.example.org:9092, kafka2.example.org:9092", cluster.brokers());
	EXPECT_THAT(block, HasSubstr(cluster.brokers()));

	std::vector<std::unique_ptr<Background>> fleet;
	for (int host = 0; host < kHosts; ++host) {
		const std::string config = configure("host" + std::to_string(host) + ".yaml", kEach, block);
		fleet.push_back(std::make_unique<Background>(std::vector<std::string>{"-c", config, "-r", rules_}));
	}
	for (const auto &falco : fleet) {
		EXPECT_EQ(falco->wait(), 0) << falco->log();
		EXPECT_THAT(falco->log(), testing::Not(HasSubstr("keep their capabilities")));
	}

	const auto messages = consume(cluster.brokers(), kTopic, kPartitions, kHosts * kEach);
	std::set<std::string> ids, runs;
	for (const KafkaMessage &message : messages) {
		EXPECT_TRUE(nlohmann::json::accept(message.value)) << message.value;
		ids.insert(message.id);
		runs.insert(message.id.substr(0, message.id.find('-')));
	}
	EXPECT_EQ(ids.size(), size_t{kHosts * kEach});
	EXPECT_EQ(runs.size(), size_t{kHosts});

	int commands = 0;
	for (const std::string &line : lines_of(page)) {
		if (line.rfind("    kcat ", 0) != 0) continue;
		++commands;
		const Finished kcat =
			run_program("/bin/sh", {"-c", line},
				    {.directory = dir_.file(""), .environment = {"BROKERS=" + cluster.brokers()}});
		EXPECT_EQ(kcat.status, 0) << line << kcat.err;
		EXPECT_FALSE(kcat.out.empty()) << line;
	}
	EXPECT_GE(commands, 4);
}

TEST_F(ShippedOutputs, a_cluster_that_comes_late_gets_every_alert)
{
	KafkaCluster cluster(1, kTopic, kPartitions);
	cluster.down();
	configure("falco.yaml", 500,
		  "kafka_output: {enabled: true, brokers: [\"" + cluster.brokers() + "\"], topic: " + kTopic + "}\n");
	Background falco({"-c", config_, "-r", rules_});
	ASSERT_TRUE(falco.wait_for_log("not acknowledged")) << falco.log();
	cluster.up();
	EXPECT_EQ(falco.wait(), 0) << falco.log();
	EXPECT_THAT(consume(cluster.brokers(), kTopic, kPartitions, 500), SizeIs(500));
}

TEST_F(ShippedOutputs, the_examples_of_the_documentation_load)
{
	setenv("ALERTS_TOKEN", "x", 1);
	setenv("KAFKA_PASSWORD", "x", 1);
	int examples = 0;
	for (const char *page : {"OUTPUTS.md", "FLEET.md", "ABI.md", "../README.md"}) {
		for (const std::string &block : yaml_blocks(doc(page))) {
			if (block.find("output") == std::string::npos || block.rfind("- rule", 0) == 0) continue;
			++examples;
			configure("falco.yaml", 1, "");
			// The fakes have fewer fields, and nobody has the plugin of acme.
			const std::string known =
				replaced(block, "/opt/acme/output-acme.so", kFakes + "output-fake.so");
			dir_.write("example.yaml", replaced(replaced(known, "proc.name", "name"), "fd.name", "number"));
			const Finished falco = run({"--dry-run", "-o", "config_files[]=" + dir_.file("example.yaml"),
						    "-o", "stdout_output.enabled=true"});
			EXPECT_EQ(falco.status, 0) << block << falco.err;
			EXPECT_THAT(falco.err, testing::Not(HasSubstr("unknown"))) << block;
		}
	}
	EXPECT_GE(examples, 10);
}
