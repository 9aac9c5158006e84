// SPDX-License-Identifier: Apache-2.0
//
// What delivered means for the outputs that ship: an alert that its receiver did not take stays in the spool, whether
// falco ends or goes on, and leaves it once there is a receiver that takes it.
#include "tests/e2e/background.hpp"
#include "tests/e2e/delivery_fixture.hpp"
#include "tests/e2e/metrics_file.hpp"
#include "tests/e2e/syslog_socket.hpp"
#include "tests/support/kafka.hpp"
#include "tests/support/servers.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>

using namespace falco::test;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

namespace {

constexpr int kEach = 3; // alerts of a falco, or of half of one
const std::string kOnce = "{events: 3}", kTwice = "{events: 6}";
constexpr const char *kStay = "3 of its alerts stay in the spool";

// What an output sends to.
struct Receiver {
	std::function<void()> come, go;
	// Waits for so many lines, and returns all that it has got.
	std::function<std::vector<std::string>(size_t)> lines;
};

std::string id_in(const std::string &line)
{
	return line.substr(0, line.find(' '));
}

std::string run_in(const std::string &line)
{
	return line.substr(0, line.find('-'));
}

std::string number_in(const std::string &line)
{
	return line.substr(line.find(' ') + 1);
}

// A web server that answers 204 to all.
Receiver web_server(const std::string &folder, int port)
{
	const auto server = std::make_shared<std::optional<ScriptedWebServer>>();
	const auto lines = [folder](size_t count) {
		std::vector<std::string> bodies;
		for (const std::string &request : wait_for_lines(folder + "/requests", count))
			bodies.push_back(nlohmann::json::parse(request)["body"]);
		return bodies;
	};
	return {[=] { server->emplace(folder, "204\n", port); }, [=] { server->reset(); }, lines};
}

Receiver syslog_server(const std::string &folder, const std::string &protocol, int port)
{
	const auto server = std::make_shared<std::optional<Rsyslog>>();
	const auto lines = [folder](size_t count) {
		std::vector<std::string> messages = wait_for_lines(folder + "/messages", count);
		for (std::string &message : messages)
			message.erase(0, message.find_first_not_of(' ', message.rfind('|') + 1));
		return messages;
	};
	return {[=] { server->emplace(folder, protocol, port); }, [=] { server->reset(); }, lines};
}

Receiver kafka_cluster(const std::shared_ptr<KafkaCluster> &cluster, const std::string &topic)
{
	const auto lines = [=](size_t count) {
		std::vector<std::string> values;
		for (const KafkaMessage &message : consume(cluster->brokers(), topic, 1, count)) {
			EXPECT_EQ(message.id, id_in(message.value));
			values.push_back(message.value);
		}
		return values;
	};
	return {[=] { cluster->up(); }, [=] { cluster->down(); }, lines};
}

// A program that ends with status 4, and reads nothing, while it is not ready. One that runs is killed by go.
Receiver program(const std::string &folder)
{
	const std::string ready = folder + "/ready";
	const auto go = [=] {
		std::filesystem::remove(ready);
		pid_t running = 0;
		if (std::ifstream(folder + "/pid") >> running && running > 1) kill(running, SIGKILL);
	};
	return {[=] { std::ofstream(ready) << ""; }, go,
		[=](size_t count) { return wait_for_lines(folder + "/got", count); }};
}

std::string program_config(const std::string &folder, bool keep_alive)
{
	return std::string(keep_alive ? "keep_alive: true" : "keep_alive: false") + ", program: \"test -e " + folder +
	       "/ready || exit 4; " + (keep_alive ? "echo $$ > " + folder + "/pid; " : "") + "exec cat >> " + folder +
	       "/got\"";
}

} // namespace

class SpooledOutputs : public DeliveryTest {
protected:
	std::string output(const std::string &config) const
	{
		return spooled_output(config) + "    retry: {first_ms: 5, max_ms: 20}\n";
	}

	// A falco ends without a receiver: the ids of its alerts, which are all in the spool.
	std::vector<std::string> leave_in_spool(const std::string &config, const std::string &library,
						const std::string &patience)
	{
		configure(kOnce, output(config), library);
		const Finished falco = run({"-o", "output_timeout=" + patience});
		EXPECT_EQ(falco.status, 0) << falco.err;
		EXPECT_THAT(falco.err, HasSubstr(kStay));
		EXPECT_THAT(falco.out, HasSubstr("out: accepted 3, delivered 0, dropped 0 (queue full), lost 0"));
		return spooled();
	}

	// What a falco left is delivered by the next, which finds the receiver away, too, and loses it again.
	// `patience`: output_timeout of a falco that ends without a receiver; a single call takes no longer.
	void expect_no_loss(const std::string &config, const std::string &library, const Receiver &receiver,
			    const std::string &patience = "1500")
	{
		const auto left = leave_in_spool(config, library, patience);
		ASSERT_THAT(left, SizeIs(kEach));

		configure("{events: 6, gate_at: 3, endless: true, gate: " + dir_.file("gate") + "}", output(config),
			  library);
		const MetricsFile metrics(dir_);
		std::vector<std::string> arguments = metrics.options();
		arguments.insert(arguments.end(), {"-c", config_, "-r", rules_});
		Background falco(arguments);
		ASSERT_TRUE(falco.wait_for_log("; trying again")) << falco.log();
		EXPECT_EQ(metrics.wait_for("output.out.waiting", 2 * kEach)["output.out.delivered"], 0);
		receiver.come();
		ASSERT_THAT(receiver.lines(2 * kEach), SizeIs(2 * kEach)) << falco.log();
		metrics.wait_for("output.out.waiting", 0);
		receiver.go();
		dir_.write("gate", "");
		EXPECT_EQ(metrics.wait_for("output.out.waiting", kEach)["output.out.delivered"], 2 * kEach);
		receiver.come();
		const auto lines = receiver.lines(3 * kEach);
		falco.signal(SIGTERM);
		EXPECT_EQ(falco.wait(), 0) << falco.log();
		EXPECT_THAT(spooled(), IsEmpty());
		EXPECT_THAT(falco.output(), HasSubstr("out: accepted 6, delivered 9, dropped 0 (queue full), lost 0"));
		expect_all(lines, left);
	}

	// The alerts of the falco that left these, and then those of another one.
	static void expect_all(const std::vector<std::string> &lines, const std::vector<std::string> &left)
	{
		ASSERT_THAT(lines, SizeIs(3 * kEach));
		for (size_t i = 0; i < lines.size(); ++i) {
			const bool is_left = i < left.size();
			const size_t number = is_left ? i + 1 : i + 1 - left.size();
			EXPECT_EQ(number_in(lines[i]), std::to_string(number)) << lines[i];
			EXPECT_EQ(id_in(lines[i]),
				  is_left ? left[i] : run_in(lines.back()) + "-" + std::to_string(number));
		}
		EXPECT_NE(run_in(lines.front()), run_in(lines.back()));
	}
};

TEST_F(SpooledOutputs, lose_nothing_while_a_program_for_each_alert_fails)
{
	expect_no_loss(program_config(dir_.path(), false), "output-program.so", program(dir_.path()));
}

TEST_F(SpooledOutputs, lose_nothing_while_a_program_that_should_go_on_running_ends)
{
	expect_no_loss(program_config(dir_.path(), true), "output-program.so", program(dir_.path()));
}

TEST_F(SpooledOutputs, lose_nothing_while_there_is_no_web_server)
{
	const int port = free_port();
	expect_no_loss("url: \"http://127.0.0.1:" + std::to_string(port) + "/\"", "output-http.so",
		       web_server(dir_.path(), port));
}

TEST_F(SpooledOutputs, lose_nothing_while_there_is_no_syslog_server)
{
	const int port = free_port();
	expect_no_loss("server: localhost, port: " + std::to_string(port) + ", protocol: tcp", "output-syslog.so",
		       syslog_server(dir_.path(), "tcp", port));
}

TEST_F(SpooledOutputs, lose_nothing_while_there_is_no_syslog_server_with_tls)
{
	const int port = free_port();
	make_certificates(dir_.path());
	expect_no_loss("server: localhost, port: " + std::to_string(port) +
			       ", protocol: tls, tls: {ca: " + dir_.file("ca.pem") +
			       ", cert: " + dir_.file("client.pem") + ", key: " + dir_.file("client.key") + "}",
		       "output-syslog.so", syslog_server(dir_.path(), "tls", port));
}

TEST_F(SpooledOutputs, lose_nothing_while_the_brokers_of_a_cluster_are_down)
{
	const std::string topic = "alerts", patience = "3000";
	const auto cluster = std::make_shared<KafkaCluster>(1, topic, 1);
	cluster->down();
	expect_no_loss("brokers: [\"" + cluster->brokers() + "\"], topic: " + topic, "output-kafka.so",
		       kafka_cluster(cluster, topic), patience);
}

TEST_F(SpooledOutputs, lose_nothing_while_a_file_cannot_be_written)
{
	const auto left = leave_in_spool("filename: /dev/full", "output-file.so", "500");
	configure(kTwice, output("filename: " + dir_.file("alerts")));
	EXPECT_EQ(run({}).status, 0);
	expect_all(lines_of(dir_.read("alerts")), left);
	EXPECT_THAT(spooled(), IsEmpty());
}

TEST_F(SpooledOutputs, lose_nothing_while_standard_output_cannot_be_written)
{
	for (const char *buffered : {"false", "true"}) {
		const std::string config = std::string("buffered: ") + buffered;
		configure(kOnce, output(config), "output-stdout.so");
		const Finished full =
			run_program("/bin/bash", {"-c", "exec \"$@\" > /dev/full", "bash", FALCO_BINARY_DIR "/falco",
						  "-c", config_, "-r", rules_, "-o", "output_timeout=500"});
		EXPECT_THAT(full.err, HasSubstr(kStay));
		const auto left = spooled();
		EXPECT_THAT(left, SizeIs(kEach));
		configure(kTwice, output(config), "output-stdout.so");
		const Finished good = run({});
		EXPECT_EQ(good.status, 0);
		auto lines = lines_of(good.out);
		ASSERT_GT(lines.size(), 3u * kEach);
		lines.resize(3 * kEach); // the rest is the statistics
		expect_all(lines, left);
		EXPECT_THAT(spooled(), IsEmpty());
	}
}

TEST_F(SpooledOutputs, lose_nothing_while_there_is_no_syslog_daemon)
{
	const std::string config = "socket: " + dir_.file("log");
	const auto left = leave_in_spool(config, "output-syslog.so", "500");
	const SyslogSocket daemon(dir_.file("log"));
	configure(kTwice, output(config), "output-syslog.so");
	EXPECT_EQ(run({}).status, 0);
	auto lines = daemon.received();
	for (std::string &line : lines)
		line.erase(0, line.find("falco: ") + std::string("falco: ").size());
	expect_all(lines, left);
	EXPECT_THAT(spooled(), IsEmpty());
}
