// SPDX-License-Identifier: Apache-2.0
// The cases of all shipped rules under `falco test`, in one run: every rule and macro, every check and group in them
// was true in one event and false in another. Add what a new branch needs to its rule's case.
#include "tests/rules/alerts.hpp"
#include "tests/rules/rule_case.hpp"
#include "tests/support/run_falco.hpp"
#include "tests/support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace falco::test {

namespace {

// A file of cases for all rules, with its traces.
void write_cases(const TempDir &directory)
{
	std::string cases = "rules: " + shipped_rules() + "\ncases:\n";
	const auto save = [&](RuleCase::Script script, const std::string &name) {
		Trace trace;
		script(trace);
		trace.save(directory.file(name));
	};
	for (const RuleCase &rule_case : all_rule_cases()) {
		save(rule_case.fires, rule_case.rule + ".scap");
		save(rule_case.quiet, rule_case.rule + "-quiet.scap");
		cases += "  - name: " + rule_case.rule + "\n    trace: " + rule_case.rule +
			 ".scap\n    alerts: [{rule: " + rule_case.rule +
			 ", count: " + std::to_string(rule_case.alerts) + ", priority: " + rule_case.priority + "}]\n";
		cases += "  - name: " + rule_case.rule + " lets pass\n    trace: " + rule_case.rule +
			 "-quiet.scap\n    no_alerts: [" + rule_case.rule + "]\n";
	}
	directory.write("cases.yaml", cases);
}

} // namespace

TEST(Coverage, of_the_shipped_rules_is_complete)
{
	const TempDir directory;
	write_cases(directory);
	const Finished falco = run_falco({"test", directory.file("cases.yaml"), "--coverage", "--coverage-json",
					  directory.file("coverage.json")});
	ASSERT_EQ(falco.status, 0) << falco.out << falco.err;
	const auto coverage = nlohmann::json::parse(directory.read("coverage.json"));
	ASSERT_THAT(coverage["items"], testing::SizeIs(testing::Gt(all_rule_cases().size())));
	EXPECT_EQ(coverage["left_out"], nlohmann::json::array()); // every rule is on, and every macro used
	for (const auto &item : coverage["items"]) {
		for (const auto &branch : item["branches"]) {
			for (const char *outcome : {"true", "false"})
				EXPECT_GT(branch[outcome].get<int>(), 0)
					<< item["name"] << ", line " << branch["line"] << ": " << branch["text"]
					<< " was never " << outcome;
		}
	}
}

} // namespace falco::test
