// SPDX-License-Identifier: Apache-2.0
//
// What the wrappers make of tables whose functions lie. The tables are here: no library is needed to lie.
#include "host/plugins/call_status.hpp"
#include "host/plugins/rule_copy.hpp"
#include "tests/unit/plugins/support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

namespace falco::host {
namespace {

int instance;
falco_status next_answer;
size_t next_taken;

falco_output *create(const falco_host *, const char *, falco_error *)
{
	return reinterpret_cast<falco_output *>(&instance);
}
falco_status write_alert(falco_output *, const falco_alert *, falco_error *)
{
	return next_answer;
}
falco_status write_batch(falco_output *, const falco_alert *const *, size_t, size_t *taken, falco_error *)
{
	*taken = next_taken;
	return next_answer;
}
void destroy(falco_output *) {}

constexpr falco_output_ops kOps{
	sizeof(falco_output_ops), 0, create, write_alert, destroy, write_batch, nullptr, nullptr, nullptr};

falco_plugin output_table()
{
	falco_plugin table{};
	table.kind = FALCO_KIND_OUTPUT;
	table.output = &kOps;
	return table;
}

class FaultyOutput : public testing::Test {
protected:
	falco_plugin table_ = output_table();
	FakeServices services_;
	Output output_{{"/test.so", &table_}, "bad", nlohmann::json::object(), services_.services};
	LineAlert alert_{"x"};
};

TEST_F(FaultyOutput, a_status_that_write_may_not_return_is_fatal)
{
	for (const falco_status answer :
	     std::initializer_list<falco_status>{FALCO_TIMEOUT, FALCO_END, 3, 77, -5, -1000}) {
		next_answer = answer;
		const Status status = output_.write(alert_.get());
		EXPECT_EQ(status.code, FALCO_ERR_FATAL) << answer;
		EXPECT_EQ(status.message, "write returned the status " + std::to_string(answer) +
						  ", which it may not: the plugin is faulty");
	}
}

TEST_F(FaultyOutput, a_failure_without_a_reason_says_so)
{
	next_answer = FALCO_ERR_RETRY;
	const Status status = output_.write(alert_.get());
	EXPECT_EQ(status.code, FALCO_ERR_RETRY);
	EXPECT_EQ(status.message, "write failed and gave no reason");
}

TEST_F(FaultyOutput, a_batch_cannot_take_more_than_there_was)
{
	next_answer = FALCO_OK;
	next_taken = 5;
	size_t taken = 0;
	const Status status = output_.write_batch({&alert_.get(), &alert_.get()}, taken);
	EXPECT_EQ(status.code, FALCO_ERR_FATAL);
	EXPECT_THAT(status.message, HasSubstr("took 5 of 2 alerts"));
	EXPECT_EQ(taken, 0u);
}

TEST_F(FaultyOutput, a_batch_that_takes_nothing_has_not_succeeded)
{
	next_answer = FALCO_OK;
	next_taken = 0;
	size_t taken = 7;
	EXPECT_EQ(output_.write_batch({&alert_.get()}, taken).code, FALCO_ERR_FATAL);
	next_answer = FALCO_ERR_RETRY;
	EXPECT_EQ(output_.write_batch({&alert_.get()}, taken).code, FALCO_ERR_RETRY);
	EXPECT_EQ(taken, 0u);
}

TEST_F(FaultyOutput, functions_that_are_not_there_succeed)
{
	EXPECT_TRUE(output_.flush().ok());
	EXPECT_TRUE(output_.reopen().ok());
	EXPECT_TRUE(output_.has_batch());
}

TEST(SettleFailure, ends_a_message_that_does_not_end)
{
	falco_error error;
	std::memset(&error, 'x', sizeof error);
	EXPECT_EQ(settle_failure(FALCO_ERR_CONFIG, "load", error), FALCO_ERR_CONFIG);
	EXPECT_EQ(std::strlen(error.message), sizeof error.message - 1);
}

TEST(SettleCreate, never_takes_a_failure_for_success)
{
	falco_error error{};
	EXPECT_EQ(settle_create(error).code, FALCO_ERR_FATAL);
	std::strcpy(error.message, "why");
	error.status = FALCO_OK;
	EXPECT_EQ(settle_create(error).code, FALCO_ERR_FATAL);
	EXPECT_EQ(settle_create(error).message, "why");
}

falco_rule good_rule()
{
	falco_rule rule{};
	rule.struct_size = sizeof rule;
	rule.name = "r";
	return rule;
}

TEST(RuleCopies, takes_a_rule_with_little_in_it)
{
	std::vector<Rule> rules;
	const RuleCopies copies(rules);
	const falco_rule rule = good_rule();
	copies.sink()->add(copies.sink()->ctx, &rule);
	EXPECT_EQ(copies.problem(), "");
	ASSERT_THAT(rules, SizeIs(1));
	EXPECT_EQ(rules[0].desc, "");
}

// Thousands of rules have the same fields.
TEST(RuleCopies, have_equal_texts_of_outputs_in_common)
{
	std::vector<Rule> rules;
	{
		const RuleCopies copies(rules);
		for (int i = 0; i < 2; ++i) {
			const std::string name = "a field", text = "a text"; // only for the call
			const char *const fields[] = {name.c_str()};
			const falco_piece pieces[] = {{{text.data(), text.size()}, -1, 0}, {{nullptr, 0}, 0, 0}};
			falco_rule rule = good_rule();
			rule.fields = fields;
			rule.field_count = 1;
			rule.output = pieces;
			rule.output_size = 2;
			copies.sink()->add(copies.sink()->ctx, &rule);
		}
	}
	ASSERT_THAT(rules, SizeIs(2));
	EXPECT_EQ(rules[1].fields[0], "a field");
	EXPECT_EQ(rules[1].output[0].literal, "a text");
	EXPECT_EQ(rules[1].output[1].literal, "");
	EXPECT_EQ(&rules[0].fields[0].str(), &rules[1].fields[0].str());
	EXPECT_EQ(&rules[0].output[0].literal.str(), &rules[1].output[0].literal.str());
}

TEST(RuleCopies, describes_each_fault)
{
	const falco_piece piece{{nullptr, 0}, 3, 0};
	const char *const fields[] = {"a", nullptr};
	std::vector<std::pair<falco_rule, const char *>> cases(7, {good_rule(), ""});
	cases[0].first.struct_size = 8;
	cases[0].second = "its struct_size is too short";
	cases[1].first.name = nullptr;
	cases[1].second = "it has no name";
	cases[2].first.priority = 8;
	cases[2].second = "rule 'r' has the priority 8, not 0 to 7";
	cases[3].first.field_count = 1;
	cases[3].second = "rule 'r' has a count of fields or pieces, but none";
	cases[4].first.fields = fields;
	cases[4].first.field_count = 2;
	cases[4].second = "rule 'r' has a field without a name";
	cases[5].first.output = &piece;
	cases[5].first.output_size = 1;
	cases[5].second = "rule 'r' uses field 3 of 0 in its output";
	cases[6].first.priority = -1;
	cases[6].second = "rule 'r' has the priority -1, not 0 to 7";
	for (const auto &[rule, problem] : cases) {
		std::vector<Rule> rules;
		const RuleCopies copies(rules);
		copies.sink()->add(copies.sink()->ctx, &rule);
		EXPECT_EQ(copies.problem(), problem);
		EXPECT_THAT(rules, IsEmpty());
	}
}

TEST(FindingCopies, make_do_with_what_there_is)
{
	std::vector<Finding> findings;
	const FindingCopies copies(findings);
	falco_finding finding{};
	finding.level = 42;
	copies.report()->add(copies.report()->ctx, &finding);
	copies.report()->add(copies.report()->ctx, nullptr);
	ASSERT_THAT(findings, SizeIs(1));
	EXPECT_EQ(findings[0].level, FALCO_LOG_ERROR);
	EXPECT_EQ(findings[0].str(), "");
}

TEST(Finding, says_the_parts_that_are_known)
{
	Finding finding;
	finding.message = "message";
	EXPECT_EQ(finding.str(), "message");
	finding.item = "rule x";
	EXPECT_EQ(finding.str(), "rule x: message");
	finding.file = "rules.yaml";
	EXPECT_EQ(finding.str(), "rules.yaml: rule x: message");
	finding.line = 3;
	EXPECT_EQ(finding.str(), "rules.yaml:3: rule x: message");
	finding.column = 5;
	EXPECT_EQ(finding.str(), "rules.yaml:3:5: rule x: message");
}

TEST(HostHandle, shows_the_host_and_takes_the_levels_that_are_wanted)
{
	const FakeServices services(FALCO_LOG_WARN);
	const HostHandle handle(services.services, "kafka");
	const falco_host *host = handle.get();
	EXPECT_STREQ(host->version, "test");
	EXPECT_STREQ(host->hostname, "testhost");
	EXPECT_STREQ(host->instance, "kafka");
	EXPECT_EQ(host->abi_minor, FALCO_ABI_MINOR);
	EXPECT_EQ(host->log_enabled(host, FALCO_LOG_INFO), 0);
	EXPECT_EQ(host->log_enabled(host, FALCO_LOG_ERROR), 1);
	host->log(host, FALCO_LOG_INFO, "not wanted", 10);
	host->log(host, FALCO_LOG_ERROR, "wanted, cut", 6);
	EXPECT_THAT(services.lines(), testing::ElementsAre("kafka: wanted"));
}

TEST(HostHandle, keeps_the_logs_exceptions_from_the_plugin)
{
	HostServices services;
	services.log = [](const std::string &, falco_level, std::string_view) { throw std::runtime_error("full"); };
	const HostHandle handle(services, "x");
	EXPECT_NO_THROW(handle.get()->log(handle.get(), FALCO_LOG_ERROR, "text", 4));
}

} // namespace
} // namespace falco::host
