// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/fixture.hpp"

#include <filesystem>

using namespace falco::test;
using testing::AllOf;
using testing::HasSubstr;

class RulesFiles : public FalcoTest {
protected:
	std::string refusal(const std::string &yaml)
	{
		dir_.write("rules.yaml", yaml);
		const Finished falco = replay(kTraces + "acts.scap");
		EXPECT_EQ(falco.status, 1) << yaml;
		return falco.err;
	}
};

TEST_F(RulesFiles, with_mistakes_end_the_start_and_all_of_them_are_shown)
{
	const std::string err =
		refusal("- macro: m\n  condition: m\n- rule: r\n  desc: d\n  condition: >\n    evt.type = open\n"
			"    and fd.nam = x\n  output: x\n  priority: high\n");
	EXPECT_THAT(err, HasSubstr(rules_ + ":2:14: macro m: macro 'm' uses itself: m -> m"));
	EXPECT_THAT(err, HasSubstr(rules_ + ":9:13: rule r: unknown priority 'high'"));
	EXPECT_THAT(err, HasSubstr("Runtime error: cannot load the rules: "));
}

TEST_F(RulesFiles, are_placed_to_the_column_inside_a_folded_condition)
{
	EXPECT_THAT(
		refusal("- rule: r\n  desc: d\n  condition: >\n    evt.type = open\n    and fd.nam = x\n  output: x\n"
			"  priority: INFO\n"),
		AllOf(HasSubstr(rules_ + ":5:9: rule r: unknown field 'fd.nam' (did you mean 'fd.name'?)"),
		      HasSubstr(":         and fd.nam = x\n"), HasSubstr(":             ^\n")));
}

TEST_F(RulesFiles, that_are_not_there_or_broken_are_errors)
{
	EXPECT_THAT(run_falco({"-c", config_, "-r", dir_.file("none.yaml"), "-e", kTraces + "acts.scap"}).err,
		    HasSubstr("cannot read rules file " + dir_.file("none.yaml") + ": No such file or directory"));
	EXPECT_THAT(refusal("- rule: \"x\n"), HasSubstr(rules_ + ":"));
	EXPECT_THAT(refusal("- rule: a\n  rule: b\n"), HasSubstr(rules_ + ":2:3: "));
	EXPECT_THAT(refusal(std::string("- rule: \xff\n")), HasSubstr(rules_ + ":1:"));
}

TEST_F(RulesFiles, may_be_empty)
{
	dir_.write("rules.yaml", "");
	const Finished falco = replay(kTraces + "acts.scap");
	EXPECT_EQ(falco.status, 0) << falco.err;
	EXPECT_THAT(falco.out, HasSubstr("Events detected: 0\n"));
}

TEST_F(RulesFiles, of_a_folder_are_read_in_order)
{
	std::filesystem::create_directory(dir_.file("rules.d"));
	dir_.write("rules.d/10-macros.yml", "- macro: m\n  condition: evt.type = openat\n");
	dir_.write("rules.d/20-rules.yaml",
		   "- rule: r\n  desc: from a folder\n  condition: m\n  output: x\n  priority: INFO\n");
	dir_.write("rules.d/README", "not rules");
	const Finished falco = run_falco({"-c", config_, "-r", dir_.file("rules.d"), "-L"});
	EXPECT_EQ(falco.status, 0) << falco.err;
	EXPECT_THAT(falco.out, HasSubstr("from a folder"));
}

TEST_F(RulesFiles, that_name_ignored_events_are_refused_when_strict)
{
	dir_.write("rules.yaml", "- rule: r\n  desc: d\n  condition: evt.type = read\n  output: x\n  priority: INFO\n");
	EXPECT_THAT(replay(kTraces + "acts.scap").err, HasSubstr("Ignored event \"read\" in rule r"));
	const Finished strict = replay(kTraces + "acts.scap", {"-o", "ignored_events=strict"});
	EXPECT_EQ(strict.status, 1);
	EXPECT_THAT(strict.err, HasSubstr("Ignored event \"read\" in rule r"));
}

TEST_F(RulesFiles, give_the_same_alerts_with_every_evaluator)
{
	std::string alerts;
	const std::string entry = "plugins:\n  - library: matcher-sinsp\n    config: {evaluator: ",
			  block = "matcher: {evaluator: ";
	for (const std::string evaluator : {"fast", "reference", "verify"}) {
		for (const std::string &form : {entry, block}) {
			dir_.write("falco.yaml",
				   "stdout_output: {enabled: true}\nlog_stderr: true\nlog_syslog: false\n" + form +
					   evaluator + "}\n");
			const Finished falco = replay(kTraces + "mixed.scap");
			EXPECT_EQ(falco.status, 0) << falco.err;
			EXPECT_THAT(falco.out, HasSubstr("Events detected: 3\n")) << evaluator;
			EXPECT_TRUE(alerts.empty() || falco.out == alerts) << evaluator;
			EXPECT_EQ(falco.err.find("evaluators agreed on all verdicts") != std::string::npos,
				  evaluator == "verify");
			alerts = falco.out;
		}
	}
}

TEST_F(RulesFiles, bring_an_error_for_settings_of_the_matcher_that_it_does_not_have)
{
	const auto refusal = [&](const std::string &block) {
		dir_.write("falco.yaml", "stdout_output: {enabled: true}\nmatcher: " + block + "\n");
		const Finished falco = replay(kTraces + "mixed.scap");
		EXPECT_EQ(falco.status, 1);
		return falco.err;
	};
	EXPECT_THAT(refusal("{evaluatr: fast}"),
		    HasSubstr("falco.yaml:2:11: matcher 'sinsp': unknown key 'evaluatr' (did you mean 'evaluator'?)"));
	EXPECT_THAT(refusal("{evaluator: faster}"),
		    HasSubstr("falco.yaml:2:22: matcher 'sinsp': evaluator: must be one of fast, reference, verify"));
}
