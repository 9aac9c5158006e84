// SPDX-License-Identifier: Apache-2.0
//
// What is recorded while it is matched raises the same alerts when it is replayed.
#include "tests/e2e/background.hpp"
#include "tests/e2e/fixture.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <poll.h>
#include <sstream>
#include <string_view>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

using namespace falco::test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;

namespace {

const std::string kShippedRules = FALCO_SOURCE_DIR "/rules/falco_rules.yaml";

std::string bytes_of(const std::string &path)
{
	std::ifstream file(path, std::ios::binary);
	std::stringstream data;
	data << file.rdbuf();
	return data.str();
}

// Where the events of a plain trace begin: it is a chain of blocks, each with type and length in front.
size_t first_event(const std::string &trace)
{
	constexpr uint32_t kEvent = 0x216, kEventWithFlags = 0x217; // EV_BLOCK_TYPE_V2, EVF_BLOCK_TYPE_V2
	size_t at = 0;
	for (uint32_t header[2]; at + sizeof header <= trace.size(); at += header[1]) {
		std::memcpy(header, trace.data() + at, sizeof header);
		if (header[0] == kEvent || header[0] == kEventWithFlags || header[1] == 0) {
			break;
		}
	}
	return at;
}

} // namespace

class Record : public FalcoTest {
protected:
	Record() { std::filesystem::create_directory(dir_.file("rec")); }

	Finished falco(std::vector<std::string> arguments) const
	{
		arguments.insert(arguments.begin(), {"-c", config_, "-r", kShippedRules});
		return run_falco(arguments);
	}
	std::vector<std::string> files() const
	{
		std::vector<std::string> names;
		for (const auto &entry : std::filesystem::directory_iterator(dir_.file("rec"))) {
			names.push_back(entry.path().filename());
		}
		std::sort(names.begin(), names.end());
		return names;
	}

	const std::string record_ = dir_.file("rec/out.scap");
};

TEST_F(Record, replays_to_the_same_alerts)
{
	for (const char *trace : {"mixed.scap", "acts.scap"}) {
		for (const char *compress : {"false", "true"}) {
			const Finished recorded = falco({"-e", kTraces + trace, "-w", record_, "-o",
							 std::string("record.compress=") + compress});
			ASSERT_EQ(recorded.status, 0) << recorded.err;
			const Finished replayed = falco({"-e", record_});
			EXPECT_EQ(replayed.status, 0) << replayed.err;
			// Alerts with time, process, file and user, and the counts by rule.
			EXPECT_EQ(replayed.out, recorded.out) << trace;
			EXPECT_THAT(alerts_in(replayed.out), Not(IsEmpty()));
			const bool is_gzip = bytes_of(record_).substr(0, 2) == "\x1f\x8b";
			EXPECT_EQ(is_gzip, compress == std::string("true"));
		}
	}
}

TEST_F(Record, does_not_change_what_is_matched)
{
	EXPECT_EQ(falco({"-e", kTraces + "mixed.scap", "-w", record_}).out, falco({"-e", kTraces + "mixed.scap"}).out);
}

TEST_F(Record, in_several_files_replays_as_a_folder)
{
	const Finished recorded = falco({"-e", kTraces + "mixed.scap", "-w", record_, "-o", "record.max_size_mb=1"});
	ASSERT_EQ(recorded.status, 0) << recorded.err;
	EXPECT_THAT(files(), ElementsAre("out.000001.scap", "out.000002.scap", "out.000003.scap", "out.000004.scap",
					 "out.000005.scap", "out.scap"));
	EXPECT_THAT(recorded.err, HasSubstr("in 6 files, the newest is " + record_));
	const Finished replayed = falco({"-e", dir_.file("rec")});
	EXPECT_EQ(replayed.status, 0) << replayed.err;
	EXPECT_EQ(replayed.out, recorded.out);
}

// The state comes with each file: the same user, command and path as in the whole.
TEST_F(Record, each_file_replays_alone)
{
	const Finished recorded = falco({"-e", kTraces + "mixed.scap", "-w", record_, "-o", "record.max_size_mb=1"});
	ASSERT_EQ(recorded.status, 0) << recorded.err;
	std::vector<std::string> alerts;
	for (const std::string &name : files()) {
		const Finished replayed = falco({"-e", dir_.file("rec/" + name)});
		EXPECT_EQ(replayed.status, 0) << name << replayed.err;
		for (const std::string &alert : alerts_in(replayed.out)) {
			alerts.push_back(alert);
		}
	}
	EXPECT_EQ(alerts, alerts_in(recorded.out));
}

TEST_F(Record, keeps_what_earlier_runs_recorded_unless_there_are_too_many)
{
	for (int run = 0; run < 3; run++) {
		ASSERT_EQ(falco({"-e", kTraces + "acts.scap", "-w", record_}).status, 0);
	}
	EXPECT_THAT(files(), ElementsAre("out.000001.scap", "out.000002.scap", "out.scap"));
	const Finished limited = falco({"-e", kTraces + "acts.scap", "-w", record_, "-o", "record.max_files=2"});
	EXPECT_THAT(files(), ElementsAre("out.000003.scap", "out.scap"));
	EXPECT_THAT(limited.err, HasSubstr("removed " + dir_.file("rec/out.000001.scap")));
}

TEST_F(Record, begins_a_file_for_each_capture)
{
	ASSERT_EQ(falco({"-e", kTraces + "acts.scap", "-e", kTraces + "mixed.scap", "-w", record_}).status, 0);
	EXPECT_THAT(files(), ElementsAre("out.000001.scap", "out.scap"));
	EXPECT_EQ(falco({"-e", record_}).out, falco({"-e", kTraces + "mixed.scap"}).out);
}

TEST_F(Record, holds_what_its_filter_takes_and_the_state_for_it)
{
	const Finished recorded =
		falco({"-e", kTraces + "mixed.scap", "-w", record_, "-o", "record.filter=evt.type = openat"});
	ASSERT_EQ(recorded.status, 0) << recorded.err;
	EXPECT_LT(std::filesystem::file_size(record_), 4000000u);
	dir_.write("rules.yaml",
		   "- rule: every_event\n  desc: x\n  condition: evt.num > 0\n  output: \"%evt.type by %proc.name\"\n"
		   "  priority: INFO\n");
	const Finished replayed = replay(record_, {"-A"});
	EXPECT_EQ(replayed.status, 0) << replayed.err;
	const auto alerts = alerts_in(replayed.out);
	EXPECT_THAT(alerts, Not(IsEmpty()));
	EXPECT_THAT(alerts, testing::Each(HasSubstr("openat by ")));
	EXPECT_THAT(alerts, Not(testing::Contains(HasSubstr("<NA>"))));
	const auto all = alerts_in(replay(kTraces + "mixed.scap", {"-A"}).out);
	const auto openat = std::count_if(all.begin(), all.end(), [](const std::string &line) {
		return line.find("openat by ") != std::string::npos;
	});
	EXPECT_EQ(alerts.size(), static_cast<size_t>(openat));
}

TEST_F(Record, is_its_owner_s_alone_and_follows_no_link)
{
	ASSERT_EQ(falco({"-e", kTraces + "acts.scap", "-w", record_}).status, 0);
	struct stat info = {};
	ASSERT_EQ(stat(record_.c_str(), &info), 0);
	EXPECT_EQ(info.st_mode & 0777, 0600u);
	const std::string victim = dir_.write("victim", "precious");
	std::filesystem::remove(record_);
	std::filesystem::create_symlink(victim, record_);
	const Finished linked = falco({"-e", kTraces + "acts.scap", "-w", record_});
	EXPECT_EQ(linked.status, 1);
	EXPECT_THAT(linked.err, HasSubstr("option -w: tap 'recorder': path: " + record_ + " is a symbolic link"));
	EXPECT_EQ(dir_.read("victim"), "precious");
}

// Events are fed little by little until the time has passed and the second file is there.
TEST_F(Record, begins_a_file_when_the_last_one_is_old)
{
	const std::string plain = dir_.file("plain.scap");
	ASSERT_EQ(falco({"-e", kTraces + "mixed.scap", "-w", plain}).status, 0);
	const std::string data = bytes_of(plain);
	const size_t head = first_event(data);
	const int appeared = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	ASSERT_GE(inotify_add_watch(appeared, dir_.file("rec").c_str(), IN_MOVED_TO), 0);
	int ends[2];
	ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
	Background recording({"-c", config_, "-r", kShippedRules, "-e", "-", "-w", record_, "-o",
			      "record.max_seconds=1", "-o", "stdout_output.enabled=false", "-o",
			      "file_output={enabled: true, filename: " + dir_.file("alerts") + "}"},
			     ends[0]);
	close(ends[0]);
	size_t next = 0;
	bool found = false;
	for (int i = 0; i < 2000 && !found; i++) {
		const ssize_t written = write(ends[1], data.data() + next, std::min<size_t>(32768, data.size() - next));
		ASSERT_GT(written, 0);
		next += static_cast<size_t>(written);
		next = next == data.size() ? head : next;
		pollfd renamed = {appeared, POLLIN, 0};
		found = poll(&renamed, 1, 20) > 0;
	}
	close(appeared);
	close(ends[1]);
	recording.wait(); // the last event may be cut
	EXPECT_TRUE(found) << recording.log();
	ASSERT_THAT(files(), IsSupersetOf({"out.000001.scap", "out.scap"}));
	for (const char *name : {"rec/out.000001.scap", "rec/out.scap"}) {
		EXPECT_EQ(falco({"-e", dir_.file(name)}).status, 0) << name;
	}
	EXPECT_THAT(alerts_in(falco({"-e", dir_.file("rec/out.000001.scap")}).out), Not(IsEmpty()));
}

TEST_F(Record, never_touches_the_trace_that_it_is_made_of)
{
	std::filesystem::copy_file(kTraces + "acts.scap", record_);
	for (const std::string &trace : {record_, dir_.file("rec"), dir_.file("rec/../rec/out.scap")}) {
		const Finished refused = falco({"-e", trace, "-w", record_});
		EXPECT_EQ(refused.status, 1);
		EXPECT_THAT(refused.err, HasSubstr("option -w: " + record_ +
						   " cannot be recorded to: it is the trace that is replayed"));
	}
	const int file = open(record_.c_str(), O_RDONLY | O_CLOEXEC);
	Background piped({"-c", config_, "-r", kShippedRules, "-e", "-", "-w", record_}, file);
	EXPECT_EQ(piped.wait(), 1);
	close(file);
	EXPECT_THAT(files(), ElementsAre("out.scap"));
	EXPECT_EQ(bytes_of(record_), bytes_of(kTraces + "acts.scap"));
}

TEST_F(Record, refuses_what_cannot_be_done_before_anything_is_opened)
{
	const Finished folder = falco({"-e", kTraces + "acts.scap", "-w", "/nowhere/out.scap"});
	EXPECT_EQ(folder.status, 1);
	EXPECT_THAT(folder.err,
		    HasSubstr("option -w: tap 'recorder': path: the folder /nowhere cannot be used: No such "
			      "file or directory"));
	dir_.write("falco.yaml",
		   "log_stderr: true\nlog_syslog: false\nstdout_output: {enabled: true}\nrecord:\n  enabled: "
		   "true\n  path: " +
			   record_ + "\n  filter: proc.name =\n");
	const Finished filter = falco({"-e", kTraces + "acts.scap"});
	EXPECT_EQ(filter.status, 1);
	EXPECT_THAT(filter.err, HasSubstr("falco.yaml:4:1: tap 'recorder': filter: "));
	EXPECT_THAT(filter.err, HasSubstr("line 1, column 12"));
	// While the network is asked for a name, the capture would wait.
	const Finished name = falco({"-e", kTraces + "acts.scap", "-w", record_, "-o",
				     "record.filter=evt.type = connect and not fd.sip.name in (service.example)"});
	EXPECT_EQ(name.status, 1);
	EXPECT_THAT(name.err, HasSubstr("tap 'recorder': filter: line 1, column 28: fd.sip.name cannot be used here"));
	EXPECT_THAT(name.err, HasSubstr("compare fd.sip with addresses"));
	dir_.write("falco.yaml",
		   "stdout_output: {enabled: true}\nlog_stderr: true\nlog_syslog: false\nrecord:\n  enabled: "
		   "true\n  path: x\n  max_size: 5\n");
	EXPECT_THAT(falco({"-e", kTraces + "acts.scap"}).err,
		    HasSubstr("falco.yaml:7:3: tap 'recorder': unknown key 'max_size'"));
	EXPECT_THAT(files(), IsEmpty());
}

// The limit stands for a full disk: the write fails in the same place.
TEST_F(Record, that_finds_no_room_does_not_stop_the_monitoring)
{
	const Finished whole = falco({"-e", kTraces + "mixed.scap"});
	const Finished full =
		run_program("/bin/sh", {"-c", "ulimit -f 2000; exec \"$@\"", "sh", FALCO_BINARY_DIR "/falco", "-c",
					config_, "-r", kShippedRules, "-e", kTraces + "mixed.scap", "-w", record_});
	EXPECT_EQ(full.status, 1);
	EXPECT_EQ(full.out, whole.out);
	EXPECT_THAT(full.err, HasSubstr("cannot write " + record_ + ": File too large"));
	EXPECT_THAT(full.err, HasSubstr("monitoring goes on"));
	// What is there ends with a whole event.
	const Finished replayed = falco({"-e", record_});
	EXPECT_EQ(replayed.status, 0) << replayed.err;
	EXPECT_THAT(alerts_in(replayed.out), Not(IsEmpty()));
}

// Events come through a pipe without an end, and falco is killed in the midst of them.
TEST_F(Record, of_a_killed_falco_can_be_read)
{
	const std::string plain = dir_.file("plain.scap");
	ASSERT_EQ(falco({"-e", kTraces + "mixed.scap", "-w", plain}).status, 0);
	const std::string data = bytes_of(plain);
	const size_t head = first_event(data);
	for (const char *compress : {"false", "true"}) {
		int ends[2];
		ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
		Background falco({"-c", config_, "-r", kShippedRules, "-e", "-", "-w", record_, "-o",
				  std::string("record.compress=") + compress, "-o", "stdout_output.enabled=false", "-o",
				  "file_output={enabled: true, filename: " + dir_.file("alerts") + "}"},
				 ends[0]);
		close(ends[0]);
		std::thread feeder([&] {
			sigset_t pipe;
			sigemptyset(&pipe);
			sigaddset(&pipe, SIGPIPE); // an error is enough
			pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
			std::string_view next = data;
			for (;;) {
				const ssize_t written = write(ends[1], next.data(), next.size());
				if (written < 0) {
					return; // falco is gone
				}
				next.remove_prefix(static_cast<size_t>(written));
				if (next.empty()) {
					next = std::string_view(data).substr(head);
				}
			}
		});
		const uintmax_t enough = 2 * data.size() / (compress == std::string("true") ? 10 : 1);
		for (int i = 0;
		     i < 1000 && (!std::filesystem::exists(record_) || std::filesystem::file_size(record_) < enough);
		     i++) {
			std::this_thread::sleep_for(std::chrono::milliseconds(10)); // there is nothing to wait on
		}
		falco.signal(SIGKILL);
		EXPECT_EQ(falco.wait(), 128 + SIGKILL);
		feeder.join();
		close(ends[1]);
		EXPECT_GE(std::filesystem::file_size(record_), enough);
		const Finished replayed = this->falco({"-e", record_});
		// At the worst the kernel ended falco inside the last write.
		if (replayed.status != 0) {
			EXPECT_THAT(replayed.err, HasSubstr("damaged or truncated at byte")) << compress;
		}
		const auto alerts = alerts_in(replayed.out), original = alerts_in(this->falco({"-e", plain}).out);
		EXPECT_GT(alerts.size(), original.size());
		EXPECT_TRUE(std::equal(original.begin(), original.end(), alerts.begin()));
	}
}
