// SPDX-License-Identifier: Apache-2.0
//
// falco test --update, --watch and --coverage.
#include "tests/e2e/background.hpp"
#include "tests/e2e/rule_tests_fixture.hpp"

#include <csignal>
#include <filesystem>

using namespace falco::test;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

TEST_F(RuleTests, update_rewrites_the_expectations_and_nothing_else)
{
	const Finished falco = test(R"yaml(
  - name: first # stays
    alerts:
      - rule: hosts
        count: 7

      - {rule: shadow, output: dog}

  # stays, too
  - name: second
    no_alerts: true
  - name: passes
    alerts: [ hosts ]
  - name: quiet
    trace: quiet.scap
    alerts:
    - hosts
)yaml",
				    {"--update"});
	EXPECT_EQ(falco.status, 0) << falco.out << falco.err;
	EXPECT_THAT(falco.out, HasSubstr("-        count: 7\n"));
	EXPECT_THAT(falco.out, HasSubstr("+        count: 1\n"));
	EXPECT_THAT(falco.out, HasSubstr("3 cases rewritten\n"));
	EXPECT_EQ(dir_.read("cases.yaml"), R"yaml(rules: rules.yaml
trace: reads.scap
cases:

  - name: first # stays
    alerts:
      - rule: "hosts"
        count: 1
        priority: Informational
      - rule: "shadow"
        count: 2
        priority: Warning
        output: "shadow by cat (file=/etc/shadow)"

  # stays, too
  - name: second
    alerts:
      - rule: "hosts"
        count: 1
        priority: Informational
      - rule: "shadow"
        count: 2
        priority: Warning
  - name: passes
    alerts: [ hosts ]
  - name: quiet
    trace: quiet.scap
    no_alerts: true
)yaml");
	const Finished again = run_falco({"test", dir_.file("cases.yaml")});
	EXPECT_EQ(again.out, "4 passed\n");
}

TEST_F(RuleTests, update_goes_on_after_cases_that_it_cannot_rewrite)
{
	const std::string at = dir_.file("cases.yaml") + ":";
	const Finished falco = test(R"yaml(
  - {name: flow, alerts: [shadow], no_other_alerts: true}
  - alerts: [{rule: hosts, count: 7}]
    name: begins with alerts
  - name: shared
    trace: quiet.scap
    alerts: &shared
      - {rule: hosts, count: 1}
  - name: passes with it
    alerts: *shared
  - name: differ
    matrix: {traces: [reads.scap, quiet.scap]}
    alerts: [{rule: hosts, count: 7}]
  - name: differ and pass
    matrix: {traces: [reads.scap, quiet.scap]}
    alerts: [{rule: hosts, count: 0..}]
  - name: good
    alerts:
      - {rule: hosts, count: 7}
)yaml",
				    {"--update"});
	EXPECT_EQ(falco.status, 2);
	EXPECT_THAT(falco.out, HasSubstr(at + "5:5: flow: not rewritten: --update rewrites cases that have each key "
					      "on a line of its own\n"));
	EXPECT_THAT(falco.out,
		    HasSubstr(at + "6:5: begins with alerts: not rewritten: --update rewrites cases that begin"));
	EXPECT_THAT(falco.out, HasSubstr(at + "8:5: shared: not rewritten: with it the file could not be read: "));
	EXPECT_THAT(falco.out, HasSubstr(at + "14:5: differ: not rewritten: its rules and traces give different"));
	EXPECT_THAT(falco.out, Not(HasSubstr("pass: not rewritten")));
	EXPECT_THAT(falco.out, HasSubstr("cases.yaml: 1 case rewritten\n"));
	const std::string after = dir_.read("cases.yaml");
	EXPECT_THAT(after, HasSubstr("  - name: good\n    alerts:\n      - rule: \"hosts\"\n        count: 1\n"));
	EXPECT_THAT(after, HasSubstr("    alerts: &shared\n      - {rule: hosts, count: 1}\n"));
}

TEST_F(RuleTests, update_takes_no_option_that_it_would_do_nothing_with)
{
	for (const char *option : {"--json", "--watch", "--coverage", "--junit=x", "--coverage-json=x",
				   "--coverage-html=x", "--min-coverage=50"}) {
		const Finished falco = test("  - {name: n, alerts: [hosts]}\n", {"--update", option});
		EXPECT_EQ(falco.status, 1) << option;
		EXPECT_THAT(falco.err, HasSubstr("excludes")) << option;
	}
}

TEST_F(RuleTests, update_drops_an_order_that_nothing_is_left_of)
{
	const Finished falco = test(R"yaml(
  - name: none left
    trace: quiet.scap
    order: true
    alerts: [hosts, shadow]
    no_other_alerts: true
  - name: behind
    trace: quiet.scap
    alerts: [hosts, shadow]
    order: true
  - name: two left
    order: true
    alerts: [shadow, hosts]
)yaml",
				    {"--update"});
	EXPECT_EQ(falco.status, 0) << falco.out;
	EXPECT_EQ(run_falco({"test", dir_.file("cases.yaml")}).out, "3 passed\n");
	EXPECT_THAT(dir_.read("cases.yaml"),
		    HasSubstr("  - name: none left\n    trace: quiet.scap\n    no_alerts: true\n"
			      "    no_other_alerts: true\n  - name: behind\n    trace: quiet.scap\n"
			      "    no_alerts: true\n  - name: two left\n    order: true\n"));
}

TEST_F(RuleTests, coverage_tells_what_was_never_true_or_never_false)
{
	const Finished falco = test("  - {name: n, alerts: [hosts]}\n",
				    {"--coverage", "--coverage-json", dir_.file("coverage.json"), "--coverage-html",
				     dir_.file("coverage.html"), "--min-coverage", "99"});
	EXPECT_EQ(falco.status, 1);
	EXPECT_THAT(falco.err, HasSubstr("falco: coverage is "));
	EXPECT_THAT(falco.out, HasSubstr("never true:  proc.name = sshd  (5:55)\n"));
	EXPECT_THAT(falco.out, Not(HasSubstr("fd.name = /etc/shadow")));
	const json coverage = json::parse(dir_.read("coverage.json"));
	EXPECT_EQ(coverage["covered"].get<int>() + 1, coverage["total"].get<int>());
	EXPECT_EQ(coverage["items"][1]["name"], "shadow");
	EXPECT_EQ(coverage["items"][1]["branches"][0]["true"], 2);
	const std::string html = dir_.read("coverage.html");
	EXPECT_THAT(html,
		    HasSubstr("<span class=\"false\" title=\"true 0 times, false 2 times\">proc.name = sshd</span>"));
	EXPECT_THAT(html, HasSubstr("<span class=\"both\""));
}

TEST_F(RuleTests, coverage_is_told_in_colours_on_a_terminal)
{
	const std::string command =
		FALCO_BINARY_DIR "/falco test --coverage " + cases("  - {name: n, alerts: [hosts]}\n");
	const std::string seen = run_program("/usr/bin/script", {"-qec", command, "/dev/null"}).out;
	EXPECT_THAT(seen, HasSubstr("\033[1m" + dir_.file("rules.yaml") + "\033[0m\r\n"));
	EXPECT_THAT(seen, HasSubstr("             \033[33mnever true:  \033[0mproc.name = sshd"));
	EXPECT_THAT(run_program("/bin/sh", {"-c", command}).out, Not(HasSubstr("\033[")));
}

TEST_F(RuleTests, coverage_names_what_is_not_counted_and_marks_groups)
{
	dir_.write("rules.yaml", std::string(kTested) + R"yaml(
- macro: unused
  condition: (proc.name = x)
- rule: off
  desc: d
  condition: evt.type = listen
  output: o
  priority: INFO
  enabled: false
- rule: grouped
  desc: d
  condition: opened and (fd.name = /x or fd.name = /tmp/x)
  exceptions: [{name: by_name, fields: [proc.name], values: [[dog]]}]
  output: o
  priority: INFO
)yaml");
	const Finished falco =
		test("  - {name: n, alerts: [hosts]}\n", {"--coverage", "--coverage-json", dir_.file("coverage.json"),
							  "--coverage-html", dir_.file("coverage.html")});
	EXPECT_THAT(falco.out, HasSubstr("Not counted\n  macro unused  (" + rules_ +
					 ":14): no rule that is on uses it\n  rule off  (" + rules_ +
					 ":16): its file says enabled: false\n"));
	const json coverage = json::parse(dir_.read("coverage.json"));
	ASSERT_EQ(coverage["left_out"].size(), 2u);
	EXPECT_EQ(coverage["left_out"][1]["name"], "off");
	const std::string html = dir_.read("coverage.html");
	EXPECT_THAT(html, HasSubstr("<td>rule off</td><td>not counted: its file says enabled: false</td>"));
	EXPECT_THAT(html, HasSubstr("title=\"or: true 0 times, false 3 times\">or</span>"));
	EXPECT_THAT(html,
		    testing::ContainsRegex("<span class=\"m [a-z]+\" title=\"by_name: true [0-9]+ times, false [0-9]+ "
					   "times\">exception</span>"));
}

TEST_F(RuleTests, coverage_of_several_cases_and_processes_adds_up)
{
	Trace trace;
	trace.open(trace.process(Process("sshd")), "/etc/shadow", O_RDONLY);
	trace.save(dir_.file("sshd.scap"));
	const Finished falco =
		test("  - {name: a, alerts: [hosts]}\n  - {name: b, trace: sshd.scap, no_alerts: true}\n",
		     {"-j", "2", "--min-coverage", "100", "--coverage"});
	EXPECT_EQ(falco.status, 0) << falco.out << falco.err;
	EXPECT_THAT(falco.out, HasSubstr("Coverage: 100.0 %"));
}

TEST_F(RuleTests, watch_runs_again_when_a_rule_changes)
{
	Background falco({"test", cases("  - {name: n, alerts: [hosts]}\n"), "--watch"});
	ASSERT_TRUE(falco.wait_for_output("1 passed\nWaiting for changes"));
	std::string rules = kTested;
	rules.replace(rules.find("/etc/hosts"), 10, "/etc/other");
	dir_.write("rules.yaml", rules);
	ASSERT_TRUE(falco.wait_for_output("0 passed, 1 failed\nWaiting for changes"));
	EXPECT_THAT(falco.output(), HasSubstr(dir_.file("rules.yaml") + " has changed\n"));
	dir_.write("rules.yaml", "- rule: broken\n");
	ASSERT_TRUE(falco.wait_for_output("0 passed, 1 could not be tried\nWaiting for changes"));
	EXPECT_THAT(falco.output(),
		    HasSubstr(dir_.file("rules.yaml") + ":1:9: rule broken: the key 'condition' is missing"));
	dir_.write("rules.yaml", kTested);
	cases("  - {name: n, alerts: [hosts]}\n  - {name: m, alerts: [shadow]}\n");
	ASSERT_TRUE(falco.wait_for_output("2 passed\nWaiting for changes"));
	falco.signal(SIGTERM);
	EXPECT_EQ(falco.wait(), 128 + SIGTERM);
}

TEST_F(RuleTests, watch_sees_recordings_that_come_and_go)
{
	const std::string reads = dir_.read("reads.scap");
	Background falco({"test", cases("  - {name: n, alerts: [hosts]}\n"), "--watch"});
	ASSERT_TRUE(falco.wait_for_output("1 passed\nWaiting for changes"));
	dir_.write("reads.scap", dir_.read("quiet.scap"));
	ASSERT_TRUE(falco.wait_for_output("0 passed, 1 failed\nWaiting for changes"));
	EXPECT_THAT(falco.output(), HasSubstr(dir_.file("reads.scap") + " has changed\n"));
	std::filesystem::remove(dir_.file("reads.scap"));
	ASSERT_TRUE(falco.wait_for_output("cannot read trace file"));
	ASSERT_TRUE(falco.wait_for_output("0 passed, 1 could not be tried\nWaiting for changes"));
	dir_.write("reads.scap", reads);
	ASSERT_TRUE(falco.wait_for_output("\n1 passed\nWaiting for changes"));
}

TEST_F(RuleTests, watch_sees_a_new_file_in_a_folder_within)
{
	cases("  - {name: n, alerts: [hosts]}\n");
	std::filesystem::create_directory(dir_.file("more"));
	Background falco({"test", dir_.path(), "--watch"});
	ASSERT_TRUE(falco.wait_for_output("1 passed\nWaiting for changes"));
	dir_.write("more/new.yaml",
		   "rules: ../rules.yaml\ntrace: ../reads.scap\ncases:\n  - {name: m, alerts: [shadow]}\n");
	ASSERT_TRUE(falco.wait_for_output("2 passed\nWaiting for changes"));
}
