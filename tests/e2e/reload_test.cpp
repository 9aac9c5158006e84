// SPDX-License-Identifier: Apache-2.0
//
// A changed configuration is taken over while events flow: each event is matched once, by the old rules or by the new.
#include "tests/e2e/background.hpp"
#include "tests/e2e/fed_trace.hpp"
#include "tests/e2e/fixture.hpp"
#include "tests/support/trace.hpp"

#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <memory>
#include <pty.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace falco::test;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class Reload : public FalcoTest {
protected:
	// The fake family: each event is an alert of its number in the file `alerts`.
	void configure(const std::string &source_config, const std::string &keys = "",
		       const std::string &matcher_config = "", const std::string &source = "source-fake")
	{
		dir_.write("falco.yaml",
			   "log_syslog: false\nlog_stderr: true\nlog_level: debug\nsource: " + kFakes + source +
				   ".so\nmatcher: " + kFakes + "matcher-fake.so\n" + keys + "plugins:\n  - {library: " +
				   kFakes + source + ".so, config: {" + source_config + "}}\n  - {library: " + kFakes +
				   "matcher-fake.so, config: {" + matcher_config + "}}\n" + output("fake", "alerts"));
	}
	// An output-fake that appends to this file.
	std::string output(const std::string &name, const std::string &file, const std::string &more = "") const
	{
		return "  - {library: " + kFakes + "output-fake-bare.so, name: " + name +
		       ", config: {path: " + dir_.file(file) + more + "}}\n";
	}
	void add_to_config(const std::string &lines) const
	{
		dir_.write("falco.yaml", dir_.read("falco.yaml") + lines);
	}
	std::string gate_after(int events) const
	{
		return "gate_at: " + std::to_string(events) + ", gate: " + dir_.file("gate");
	}
	std::unique_ptr<Background> start(std::vector<std::string> arguments = {}) const
	{
		arguments.insert(arguments.begin(), {"-c", config_, "-r", rules_});
		return std::make_unique<Background>(arguments);
	}
	static bool has_ended(const Background &falco)
	{
		siginfo_t ended = {};
		waitid(P_PID, static_cast<id_t>(falco.pid()), &ended, WEXITED | WNOHANG | WNOWAIT);
		return ended.si_pid != 0;
	}
	// Until the last line of an output's file is this one: the event was matched, and its alert is delivered.
	[[nodiscard]] bool wait_for_alert(const Background &falco, const std::string &line,
					  const std::string &file = "alerts") const
	{
		for (;;) {
			if (std::filesystem::exists(dir_.file(file))) {
				const std::vector<std::string> lines = lines_of(dir_.read(file));
				if (!lines.empty() && lines.back() == line) return true;
			}
			if (has_ended(falco)) return false;
		}
	}
	// "old 1", "old 2", ... "new 6", ...: in order, each number once.
	static std::vector<std::string> numbered(const std::string &before, int last_before, const std::string &after,
						 int last)
	{
		std::vector<std::string> lines;
		for (int number = 1; number <= last; ++number)
			lines.push_back((number <= last_before ? before : after) + " " + std::to_string(number));
		return lines;
	}
};

TEST_F(Reload, changes_the_rules_between_two_events)
{
	for (const char *source : {"source-fake", "source-fake-live"}) {
		std::filesystem::remove(dir_.file("gate"));
		std::filesystem::remove(dir_.file("alerts"));
		configure("events: 20, " + gate_after(10), "watch_config_files: false\n", "", source);
		dir_.write("rules.yaml", "one 4 old %number\n");
		const auto falco = start();
		ASSERT_TRUE(falco->wait_for_log("Reading events from")) << falco->log();
		ASSERT_TRUE(wait_for_alert(*falco, "old 10")) << falco->log();
		dir_.write("rules.yaml", "two 4 new %number\n");
		falco->signal(SIGHUP);
		ASSERT_TRUE(falco->wait_for_log("Reloaded " + config_ + ": 1 rule, 1 output")) << falco->log();
		dir_.write("gate", "");
		EXPECT_EQ(falco->wait(), 0) << falco->log();
		EXPECT_EQ(lines_of(dir_.read("alerts")), numbered("old", 10, "new", 20)) << falco->log();
		EXPECT_THAT(falco->output(), AllOf(HasSubstr("Events detected: 20\n"), HasSubstr("   two: 10\n"),
						   HasSubstr("   one: 10\n")));
	}
}

// Events come as fast as they can be matched, and reloads as fast as they can be made.
TEST_F(Reload, loses_no_event_under_load)
{
	configure("until: " + dir_.file("end"));
	dir_.write("rules.yaml", "rule 4 0 %number\n");
	const auto falco = start();
	ASSERT_TRUE(falco->wait_for_log("Reading events from")) << falco->log();
	constexpr int kReloads = 20;
	for (int reload = 1; reload <= kReloads; ++reload) {
		std::string rules = "rule 4 " + std::to_string(reload) + " %number\n";
		for (int i = 0; i < reload; ++i)
			rules += "#\n";
		dir_.write("rules.yaml.new", rules);
		std::filesystem::rename(dir_.file("rules.yaml.new"), rules_);
		const std::string now = std::to_string(reload);
		falco->signal(SIGHUP);
		// The first alert by these rules; the file is large, so only its end is looked at.
		bool seen = false;
		while (!seen) {
			std::ifstream alerts(dir_.file("alerts"));
			alerts.seekg(0, std::ios::end);
			const std::streamoff size = alerts.tellg();
			alerts.seekg(size > 64 ? size - 64 : 0);
			std::string line;
			std::getline(alerts, line);
			std::getline(alerts, line);
			seen = line.rfind(now + " ", 0) == 0;
			ASSERT_FALSE(has_ended(*falco)) << falco->log();
		}
	}
	dir_.write("end", "");
	EXPECT_EQ(falco->wait(), 0) << falco->log();
	int last_rules = 0;
	uint64_t number = 0;
	for (const std::string &line : lines_of(dir_.read("alerts"))) {
		const int rules = std::stoi(line);
		ASSERT_EQ(std::stoull(line.substr(line.find(' '))), ++number) << line;
		ASSERT_GE(rules, last_rules) << line;
		last_rules = rules;
	}
	EXPECT_EQ(last_rules, kReloads);
	EXPECT_THAT(falco->output(), HasSubstr("Events detected: " + std::to_string(number) + "\n"));
}

TEST_F(Reload, that_fails_leaves_everything_as_it_was_and_says_why)
{
	configure("events: 20, " + gate_after(10), "watch_config_files: false\n");
	dir_.write("rules.yaml", "one 4 old %number\n");
	const auto falco = start();
	ASSERT_TRUE(falco->wait_for_log("Reading events from")) << falco->log();
	const std::string good = dir_.read("falco.yaml");

	dir_.write("rules.yaml", "one 99 new %number\ntwo x new %number\n");
	falco->signal(SIGHUP);
	ASSERT_TRUE(falco->wait_for_log("Reload failed, everything stays as it was: cannot load the rules"));
	EXPECT_THAT(falco->log(), AllOf(HasSubstr("rules.yaml:1:1: expected NAME PRIORITY OUTPUT"),
					HasSubstr("rules.yaml:2:1: expected NAME PRIORITY OUTPUT")));

	dir_.write("rules.yaml", "one 4 new %number\n");
	dir_.write("falco.yaml", good + output("other", "other", ", refuse: no such destination"));
	falco->signal(SIGHUP);
	ASSERT_TRUE(falco->wait_for_log("everything stays as it was: Error with other output: no such destination"));

	dir_.write("falco.yaml", good + "output_timeout: never\n");
	falco->signal(SIGHUP);
	ASSERT_TRUE(
		falco->wait_for_log("falco.yaml:" + std::to_string(lines_of(good).size() + 1) + ":17: output_timeout"))
		<< falco->log();

	configure("events: 20, " + gate_after(10), "watch_config_files: false\n", "fail_bind: true");
	add_to_config(output("other", "other"));
	falco->signal(SIGHUP);
	ASSERT_TRUE(falco->wait_for_log("everything stays as it was: the fake matcher cannot be bound"));

	dir_.write("gate", "");
	EXPECT_EQ(falco->wait(), 0) << falco->log();
	std::vector<std::string> alerts, internal;
	for (const std::string &line : lines_of(dir_.read("alerts")))
		(line.rfind("Falco internal", 0) == 0 ? internal : alerts).push_back(line);
	EXPECT_EQ(alerts, numbered("old", 20, "", 20));
	ASSERT_THAT(internal, SizeIs(4));
	EXPECT_EQ(internal[3],
		  "Falco internal: reload failed, everything stays as it was: the fake matcher cannot be bound");
	EXPECT_FALSE(std::filesystem::exists(dir_.file("other")));
}

TEST_F(Reload, changes_outputs_and_leaves_alone_those_that_stay)
{
	const std::string gate = "events: 20, " + gate_after(10);
	configure(gate, "watch_config_files: false\n");
	const std::string common = dir_.read("falco.yaml");
	add_to_config(output("changing", "changing", ", calls: true") + output("going", "going", ", calls: true"));
	dir_.write("rules.yaml", "one 4 old %number\n");
	const auto falco = start();
	ASSERT_TRUE(falco->wait_for_log("Reading events from")) << falco->log();
	ASSERT_TRUE(wait_for_alert(*falco, "old 10")) << falco->log();
	std::string kept = common;
	kept.insert(kept.find("fake, config: {path: " + dir_.file("alerts")) + 4, ", filter: {rules: [two]}");
	dir_.write("falco.yaml", kept + output("changing", "changed") + output("coming", "coming"));
	dir_.write("rules.yaml", "two 4 new %number\nthree 4 new %number\n");
	falco->signal(SIGHUP);
	ASSERT_TRUE(falco->wait_for_log("2 rules, 3 outputs")) << falco->log();
	dir_.write("gate", "");
	EXPECT_EQ(falco->wait(), 0) << falco->log();
	EXPECT_THAT(lines_of(dir_.read("alerts")), SizeIs(15)); // the filter has changed, the instance not
	EXPECT_THAT(lines_of(dir_.read("coming")), SizeIs(10));
	EXPECT_THAT(lines_of(dir_.read("changed")), SizeIs(10));
	for (const char *file : {"changing", "going"}) {
		std::vector<std::string> lines = lines_of(dir_.read(file));
		ASSERT_THAT(lines, Not(IsEmpty()));
		EXPECT_EQ(lines.back(), "destroy") << file;
		lines.erase(std::remove_if(lines.begin(), lines.end(), [](const auto &line) { return line[0] != 'o'; }),
			    lines.end());
		EXPECT_EQ(lines, numbered("old", 10, "", 10)) << file;
	}
}

TEST_F(Reload, tells_an_open_source_what_the_new_rules_ask_for)
{
	configure("events: 2, " + gate_after(1), "watch_config_files: false\n", "interests: before");
	dir_.write("rules.yaml", "one 4 %number\n");
	const auto falco = start();
	ASSERT_TRUE(falco->wait_for_log("fake: start for \"before\"")) << falco->log();
	ASSERT_TRUE(falco->wait_for_log("Reading events from")) << falco->log();
	configure("events: 2, " + gate_after(1), "watch_config_files: false\n", "interests: after");
	falco->signal(SIGHUP);
	ASSERT_TRUE(falco->wait_for_log("fake: update for \"after\"")) << falco->log();
	dir_.write("gate", "");
	EXPECT_EQ(falco->wait(), 0) << falco->log();
	EXPECT_THAT(falco->log(), HasSubstr("fake: start for \"after\"")); // the next capture
}

TEST_F(Reload, says_what_takes_effect_only_at_the_next_start)
{
	configure("fixed: true, events: 2, " + gate_after(1), "watch_config_files: false\n", "interests: before");
	dir_.write("rules.yaml", "one 4 %number\n");
	const auto falco = start();
	ASSERT_TRUE(falco->wait_for_log("Reading events from")) << falco->log();
	configure("fixed: true, events: 3, " + gate_after(1), "watch_config_files: false\nplugin_dir: /none\n",
		  "interests: after");
	std::string config = dir_.read("falco.yaml");
	config.replace(config.find("log_level: debug"), 16, "log_level: error");
	dir_.write("falco.yaml", config);
	falco->signal(SIGHUP);
	ASSERT_TRUE(falco->wait_for_log("Reloaded")) << falco->log();
	for (const char *key : {"source", "plugin_dir", "log_level"})
		EXPECT_THAT(falco->log(),
			    HasSubstr(std::string(key) + " has changed: that takes effect at the next start"));
	EXPECT_THAT(falco->log(), Not(HasSubstr("log_stderr has changed")));
	EXPECT_THAT(falco->log(), HasSubstr("source 'fake' cannot change what it captures while it runs"));
	dir_.write("gate", "");
	EXPECT_EQ(falco->wait(), 0) << falco->log();
}

// The rules are a FIFO, so the test knows when falco reads them, and decides how long that takes.
TEST_F(Reload, that_is_asked_for_early_or_during_another_one_is_not_lost)
{
	configure("events: 2, " + gate_after(1), "watch_config_files: false\n");
	std::filesystem::remove(rules_);
	ASSERT_EQ(mkfifo(rules_.c_str(), 0600), 0);
	const auto feed = [&](const std::string &rules, const std::function<void()> &while_it_reads) {
		const int fd = open(rules_.c_str(), O_WRONLY | O_CLOEXEC); // waits for falco
		while_it_reads();
		EXPECT_EQ(write(fd, rules.data(), rules.size()), static_cast<ssize_t>(rules.size()));
		close(fd);
	};
	const auto falco = start();
	feed("a 4 first\n", [&] { falco->signal(SIGHUP); }); // before there is a capture
	ASSERT_TRUE(falco->wait_for_log("Reloading: SIGHUP")) << falco->log();
	ASSERT_TRUE(wait_for_alert(*falco, "first")) << falco->log();
	feed("b 4 second\n", [&] { falco->signal(SIGHUP); });
	ASSERT_TRUE(falco->wait_for_log("Reloaded " + config_ + ": 1 rule")) << falco->log();
	feed("c 4 third\nd 4 fourth\n", [] {});
	const auto reloaded = [&] {
		size_t count = 0;
		for (size_t at = 0; (at = falco->log().find("Reloaded ", at)) != std::string::npos; ++at)
			++count;
		return count;
	};
	ASSERT_TRUE(falco->wait_for_log("Reloaded " + config_ + ": 2 rules")) << falco->log();
	dir_.write("gate", "");
	EXPECT_EQ(falco->wait(), 0) << falco->log();
	EXPECT_EQ(lines_of(dir_.read("alerts")).back(), "third") << falco->log();
	EXPECT_EQ(reloaded(), 2u) << falco->log();
}

// It comes with the next matcher, and what it did is told at its end.
TEST_F(Reload, takes_another_evaluator)
{
	Trace trace;
	const Pid pid = trace.process(Process("writer"));
	for (int i = 0; i < 2000; ++i)
		trace.mkdir(pid, "/etc/" + std::to_string(i));
	dir_.write("rules.yaml", "- rule: r\n  desc: d\n  condition: evt.type = mkdir and evt.dir = <\n"
				 "  output: \"made %evt.num\"\n  priority: INFO\n");
	add_to_config("log_level: debug\n");
	FedTrace feed(trace);
	Background falco({"-c", config_, "-r", rules_, "-e", "-"}, feed.reading_end());
	feed.feed_half();
	ASSERT_TRUE(falco.wait_for_output("made ")) << falco.log();
	add_to_config("matcher: {evaluator: verify}\n");
	falco.signal(SIGHUP);
	ASSERT_TRUE(falco.wait_for_log("Reloading: ready")) << falco.log();
	feed.feed_rest();
	EXPECT_EQ(falco.wait(), 0) << falco.log();
	EXPECT_THAT(falco.log(), HasSubstr("evaluators agreed on all verdicts"));
	EXPECT_THAT(alerts_in(falco.output()), SizeIs(2000));
}

// What a source of recordings passes over changes with the rules, and reading goes on where it was.
TEST_F(Reload, loses_no_event_of_a_long_trace)
{
	constexpr int kCalls = 20000;
	Trace trace;
	const Pid pid = trace.process(Process("writer"));
	for (int i = 1; i <= kCalls; ++i) {
		if (i % 2 == 1)
			trace.mkdir(pid, "/etc/" + std::to_string(i));
		else
			trace.unlink(pid, "/etc/" + std::to_string(i));
	}
	const auto rules = [](const std::string &types, const std::string &word) {
		return "- rule: r\n  desc: d\n  condition: evt.type in (" + types + ") and evt.dir = <\n  output: \"" +
		       word + " %evt.num %evt.arg.path\"\n  priority: WARNING\n";
	};
	dir_.write("rules.yaml", rules("mkdir", "old"));
	add_to_config("log_level: debug\n");

	FedTrace feed(trace);
	Background falco({"-c", config_, "-r", rules_, "-e", "-"}, feed.reading_end());
	feed.feed_half();
	ASSERT_TRUE(falco.wait_for_output("old ")) << falco.log();
	dir_.write("rules.yaml", rules("mkdir, unlink", "new"));
	falco.signal(SIGHUP);
	ASSERT_TRUE(falco.wait_for_log("Reloading: ready")) << falco.log();
	feed.feed_rest();
	EXPECT_EQ(falco.wait(), 0) << falco.log();
	// By the old rules every odd call, by the new ones every call, each once.
	int last = 0;
	bool is_new = false;
	for (const std::string &line : alerts_in(falco.output())) {
		const int call = std::stoi(line.substr(line.rfind('/') + 1));
		const bool is_first_new = !is_new && line.find("new ") != std::string::npos;
		is_new = is_new || is_first_new;
		const int step = is_first_new ? call - last : is_new || last == 0 ? 1 : 2;
		ASSERT_EQ(call, last + step) << line;
		ASSERT_TRUE(step == 1 || step == 2) << line;
		last = call;
	}
	EXPECT_TRUE(is_new);
	EXPECT_EQ(last, kCalls);
}

class WatchedFiles : public Reload {};

TEST_F(WatchedFiles, are_reread_when_they_change)
{
	configure("events: 3, " + gate_after(1), "watch_config_files: true\n");
	dir_.write("rules.yaml", "a 4 first\n");
	const auto falco = start();
	ASSERT_TRUE(falco->wait_for_log("Reading events from")) << falco->log();
	ASSERT_TRUE(wait_for_alert(*falco, "first")) << falco->log();
	dir_.write("new", "b 4 second\nc 4 third\n");
	std::filesystem::rename(dir_.file("new"), rules_);
	ASSERT_TRUE(falco->wait_for_log("Reloading: " + rules_ + " has changed")) << falco->log();
	ASSERT_TRUE(falco->wait_for_log("2 rules, 1 output")) << falco->log();
	add_to_config(output("more", "more"));
	ASSERT_TRUE(falco->wait_for_log("Reloading: " + config_ + " has changed")) << falco->log();
	ASSERT_TRUE(falco->wait_for_log("2 rules, 2 outputs")) << falco->log();
	dir_.write("gate", "");
	EXPECT_EQ(falco->wait(), 0) << falco->log();
	EXPECT_THAT(lines_of(dir_.read("alerts")), ElementsAre("first", "second", "third"));
	EXPECT_THAT(lines_of(dir_.read("more")), ElementsAre("second", "third"));
}

// As Kubernetes keeps a ConfigMap: the file is a link into ..data, which is a link that is turned to the new folder.
TEST_F(WatchedFiles, are_reread_when_a_link_on_the_way_is_turned_and_by_default_for_a_live_source)
{
	namespace fs = std::filesystem;
	configure("events: 2, endless: true, " + gate_after(1), "", "", "source-fake-live");
	for (const char *version : {"..1", "..2"}) {
		fs::create_directory(dir_.file(version));
		dir_.write(std::string(version) + "/rules.yaml", "a 4 " + std::string(version) + "\n");
	}
	fs::create_directory_symlink("..1", dir_.file("..data"));
	fs::remove(rules_);
	fs::create_symlink("..data/rules.yaml", rules_);
	const auto falco = start();
	ASSERT_TRUE(falco->wait_for_log("Reading events from")) << falco->log();
	fs::create_directory_symlink("..2", dir_.file("..data_tmp"));
	fs::rename(dir_.file("..data_tmp"), dir_.file("..data"));
	ASSERT_TRUE(falco->wait_for_log("Reloaded ")) << falco->log();
	dir_.write("gate", "");
	falco->signal(SIGTERM);
	EXPECT_EQ(falco->wait(), 0) << falco->log();
}

TEST_F(WatchedFiles, are_not_watched_when_that_is_switched_off)
{
	configure("events: 1, endless: true", "watch_config_files: false\n", "", "source-fake-live");
	dir_.write("rules.yaml", "a 4 first\n");
	const auto falco = start();
	ASSERT_TRUE(falco->wait_for_log("Reading events from")) << falco->log();
	const std::string links = "ls -l /proc/" + std::to_string(falco->pid()) + "/fd | grep -q anon_inode:inotify";
	EXPECT_NE(std::system(links.c_str()), 0);
}

class Reopen : public Reload {};

// Neither rules nor configuration are read again, though both have changed.
TEST_F(Reopen, comes_with_SIGUSR1)
{
	configure("events: 3, " + gate_after(1), "watch_config_files: false\n");
	add_to_config(output("noting", "notes", ", calls: true"));
	dir_.write("notes", "");
	dir_.write("rules.yaml", "a 4 first\n");
	const auto falco = start();
	ASSERT_TRUE(falco->wait_for_log("Reading events from")) << falco->log();
	ASSERT_TRUE(wait_for_alert(*falco, "first")) << falco->log();
	dir_.write("rules.yaml", "b 4 second\nc 4 third\n");
	add_to_config(output("more", "more"));
	falco->signal(SIGUSR1);
	ASSERT_TRUE(falco->wait_for_log("Opening the outputs again: SIGUSR1"));
	while (dir_.read("notes").find("reopen\n") == std::string::npos)
		ASSERT_FALSE(has_ended(*falco)) << falco->log();
	dir_.write("gate", "");
	EXPECT_EQ(falco->wait(), 0) << falco->log();
	EXPECT_THAT(falco->log(), Not(HasSubstr("Reloading")));
	EXPECT_THAT(lines_of(dir_.read("alerts")), ElementsAre("first", "first", "first"));
	EXPECT_FALSE(std::filesystem::exists(dir_.file("more")));
}
