// SPDX-License-Identifier: Apache-2.0
//
// What a fleet writes: several falcos replay a recording into one topic of librdkafka's mock cluster, which this
// process is, on the same machine. Says how many alerts a second got there, of all falcos together, and what an alert
// takes.
//
//   bench-fleet [FALCOS]     default: 3
#include "bench/temp_dir.hpp"
#include "tests/support/kafka.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <spawn.h>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr const char *kTopic = "falco-alerts";
constexpr int kBrokers = 3, kPartitions = 12;

// The configuration of docs/FLEET.md, but for the output.
constexpr const char *kForm = "log_syslog: false\nlog_stderr: true\nlog_level: warning\njson_output: true\n"
			      "json_include_hostname_property: true\njson_include_output_fields_property: true\n"
			      "json_include_tags_property: true\n";

std::string kafka_output(const std::string &brokers)
{
	return "kafka_output:\n  enabled: true\n  brokers: [" + brokers + "]\n  topic: " + kTopic +
	       "\n  key: host\n  queue: {capacity: 100000, on_full: block}\n  retry: {give_up_after: 1h}\n";
}

// Its log and statistics go to `log`.
pid_t start(const std::string &config, const std::string &log)
{
	const std::string sources = FALCO_BENCH_SOURCE_DIR;
	std::vector<std::string> words = {FALCO_BENCH_PROGRAM,
					  "-c",
					  config,
					  "-r",
					  sources + "/bench/fleet.yaml",
					  "-e",
					  sources + "/tests/traces/heavy.scap"};
	std::vector<char *> arguments;
	for (std::string &word : words)
		arguments.push_back(word.data());
	arguments.push_back(nullptr);
	posix_spawn_file_actions_t actions;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 2, log.c_str(), O_WRONLY | O_CREAT, 0600);
	pid_t pid = -1;
	const int error = posix_spawn(&pid, FALCO_BENCH_PROGRAM, &actions, nullptr, arguments.data(), environ);
	posix_spawn_file_actions_destroy(&actions);
	return error == 0 ? pid : -1;
}

// How many alerts the statistics in a falco's log tell of; 0 when there are none.
double alerts_of(const std::string &log)
{
	std::ifstream file(log);
	const std::string begin = "Events detected: ";
	for (std::string line; std::getline(file, line);)
		if (line.rfind(begin, 0) == 0) return std::stod(line.substr(begin.size()));
	return 0;
}

} // namespace

int main(int argc, char **argv)
{
	const int falcos = argc > 1 ? std::atoi(argv[1]) : 3;
	const falco::test::KafkaCluster cluster(kBrokers, kTopic, kPartitions);
	const falco::bench::TempDir folder;
	const std::string config = folder.file("falco.yaml");
	const auto log_of = [&](size_t falco) { return folder.file("log") + std::to_string(falco); };

	// How long an alert is: the mock cluster keeps only the newest.
	const std::string lines = folder.file("alerts");
	std::ofstream(config) << kForm << "file_output: {enabled: true, keep_alive: true, filename: " << lines << "}\n";
	int status = -1;
	waitpid(start(config, folder.file("log")), &status, 0);
	const double bytes = static_cast<double>(std::filesystem::file_size(lines)) / alerts_of(folder.file("log"));
	std::ofstream(config) << kForm << kafka_output(cluster.brokers());

	const Clock::time_point begin = Clock::now();
	std::vector<pid_t> running;
	for (int i = 0; i < falcos; ++i)
		running.push_back(start(config, log_of(running.size())));
	bool good = true; // a replay that lost an alert ends with 1
	double cpu = 0;
	for (const pid_t pid : running) {
		rusage used{};
		good = pid > 0 && wait4(pid, &status, 0, &used) == pid && status == 0 && good;
		cpu += static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
		       static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
	}
	const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();

	double alerts = 0;
	for (size_t i = 0; i < running.size(); ++i)
		alerts += alerts_of(log_of(i));

	good = good && alerts > 0;
	std::printf("%d falcos, %.0f alerts in %.1f s: %.0f alerts/s; %.1f us of the falcos' processor time and %.0f "
		    "bytes of "
		    "JSON an alert\n",
		    falcos, alerts, seconds, alerts / seconds, cpu / alerts * 1e6, bytes);
	return good ? 0 : 1;
}
