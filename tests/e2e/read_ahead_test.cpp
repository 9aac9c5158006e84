// SPDX-License-Identifier: Apache-2.0
//
// What libsinsp need not see of a file is left out, and nothing that a user sees may tell: alerts, numbers and errors
// are held to those of a falco that leaves nothing out.
#include "tests/e2e/fed_trace.hpp"
#include "tests/e2e/fixture.hpp"
#include "tests/support/trace.hpp"

#include <filesystem>
#include <fstream>
#include <random>
#include <regex>
#include <set>
#include <sstream>
#include <zlib.h>

using namespace falco::test;
using testing::HasSubstr;

namespace {

// Rules that look at the state from all sides; no rule is about the most frequent calls.
const char *const kManyFields = R"yaml(- rule: opened
  desc: d
  condition: evt.type in (open, openat, openat2, creat) and evt.dir = <
  output: "%evt.num %evt.time %evt.reltime %proc.name %proc.pid %proc.ppid %proc.pname %proc.aname[2] %proc.cmdline
    %proc.cwd %proc.exepath %fd.name %fd.num %fd.directory %user.name %thread.tid %container.id %evt.args %evt.cpu"
  priority: WARNING
- rule: lives
  desc: d
  condition: evt.type in (execve, execveat, clone, vfork, fork, clone3, procexit)
  output: "%evt.num %evt.type %evt.dir %proc.name %proc.pid %proc.ppid %proc.pname %proc.aname[3] %proc.cmdline %fd.num
    %proc.cwd %fd.name %user.name %thread.tid %proc.nchilds %proc.nthreads %container.id %evt.args %evt.res"
  priority: WARNING
- rule: talks
  desc: d
  condition: evt.type in (connect, accept, accept4, bind, listen, socket, sendto, recvfrom, sendmsg, recvmsg)
  output: "%evt.num %evt.type %evt.dir %proc.name %fd.name %fd.num %fd.sip %fd.cip %fd.sport %fd.cport %evt.args"
  priority: WARNING
- rule: descriptors
  desc: d
  condition: evt.type in (close, dup, dup2, dup3, fcntl, pipe, pipe2, chdir, fchdir, setuid, prctl, signaldeliver)
  output: "%evt.num %evt.type %evt.dir %proc.name %proc.cwd %fd.name %fd.num %fd.type %thread.tid %evt.args %user.uid"
  priority: WARNING
)yaml";

const char *const kReads = R"yaml(- rule: reads
  desc: d
  condition: evt.type in (read, lseek)
  output: "%evt.num %evt.type %evt.dir %fd.name %fd.num %proc.name %evt.args"
  priority: WARNING
)yaml";

// Fields that the events which nobody asks for leave behind.
const char *const kWholeState = R"yaml(- rule: whole
  desc: d
  condition: evt.type in (openat, close, procexit)
  output: "%evt.num %proc.vmsize %proc.vmrss %thread.pfminor %fd.connected %proc.fdopencount"
  priority: WARNING
- rule: slow
  desc: d
  condition: evt.type = dup2 and evt.latency > 1
  output: "%evt.num %evt.latency"
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

// Single events of a few threads, some of them lost, so that beginnings and ends do not always fit.
void random_events(Trace &trace, std::mt19937 &random)
{
	std::vector<Pid> threads = {trace.process(Process("one").path("/bin/one")),
				    trace.process(Process("two").path("/bin/two"))};
	const auto number = [&](unsigned below) { return static_cast<std::int64_t>(random() % below); };
	std::int64_t fd = 0;
	for (unsigned step = 0; step < 400; step++) {
		const Pid thread = number(20) == 0 ? 5000 + number(3) : threads[random() % threads.size()];
		const auto event = [&](ppm_event_code type, const Params &params) {
			if (number(8) != 0) trace.event(thread, type, params); // else it is lost
		};
		const std::string name = "/tmp/" + std::to_string(number(9));
		const std::int64_t command = number(2) == 0 ? PPM_FCNTL_F_DUPFD : PPM_FCNTL_F_GETFL;
		fd = 3 + number(4);
		switch (number(12)) {
		case 0:
			event(PPME_SYSCALL_OPENAT_2_E, {-100, name, 1, 0});
			event(PPME_SYSCALL_OPENAT_2_X, {fd, -100, name, 1, 0, 0x801, 42});
			break;
		case 1:
			event(PPME_SYSCALL_CLOSE_E, {fd});
			event(PPME_SYSCALL_CLOSE_X, {number(3) == 0 ? -9 : 0});
			break;
		case 2:
			event(PPME_SYSCALL_FCNTL_E, {fd, command});
			event(PPME_SYSCALL_FCNTL_X, {3 + number(4), fd, command});
			break;
		case 3:
			event(PPME_SYSCALL_DUP2_E, {fd});
			event(PPME_SYSCALL_DUP2_X, {3 + number(4), fd, 3});
			break;
		case 4:
			event(PPME_SYSCALL_CHDIR_E, {});
			event(PPME_SYSCALL_CHDIR_X, {0, name});
			break;
		case 5:
			if (number(6) == 0 && threads.size() < 6) {
				threads.push_back(trace.spawn(threads[0], Process("child").path("/bin/child")));
			} else if (threads.size() > 3) {
				trace.exit(threads.back());
				threads.pop_back();
			}
			break;
		case 6:
			event(PPME_SYSCALL_LSEEK_E, {fd, 0, 0});
			event(PPME_SYSCALL_LSEEK_X, {0});
			break;
		case 7:
			event(PPME_SYSCALL_UNLINKAT_2_E, {});
			event(PPME_SYSCALL_UNLINKAT_2_X, {0, -100, name, 0});
			break;
		case 8:
			event(PPME_SIGNALDELIVER_E, {1, 2, 15});
			break;
		default:
			event(PPME_SYSCALL_READ_E, {fd, 10});
			event(PPME_SYSCALL_READ_X, {4, Param::Bytes{"data"}, fd, 10});
		}
	}
}

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
		std::mt19937 random(seed);
		Trace trace;
		random_events(trace, random);
		trace.save(dir_.path() + "/random.scap");
		EXPECT_THAT(compare(dir_.path() + "/random.scap").out, HasSubstr("\"output\""));
	}
}

TEST_F(ReadAhead, leaves_nothing_out_that_a_field_depends_on)
{
	const std::string rules = dir_.write("whole.yaml", kWholeState);
	const Finished falco = compare(kTraces + "acts.scap", rules);
	EXPECT_EQ(falco.status, 0);
	EXPECT_THAT(falco.out, HasSubstr("evt.latency"));
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
