// SPDX-License-Identifier: Apache-2.0
//
// falco test: cases, and what they report.
#include "tests/e2e/rule_tests_fixture.hpp"

#include <filesystem>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace falco::test;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST_F(RuleTests, pass_when_the_alerts_are_as_expected)
{
	const Finished falco = test(R"yaml(
  - name: all of it
    alerts:
      - {rule: hosts, count: 1, priority: info, output: hosts by cat}
      - {rule: shadow, count: 2, regex: "^shadow by (cat|dog) ", fields: {fd.name: /etc/shadow}}
    order: true
    no_other_alerts: true
  - name: a name is enough
    alerts: [hosts]
  - name: ranges
    alerts: [{rule: shadow, count: 1..2}, {rule: hosts, count: 1..}]
  - name: quiet
    trace: quiet.scap
    no_alerts: true
  - name: each trace
    matrix: {traces: [reads.scap, reads.scap]}
    no_alerts: []
    alerts: [{rule: hosts, count: 1}]
)yaml");
	EXPECT_EQ(falco.status, 0);
	EXPECT_EQ(falco.out, "6 passed\n");
	EXPECT_EQ(falco.err, "");
}

TEST_F(RuleTests, show_what_was_expected_beside_what_was_found)
{
	const Finished falco = test(R"yaml(
  - name: wrong
    alerts:
      - {rule: hosts, count: 2}
      - {rule: shadow, priority: error}
    no_other_alerts: true
)yaml");
	EXPECT_EQ(falco.status, 1);
	EXPECT_THAT(falco.out, StartsWith("FAIL  " + dir_.file("cases.yaml") + ":5:5: wrong\n"));
	EXPECT_THAT(falco.out, HasSubstr("  - hosts, 2 alerts                                 1 alert, event "));
	EXPECT_THAT(falco.out, HasSubstr(" hosts, Informational: hosts by cat\n"));
	EXPECT_THAT(falco.out,
		    HasSubstr("  - shadow, 1 alert or more, priority Error         no such alert, but event "));
	EXPECT_THAT(falco.out, HasSubstr("(its priority is Warning)\n"));
	EXPECT_THAT(falco.out, HasSubstr("  - no alert                                        event "));
	EXPECT_THAT(falco.out, HasSubstr("\n0 passed, 1 failed\n"));
}

TEST_F(RuleTests, explain_why_an_alert_is_missing)
{
	const Finished falco = test("  - {name: n, trace: quiet.scap, alerts: [shadow]}\n");
	EXPECT_EQ(falco.status, 1);
	EXPECT_THAT(falco.out, HasSubstr("Why there is no alert:\n"));
	EXPECT_THAT(falco.out, HasSubstr("should hold: fd.name = /etc/shadow, but saw \"/tmp/x\"\n"));
}

TEST_F(RuleTests, tell_what_is_not_as_expected_in_an_alert)
{
	const Finished falco = test(R"yaml(
  - {name: a, alerts: [{rule: hosts, output: by dog}]}
  - {name: b, alerts: [{rule: hosts, regex: "by d.g$"}]}
  - {name: c, alerts: [{rule: shadow, fields: {fd.name: /etc/passwd}}]}
  - {name: d, alerts: [{rule: hosts, fields: {fd.name: /etc/hosts}}]}
  - {name: e, alerts: [{rule: hosts, regex: "by (d"}]}
)yaml");
	EXPECT_EQ(falco.status, 2);
	for (const char *why :
	     {"(its output has no 'by dog')\n", "(its output is not like /by d.g$/)\n", "(fd.name is '/etc/shadow')\n",
	      "(its output has no field fd.name with a value)\n", "cases.yaml:9:45: e\n    regex: "})
		EXPECT_THAT(falco.out, HasSubstr(why));
	EXPECT_THAT(falco.out, HasSubstr("\n0 passed, 4 failed, 1 could not be tried\n"));
}

TEST_F(RuleTests, try_a_case_with_each_set_of_rules_on_each_trace)
{
	dir_.write("other.yaml",
		   "- rule: hosts\n  desc: d\n  condition: evt.type = listen\n  output: o\n  priority: INFO\n");
	const std::string cases = dir_.write("cases.yaml", R"yaml(traces: [reads.scap, quiet.scap]
cases:
  - name: n
    matrix: {rules: [rules.yaml, [rules.yaml, other.yaml]]}
    alerts: [hosts]
)yaml");
	const Finished falco = run_falco({"test", cases, "-v"});
	EXPECT_EQ(falco.status, 1);
	EXPECT_THAT(falco.out, HasSubstr(": n [rules.yaml, reads.scap]\n"));
	EXPECT_THAT(falco.out, HasSubstr("FAIL  " + cases + ":3:5: n [rules.yaml, quiet.scap]\n"));
	EXPECT_THAT(falco.out, HasSubstr("FAIL  " + cases + ":3:5: n [rules.yaml+other.yaml, reads.scap]\n"));
	EXPECT_THAT(falco.out, HasSubstr("\n1 passed, 3 failed\n"));
}

TEST_F(RuleTests, are_only_those_of_a_name_when_asked)
{
	const std::string two = "  - {name: the good one, alerts: [hosts]}\n  - {name: bad, no_alerts: true}\n";
	const Finished good = test(two, {"--only", "good"});
	EXPECT_EQ(good.status, 0);
	EXPECT_EQ(good.out, "1 passed\n");
	const Finished none = test(two, {"--only", "ugly"});
	EXPECT_EQ(none.status, 1);
	EXPECT_THAT(none.err, HasSubstr("no case has 'ugly' in its name"));
}

// script(1) makes a terminal.
TEST_F(RuleTests, are_told_in_colours_on_a_terminal_unless_NO_COLOR_is_set)
{
	const std::string command = FALCO_BINARY_DIR "/falco test " +
				    cases("  - {name: good, alerts: [hosts]}\n  - {name: bad, no_alerts: true}\n");
	const auto on_terminal = [&](const std::string &environment) {
		return run_program("/usr/bin/script", {"-qec", environment + command, "/dev/null"}).out;
	};
	EXPECT_THAT(on_terminal(""), HasSubstr("\033[31mFAIL  \033[0m"));
	EXPECT_THAT(on_terminal("NO_COLOR=1 "), Not(HasSubstr("\033[3")));
	EXPECT_THAT(run_program("/bin/sh", {"-c", command}).out, Not(HasSubstr("\033[")));
}

// On a terminal: both standard output and standard error are the one that script(1) makes.
TEST_F(RuleTests, show_how_far_they_are_to_whoever_sits_at_a_terminal)
{
	std::string many;
	for (int i = 0; i < 40; i++)
		many += "  - {name: n" + std::to_string(i) + ", trace: " + kTraces +
			"heavy.scap, no_alerts: [hosts]}\n";
	const std::string command = FALCO_BINARY_DIR "/falco test " + cases(many);
	const Finished seen = run_program("/usr/bin/script", {"-qec", command, "/dev/null"});
	EXPECT_EQ(seen.status, 0) << seen.out;
	EXPECT_THAT(seen.out, testing::ContainsRegex("\r\\[#+ *\\] +[0-9]+ %"));
	EXPECT_THAT(seen.out, testing::ContainsRegex("\r\033\\[K.*40 passed"));
	EXPECT_EQ(run_program("/bin/sh", {"-c", command + " 2>&1"}).out, "40 passed\n");
}

// Nothing of this needs root: as nobody, or, where falco's libraries lie in a folder of root's, without capabilities.
TEST_F(RuleTests, and_the_other_commands_need_no_privileges)
{
	if (geteuid() != 0) GTEST_SKIP() << "not root, so all the tests show it";
	std::vector<std::string> setpriv = {"--reuid=65534", "--regid=65534", "--clear-groups"};
	const auto run_without = [&](std::vector<std::string> arguments) {
		arguments.insert(arguments.begin(), setpriv.begin(), setpriv.end());
		return run_program("/usr/bin/setpriv", arguments);
	};
	const Finished libraries = run_without({"/usr/bin/ldd", FALCO_BINARY_DIR "/plugins/matcher-sinsp.so"});
	if (libraries.status != 0 || libraries.out.find("not found") != std::string::npos)
		setpriv = {"--bounding-set=-all", "--inh-caps=-all"};
	std::filesystem::permissions(dir_.path(), std::filesystem::perms::all);
	const std::string rules = dir_.file("rules.yaml"), trace = dir_.file("reads.scap");
	const std::string description = dir_.write("t.yaml", "events: [{process: 1, exit: close}]\n");
	for (const std::vector<std::string> &arguments :
	     {std::vector<std::string>{"test", cases("  - {name: n, alerts: [hosts]}\n"), "--coverage"},
	      {"explain", "-c", config_, "-r", rules, "-e", trace},
	      {"profile", "-c", config_, "-r", rules, "-e", trace, "--svg", dir_.file("graph.svg")},
	      {"compare", "-c", config_, "--old", rules, "--new", rules, trace},
	      {"trace", "build", description, "-o", dir_.file("built.scap")}}) {
		std::vector<std::string> command = {FALCO_BINARY_DIR "/falco"};
		command.insert(command.end(), arguments.begin(), arguments.end());
		const Finished falco = run_without(command);
		EXPECT_EQ(falco.status, 0) << arguments.front() << falco.err;
	}
}

TEST_F(RuleTests, name_the_earlier_rule_that_took_an_alert)
{
	dir_.write("rules.yaml", std::string(kTested) +
					 "- rule: any_etc\n  desc: d\n  condition: opened and fd.directory = /etc\n"
					 "  output: o\n  priority: INFO\n");
	const Finished falco = test("  - {name: n, alerts: [any_etc]}\n");
	EXPECT_EQ(falco.status, 1);
	EXPECT_THAT(falco.out, HasSubstr("      3  events match its condition\n"));
	EXPECT_THAT(falco.out, HasSubstr("'hosts' took 1 of the events that match: it comes first, and rule_matching "
					 "is first\n"));
	EXPECT_THAT(falco.out, HasSubstr("'shadow' took 2 of the events that match"));
}

TEST_F(RuleTests, take_an_order_of_alerts_that_may_be_absent)
{
	const Finished falco = test(R"yaml(
  - name: absent
    order: true
    alerts: [hosts, {rule: shadow, count: 0.., output: by dog}, shadow]
  - name: absent at the end
    order: true
    alerts: [hosts, shadow, {rule: hosts, count: 0.., output: by dog}]
  - name: there and in order
    order: true
    alerts: [{rule: hosts, count: 0..}, shadow, shadow]
  - name: there and late
    order: true
    alerts: [shadow, {rule: hosts, count: 0..}]
  - name: one alert is one step
    order: true
    alerts: [hosts, shadow, shadow, shadow]
)yaml",
				    {"-v"});
	EXPECT_EQ(falco.status, 1);
	for (const char *name : {"absent", "absent at the end", "there and in order"})
		EXPECT_THAT(falco.out, HasSubstr(std::string(": ") + name + "\n"));
	EXPECT_THAT(falco.out, HasSubstr(": there and late\n"));
	EXPECT_THAT(falco.out, HasSubstr("'hosts' does not come after what stands before it\n"));
	EXPECT_THAT(falco.out, HasSubstr("'shadow' does not come after what stands before it\n"));
	EXPECT_THAT(falco.out, HasSubstr("\n3 passed, 2 failed\n"));
}

TEST_F(RuleTests, take_the_configuration_of_a_case_beside_that_of_all)
{
	const std::string cases = R"yaml(
  - name: only severe ones
    config: {priority: warning}
    alerts: [{rule: shadow, count: 2}]
    no_other_alerts: true
  - name: no such key
    config: {priorit: warning}
    alerts: [shadow]
  - name: no such value
    config: {json_output: 3}
    alerts: [shadow]
)yaml";
	for (const std::vector<std::string> &options : {std::vector<std::string>(), {"-c", config_}}) {
		const Finished falco = test(cases, options);
		EXPECT_EQ(falco.status, 2);
		EXPECT_THAT(falco.out,
			    HasSubstr("cases.yaml:10:13: config: unknown key 'priorit' (did you mean 'priority'?)"));
		EXPECT_THAT(falco.out, HasSubstr("cases.yaml:13:13: config: json_output: expected true or false"));
		EXPECT_THAT(falco.out, HasSubstr("\n1 passed, 2 could not be tried\n"));
	}
}

TEST_F(RuleTests, take_the_trace_and_the_configuration_of_their_file_unless_they_have_their_own)
{
	const std::string file = dir_.write("cases.yaml", R"yaml(rules: rules.yaml
config: {priority: warning}
trace:
  processes: [{name: cat, path: /bin/cat}]
  events:
    - {process: cat, open: {name: /etc/shadow}}
    - {process: cat, open: {name: /etc/hosts}}
cases:
  - {name: of the file, alerts: [{rule: shadow, count: 1}], no_other_alerts: true}
  - {name: own config, config: {priority: debug}, alerts: [shadow, hosts], no_other_alerts: true}
  - {name: own trace, trace: quiet.scap, no_alerts: true}
)yaml");
	EXPECT_EQ(run_falco({"test", file}).out, "3 passed\n");
}

// The others are tried, whatever one says.
TEST_F(RuleTests, go_on_after_a_trace_that_is_too_long)
{
	std::string many =
		"  - name: huge\n    no_alerts: true\n    trace:\n      processes: [{name: sh}]\n      events:\n";
	for (int i = 0; i < 150000; i++)
		many += "        - {process: sh, open: {name: /x}}\n";
	const Finished falco =
		test("  - {name: recorded, alerts: [hosts]}\n" + many +
		     "  - name: described\n    alerts: [shadow]\n    trace:\n      processes: [{name: cat}]\n"
		     "      events: [{process: cat, open: {name: /etc/shadow}}]\n");
	EXPECT_EQ(falco.status, 2);
	EXPECT_EQ(falco.out, "ERROR " + dir_.file("cases.yaml") +
				     ":10:9: huge\n    more than a million values: this is too long for one file\n\n"
				     "2 passed, 1 could not be tried\n");
}

TEST_F(RuleTests, fail_when_the_order_is_another)
{
	const Finished falco = test("  - {name: n, order: true, alerts: [shadow, hosts]}\n");
	EXPECT_EQ(falco.status, 1);
	EXPECT_THAT(falco.out, HasSubstr("'hosts' does not come after what stands before it"));
}

TEST_F(RuleTests, go_on_after_cases_that_cannot_be_tried)
{
	dir_.write("damaged.scap", dir_.read("reads.scap").substr(0, 300));
	dir_.write("bad_rules.yaml",
		   "- rule: x\n  desc: d\n  condition: proc.nam = x\n  output: o\n  priority: INFO\n");
	const std::string at = dir_.file("cases.yaml") + ":";
	const Finished falco = test(R"yaml(
  - {name: a, alert: [hosts]}
  - {name: b, trace: none.scap, alerts: [hosts]}
  - {name: c, no_alerts: true, alerts: [hosts]}
  - {name: d, alerts: [hots]}
  - {name: e, rules: bad_rules.yaml, alerts: [x]}
  - {name: f, trace: damaged.scap, alerts: [hosts]}
  - {name: g, alerts: [{rule: hosts, count: 3..2}]}
  - {name: h}
  - {name: i, alerts: [{rule: shadow, count: 1}, {rule: shadow, count: 2}]}
  - {name: good, alerts: [hosts]}
)yaml");
	EXPECT_EQ(falco.status, 2);
	EXPECT_THAT(falco.out, HasSubstr(at + "5:15: a\n    unknown key 'alert' in a case (did you mean 'alerts'?)\n"));
	EXPECT_THAT(falco.out,
		    HasSubstr(at +
			      "6:22: b\n    trace: expected a recording or a folder of them: cannot read trace file " +
			      dir_.file("none.scap") + ": No such file or directory\n"));
	EXPECT_THAT(falco.out, HasSubstr("alerts of 'hosts' are expected, and no_alerts says that there are none"));
	EXPECT_THAT(falco.out, HasSubstr(at + "8:24: no rule is called 'hots' (did you mean 'hosts'?)"));
	EXPECT_THAT(falco.out, HasSubstr("bad_rules.yaml:3:14: rule x: unknown field 'proc.nam'"));
	EXPECT_THAT(falco.out, HasSubstr("damaged.scap: "));
	EXPECT_THAT(falco.out, HasSubstr("count: the range '3..2' ends before it begins"));
	EXPECT_THAT(falco.out, HasSubstr("the case expects nothing: give it alerts or no_alerts"));
	EXPECT_THAT(falco.out,
		    HasSubstr("at least 2 alerts of 'shadow' are expected here, and at most 1 at " + at + "13:24"));
	EXPECT_THAT(falco.out, HasSubstr("\n1 passed, 9 could not be tried\n"));
}

TEST_F(RuleTests, take_no_pipes_for_traces)
{
	std::filesystem::create_directory(dir_.file("folder"));
	for (const char *pipe : {"pipe", "folder/pipe.scap"})
		ASSERT_EQ(mkfifo(dir_.file(pipe).c_str(), 0600), 0);
	const Finished falco = test("  - {name: a, trace: pipe, alerts: [hosts]}\n"
				    "  - {name: b, traces: [reads.scap, folder], alerts: [hosts]}\n"
				    "  - {name: c, matrix: {traces: [pipe]}, alerts: [hosts]}\n"
				    "  - {name: good, alerts: [hosts]}\n");
	EXPECT_EQ(falco.status, 2);
	const std::string at = dir_.file("cases.yaml"), expected = ": expected a recording or a folder of them: ";
	for (const std::string &error : {":4:22: a\n    trace" + expected + dir_.file("pipe"),
					 ":5:23: b\n    traces" + expected + dir_.file("folder/pipe.scap"),
					 ":6:32: c\n    matrix.traces" + expected + dir_.file("pipe")})
		EXPECT_THAT(falco.out, HasSubstr(at + error + " is no regular file\n"));
	EXPECT_THAT(falco.out, HasSubstr("\n1 passed, 3 could not be tried\n"));
}

TEST_F(RuleTests, read_all_cases_of_a_folder_and_nothing_else)
{
	cases("  - {name: n, alerts: [hosts]}\n");
	const Finished falco = run_falco({"test", dir_.path(), "-v"}); // it holds rules and falco.yaml, too
	EXPECT_EQ(falco.status, 0) << falco.out;
	EXPECT_EQ(falco.out, "ok    " + dir_.file("cases.yaml") + ":4:5: n\n1 passed\n");
}

TEST_F(RuleTests, tell_of_files_of_a_folder_that_cannot_be_read)
{
	cases("  - {name: n, alerts: [hosts]}\n");
	std::filesystem::create_directory(dir_.file("more"));
	dir_.write("more/syntax.yaml", "rules: ../rules.yaml\ncases: [\n");
	dir_.write("more/typo.yml", "rules: ../rules.yaml\ncase:\n  - {name: n, alerts: [hosts]}\n");
	dir_.write("more/other.yaml", "chase: what is not about rules\n");
	const Finished falco = run_falco({"test", dir_.path()});
	EXPECT_EQ(falco.status, 2);
	EXPECT_THAT(falco.out, HasSubstr("ERROR " + dir_.file("more/syntax.yaml") + ":"));
	EXPECT_THAT(falco.out, HasSubstr("ERROR " + dir_.file("more/typo.yml") + ":2:1: "));
	EXPECT_THAT(falco.out, HasSubstr("unknown key 'case' in a file of cases (did you mean 'cases'?)\n"));
	EXPECT_THAT(falco.out, HasSubstr("\n1 passed, 2 could not be tried\n"));
}

TEST_F(RuleTests, report_for_programs)
{
	const Finished falco = test("  - {name: good, alerts: [hosts]}\n  - {name: \"<bad>\", no_alerts: hosts}\n"
				    "  - {name: broken}\n",
				    {"--json", "--junit", dir_.file("report.xml"), "-j", "1"});
	EXPECT_EQ(falco.status, 2);
	const json report = json::parse(falco.out);
	EXPECT_EQ(report["passed"], 1);
	EXPECT_EQ(report["failed"], 1);
	EXPECT_EQ(report["errors"], 1);
	EXPECT_EQ(report["tests"][0]["alerts"], 3);
	EXPECT_EQ(report["tests"][0]["found"][0]["rule"], "hosts");
	EXPECT_EQ(report["tests"][1]["status"], "failed");
	const std::string xml = dir_.read("report.xml");
	EXPECT_THAT(xml, HasSubstr("tests=\"3\" failures=\"1\" errors=\"1\""));
	EXPECT_THAT(xml, HasSubstr("<testcase name=\"&lt;bad&gt;\""));
	EXPECT_THAT(xml, HasSubstr("<failure message="));
	EXPECT_THAT(xml, HasSubstr("<error message=\"the case expects nothing"));
}

TEST_F(RuleTests, give_the_same_report_whatever_the_number_of_processes)
{
	std::string many;
	for (int i = 0; i < 20; i++) {
		many += "  - {name: n" + std::to_string(i) +
			", alerts: [{rule: hosts, count: " + std::to_string(i % 3) + "}]}\n";
	}
	const Finished one = test(many, {"-j", "1", "-v"}), four = test(many, {"-j", "4", "-v"});
	EXPECT_EQ(one.out, four.out);
	EXPECT_THAT(one.out, HasSubstr("7 passed, 13 failed\n"));
}

TEST_F(RuleTests, take_traces_described_in_the_case)
{
	const Finished falco = test(R"yaml(
  - name: described
    trace:
      processes:
        - {name: cat, path: /bin/cat}
      events:
        - {process: cat, open: {name: /etc/shadow, flags: O_RDONLY}}
    alerts: [{rule: shadow, count: 1, output: by cat}]
    no_other_alerts: true
  - name: wrong
    trace:
      events:
        - {process: dog, open: {name: /etc/shadow, flags: O_RDONLY}}
    alerts: [shadow]
  - {name: recorded, alerts: [hosts]}
)yaml");
	EXPECT_EQ(falco.status, 2);
	EXPECT_THAT(falco.out, HasSubstr(dir_.file("cases.yaml") + ":16:21: there is no process"));
	EXPECT_THAT(falco.out, HasSubstr("\n2 passed, 1 could not be tried\n"));
}

// Once by the command and once by the one process that tries them: each time for a case, 100 cases would take 100 times
// as long as 10 of them do.
TEST_F(RuleTests, read_the_file_that_describes_their_traces_once)
{
	std::string many;
	for (int i = 0; i < 30; i++) {
		many += "  - {name: n" + std::to_string(i) +
			", trace: {events: [{process: 1, mkdir: {name: /d}}]}, no_alerts: true}\n";
	}
	const std::string path = cases(many);
	const int watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	ASSERT_GE(inotify_add_watch(watch, path.c_str(), IN_OPEN | IN_CLOSE), 0);
	const Finished falco = run_falco({"test", path, "-j", "1"});
	EXPECT_EQ(falco.out, "30 passed\n") << falco.err;
	alignas(inotify_event) char events[65536];
	const ssize_t size = read(watch, events, sizeof events);
	close(watch);
	int opened = 0;
	for (ssize_t at = 0; at < size;) {
		const auto *event = reinterpret_cast<const inotify_event *>(events + at);
		opened += (event->mask & IN_OPEN) != 0 ? 1 : 0;
		at += static_cast<ssize_t>(sizeof *event + event->len);
	}
	EXPECT_EQ(opened, 2);
}
