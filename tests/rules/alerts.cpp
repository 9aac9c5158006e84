// SPDX-License-Identifier: Apache-2.0
#include "tests/rules/alerts.hpp"

#include "tests/support/run_falco.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace falco::test {

std::vector<Alert> alerts_of(const std::string &rules, const std::string &trace)
{
	const Finished falco = run_falco({"-c", FALCO_SOURCE_DIR "/tests/rules/falco_test.yaml", "-r", rules, "-e",
					  trace, "-o", "json_output=true"});
	EXPECT_FALSE(falco.timed_out);
	EXPECT_EQ(falco.status, 0) << falco.err;

	std::vector<Alert> alerts;
	for (const std::string &line : lines_of(falco.out)) {
		const auto object = nlohmann::json::parse(line, nullptr, false);
		if (object.is_discarded()) {
			ADD_FAILURE() << "not JSON: " << line;
			continue;
		}
		alerts.push_back({object.at("rule"), object.at("priority"), object.at("output"), object.at("time")});
	}
	return alerts;
}

std::map<std::string, int> counts(const std::vector<Alert> &alerts)
{
	std::map<std::string, int> result;
	for (const Alert &alert : alerts)
		++result[alert.rule];
	return result;
}

std::string shipped_rules()
{
	return FALCO_SOURCE_DIR "/rules/falco_rules.yaml";
}

std::string recording(const std::string &name)
{
	return FALCO_SOURCE_DIR "/tests/traces/" + name;
}

} // namespace falco::test
