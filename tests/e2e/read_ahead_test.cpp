// SPDX-License-Identifier: Apache-2.0
//
// What libsinsp need not see of a file is left out, and nothing that a user sees may tell: alerts, numbers and errors
// are held to those of a falco that leaves nothing out.
#include "tests/e2e/fixture.hpp"
#include "tests/support/random_trace.hpp"
#include "tests/support/random_transfers.hpp"
#include "tests/support/trace.hpp"
#include "tests/support/unpacked.hpp"

#include <filesystem>
#include <fstream>
#include <random>
#include <regex>
#include <set>
#include <sstream>

using namespace falco::test;
using testing::HasSubstr;

namespace {

// Rules that look at the state from all sides; no rule is about the most frequent calls.
const char *const kManyFields = R"yaml(- rule: opened
  desc: d
  condition: evt.type in (open, openat, openat2, creat) and evt.dir = <
  output: "%evt.num %evt.time %evt.reltime %proc.name %proc.pid %proc.ppid %proc.pname %proc.aname[2] %proc.cmdline
    %proc.cwd %proc.exepath %fd.name %fd.num %fd.directory %user.name %thread.tid %container.id %evt.args %evt.cpu %evt.latency"
  priority: WARNING
- rule: lives
  desc: d
  condition: evt.type in (execve, execveat, clone, vfork, fork, clone3, procexit)
  output: "%evt.num %evt.type %evt.dir %proc.name %proc.pid %proc.ppid %proc.pname %proc.aname[3] %proc.cmdline %fd.num
    %proc.cwd %fd.name %user.name %thread.tid %proc.nchilds %proc.nthreads %container.id %evt.args %evt.res %evt.latency"
  priority: WARNING
- rule: talks
  desc: d
  condition: evt.type in (connect, accept, accept4, bind, listen, socket, sendto, recvfrom, sendmsg, recvmsg)
  output: "%evt.num %evt.type %evt.dir %proc.name %fd.name %fd.num %fd.sip %fd.cip %fd.sport %fd.cport %evt.args %evt.latency"
  priority: WARNING
- rule: descriptors
  desc: d
  condition: evt.type in (close, dup, dup2, dup3, fcntl, pipe, pipe2, chdir, fchdir, setuid, prctl, signaldeliver)
  output: "%evt.num %evt.type %evt.dir %proc.name %proc.cwd %fd.name %fd.num %fd.type %thread.tid %evt.args %user.uid %evt.latency"
  priority: WARNING
)yaml";

const char *const kReads = R"yaml(- rule: reads
  desc: d
  condition: evt.type in (read, lseek)
  output: "%evt.num %evt.type %evt.dir %fd.name %fd.num %proc.name %evt.args"
  priority: WARNING
)yaml";

// What calls that nobody asks for tell of sockets.
const char *const kConnections = R"yaml(- rule: tells
  desc: d
  condition: evt.type in (ioctl, fcntl, dup2, pipe, socket, bind, connect, accept4, sendto, recvfrom)
  output: "%evt.num %evt.type %evt.dir %thread.tid %fd.num %fd.type %fd.name %fd.l4proto %fd.connected %fd.name_changed"
  priority: WARNING
- rule: connected
  desc: d
  condition: evt.type in (ioctl, close, fcntl, sendto, sendmsg) and fd.connected = true
  output: "%evt.num"
  priority: WARNING
- rule: first contact
  desc: d
  condition: evt.type in (sendto, sendmsg, recvfrom) and fd.connected = false and fd.name_changed = true
  output: "%evt.num %fd.name"
  priority: WARNING
)yaml";

// Fields that the events which nobody asks for leave behind.
const char *const kWholeState = R"yaml(- rule: whole
  desc: d
  condition: evt.type in (openat, close, procexit)
  output: "%evt.num %proc.vmsize %proc.vmrss %thread.pfminor %proc.fdopencount"
  priority: WARNING
)yaml";

std::string contents(const std::string &path)
{
	std::ifstream file(path, std::ios::binary);
	return {std::istreambuf_iterator<char>(file), {}};
}

// The lines without the log's times. The log has a thread of its own, so their order says nothing.
std::multiset<std::string> complaints(const std::string &err)
{
	static const std::regex time("^[A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9]{2} [0-9:]{8} [0-9]{4}: ");
	std::multiset<std::string> lines;
	for (const auto &line : lines_of(err)) {
		lines.insert(std::regex_replace(line, time, ""));
	}
	return lines;
}

class ReadAhead : public FalcoTest {
protected:
	ReadAhead()
	{
		const std::string common =
			"stdout_output: {enabled: true}\nlog_stderr: true\nlog_syslog: false\nrule_matching: all\n"
			"log_level: warning\njson_output: true\njson_include_output_fields_property: true\n";
		less_ = dir_.write("less.yaml", common);
		all_ = dir_.write(
			"all.yaml",
			common + "plugins: [{library: source-scapfile, config: {leave_out_needless: false}}]\n");
		many_fields_ = dir_.write("many.yaml", kManyFields);
	}

	// Replays with and without, and returns what it was with.
	Finished compare(const std::string &trace, const std::string &rules)
	{
		const Finished less = run_falco({"-c", less_, "-r", rules, "-e", trace});
		const Finished all = run_falco({"-c", all_, "-r", rules, "-e", trace});
		EXPECT_EQ(less.status, all.status);
		EXPECT_EQ(less.out, all.out);
		EXPECT_EQ(complaints(less.err), complaints(all.err));
		return less;
	}
	Finished compare(const std::string &trace) { return compare(trace, many_fields_); }

	std::string less_, all_, many_fields_;
};

} // namespace

TEST_F(ReadAhead, changes_no_alert_of_a_recording)
{
	for (const std::string trace : {"acts", "mixed"}) {
		const std::string plain = dir_.write(trace + ".scap", unpacked(kTraces + trace + ".scap"));
		const std::string reads = dir_.write("reads.yaml", kReads);
		for (const std::string &rules :
		     {many_fields_, reads, std::string(FALCO_SOURCE_DIR "/rules/falco_rules.yaml")}) {
			SCOPED_TRACE(trace + " " + rules);
			const Finished packed = compare(kTraces + trace + ".scap", rules);
			EXPECT_EQ(packed.status, 0);
			EXPECT_THAT(packed.out, HasSubstr("\"output\""));
			EXPECT_EQ(compare(plain, rules).out, packed.out);
		}
	}
}

TEST_F(ReadAhead, changes_no_alert_when_events_are_lost)
{
	for (unsigned seed = 1; seed <= 12; seed++) {
		SCOPED_TRACE(seed);
		random_trace(seed).save(dir_.path() + "/random.scap");
		EXPECT_THAT(compare(dir_.path() + "/random.scap").out, HasSubstr("\"output\""));
	}
}

TEST_F(ReadAhead, changes_no_alert_that_looks_at_connections)
{
	const std::string rules = dir_.write("connections.yaml", kConnections);
	for (const std::string trace : {"acts", "mixed", "heavy"}) {
		SCOPED_TRACE(trace);
		EXPECT_THAT(compare(kTraces + trace + ".scap", rules).out, HasSubstr("\"fd.connected\":"));
	}
	std::string alerts;
	for (const unsigned seed :
	     {1, 2, 3, 4, 5, 6, 7, 8, 116, 214}) { // the last with ends that belong to calls before
		SCOPED_TRACE(seed);
		RandomTransfers(seed).trace.save(dir_.path() + "/transfers.scap");
		alerts += compare(dir_.path() + "/transfers.scap", rules).out;
	}
	for (const char *part : {"\"rule\":\"connected\"", "\"rule\":\"first contact\"", "\"fd.connected\":false"}) {
		EXPECT_THAT(alerts, HasSubstr(part));
	}
}

TEST_F(ReadAhead, leaves_nothing_out_that_a_field_depends_on)
{
	const std::string rules = dir_.write("whole.yaml", kWholeState);
	const Finished falco = compare(kTraces + "acts.scap", rules);
	EXPECT_EQ(falco.status, 0);
	EXPECT_THAT(falco.out, HasSubstr("proc.vmsize"));
}

TEST_F(ReadAhead, counts_time_from_the_first_event_even_if_nothing_needs_it)
{
	Trace trace;
	const Pid one = trace.process(Process("one").path("/bin/one"));
	trace.event(one, PPME_SCHEDSWITCH_6_E, {1, 0, 0, 0, 0, 0});
	trace.open(one, "/etc/passwd", 0);
	trace.save(dir_.path() + "/switch.scap");
	EXPECT_THAT(compare(dir_.path() + "/switch.scap").out, HasSubstr("\"evt.reltime\":200000,"));
}

TEST_F(ReadAhead, goes_on_where_another_trace_begins_in_the_same_file)
{
	const std::string one = unpacked(kTraces + "acts.scap");
	const Finished falco = compare(dir_.write("two.scap", one + one));
	EXPECT_EQ(falco.status, 0);
	EXPECT_EQ(compare(dir_.write("packed.scap", contents(kTraces + "acts.scap") + contents(kTraces + "acts.scap")))
			  .out,
		  falco.out);
}

TEST_F(ReadAhead, ends_at_damage_where_libscap_would)
{
	std::mt19937 random(20260101);
	for (const bool unpack : {true, true, false}) {
		const std::string whole = unpack ? unpacked(kTraces + "acts.scap") : contents(kTraces + "acts.scap");
		for (int i = 0; i < 12; i++) {
			std::string damaged = whole;
			const size_t at = random() % whole.size();
			if (i % 3 == 0) {
				damaged.resize(at);
			} else {
				damaged[at] = static_cast<char>(damaged[at] ^ (1 << random() % 8));
			}
			SCOPED_TRACE(std::string(unpack ? "plain" : "packed") +
				     (i % 3 == 0 ? " cut at " : " changed at ") + std::to_string(at));
			compare(dir_.write("damaged.scap", damaged));
		}
	}
}
