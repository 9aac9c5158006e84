// SPDX-License-Identifier: Apache-2.0
// Every shipped rule on a trace that it must see and on a near miss that it must let pass.
#include "tests/rules/alerts.hpp"
#include "tests/rules/rule_case.hpp"
#include "tests/support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>

namespace falco::test {

namespace {

std::vector<std::string> names_in_rules_file()
{
	std::vector<std::string> names;
	for (const YAML::Node &item : YAML::LoadFile(shipped_rules()))
		if (item["rule"]) names.push_back(item["rule"].as<std::string>());
	return names;
}

std::vector<Alert> replay(RuleCase::Script script)
{
	const TempDir directory;
	Trace trace;
	script(trace);
	trace.save(directory.file("case.scap"));
	return alerts_of(shipped_rules(), directory.file("case.scap"));
}

class ShippedRule : public testing::TestWithParam<RuleCase> {};

} // namespace

TEST_P(ShippedRule, fires)
{
	const RuleCase &expected = GetParam();
	std::vector<Alert> alerts = replay(expected.fires);
	alerts.erase(std::remove_if(alerts.begin(), alerts.end(),
				    [&](const Alert &alert) { return alert.rule != expected.rule; }),
		     alerts.end());
	ASSERT_EQ(alerts.size(), static_cast<std::size_t>(expected.alerts));

	const Alert &alert = alerts.front();
	EXPECT_EQ(alert.priority, expected.priority);
	EXPECT_THAT(alert.time, testing::StartsWith("2016-06-06T23:47:44.0"));
	EXPECT_THAT(alert.output, testing::HasSubstr(": " + expected.priority + " "));
	for (const std::string &fact : expected.output_facts)
		EXPECT_THAT(alert.output, testing::HasSubstr(fact));
	EXPECT_THAT(alert.output, testing::Not(testing::HasSubstr("%")));
}

TEST_P(ShippedRule, lets_the_near_miss_pass)
{
	for (const Alert &alert : replay(GetParam().quiet))
		EXPECT_NE(alert.rule, GetParam().rule) << alert.output;
}

INSTANTIATE_TEST_SUITE_P(Rules, ShippedRule, testing::ValuesIn(all_rule_cases()),
			 [](const testing::TestParamInfo<RuleCase> &param_info) { return param_info.param.rule; });

TEST(ShippedRules, each_has_a_case)
{
	std::vector<std::string> tested;
	for (const RuleCase &rule_case : all_rule_cases())
		tested.push_back(rule_case.rule);
	EXPECT_THAT(tested, testing::UnorderedElementsAreArray(names_in_rules_file()));
}

TEST(ShippedRules, are_described_with_a_sentence)
{
	for (const YAML::Node &item : YAML::LoadFile(shipped_rules())) {
		if (!item["rule"]) continue;
		const auto description = item["desc"].as<std::string>();
		EXPECT_THAT(description, testing::ContainsRegex("\\.\n?$")) << item["rule"].as<std::string>();
		EXPECT_TRUE(item["tags"]) << item["rule"].as<std::string>();
	}
}

} // namespace falco::test
