// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/fixture.hpp"
#include "tests/support/trace.hpp"

#include <fcntl.h>

using namespace falco::test;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

namespace {

const char *const kShadowRules = R"yaml(- macro: opened
  condition: (evt.type in (open, openat) and evt.dir = <)
- rule: shadow
  desc: d
  condition: opened and fd.name = /etc/shadow
  output: "shadow by %proc.name"
  priority: WARNING
- rule: any_etc
  desc: d
  condition: opened and fd.directory = /etc
  output: "etc by %proc.name"
  priority: INFO
- rule: listens
  desc: d
  condition: evt.type = listen
  output: o
  priority: INFO
- rule: off
  desc: d
  condition: evt.type = listen
  output: o
  priority: INFO
  enabled: false
)yaml";

} // namespace

class Explain : public FalcoTest {
protected:
	Explain()
	{
		rules_ = dir_.write("rules.yaml", kShadowRules);
		Trace trace;
		const Pid cat = trace.process(Process("cat"));
		trace.open(cat, "/tmp/x", O_RDONLY);
		trace.open(cat, "/etc/hosts", O_RDONLY);
		trace.open(cat, "/etc/shadow", O_RDONLY);
		trace_ = dir_.file("trace.scap");
		trace.save(trace_);
	}

	Finished explain(std::vector<std::string> arguments)
	{
		arguments.insert(arguments.begin(), {"explain", "-c", config_, "-r", rules_, "-e", trace_});
		return run_falco(arguments);
	}
	json explain_json(std::vector<std::string> arguments)
	{
		arguments.emplace_back("--json");
		const Finished falco = explain(arguments);
		EXPECT_EQ(falco.status, 0) << falco.err;
		return json::parse(falco.out, nullptr, false);
	}

	std::string trace_;
};

TEST_F(Explain, explains_the_events_that_alert)
{
	const Finished falco = explain({});
	EXPECT_EQ(falco.status, 0) << falco.err;
	EXPECT_THAT(falco.out, HasSubstr("shadow (warning): ALERT"));
	EXPECT_THAT(falco.out, HasSubstr("any_etc (informational): matches, but 'shadow' comes first and rule_matching "
					 "is first: no alert"));
	EXPECT_THAT(falco.out, HasSubstr("> true     fd.name = /etc/shadow  saw \"/etc/shadow\""));
	EXPECT_THAT(falco.out, HasSubstr("> false    fd.name = /etc/shadow  saw \"/etc/hosts\""));
	EXPECT_THAT(falco.out, HasSubstr("macro opened  (" + rules_ + ":5:14)"));
	EXPECT_THAT(falco.out, HasSubstr("1 rule of other event types: listens"));
	EXPECT_THAT(falco.out, HasSubstr("switched off: off, its file says enabled: false"));
	EXPECT_THAT(falco.out, Not(HasSubstr("/tmp/x")));
	EXPECT_THAT(falco.out, Not(HasSubstr("\033")));
}

TEST_F(Explain, finds_an_event_by_number_time_and_condition)
{
	const json by_condition = explain_json({"--match", "evt.dir = < and fd.name = /etc/hosts"});
	ASSERT_EQ(by_condition["events"].size(), 1u);
	const json &event = by_condition["events"][0]["event"];
	const std::string number = std::to_string(event["number"].get<uint64_t>());
	const std::string time = by_condition["events"][0]["time"];
	EXPECT_EQ(event["process"], "cat");
	EXPECT_EQ(explain_json({"--event", number}), by_condition);
	EXPECT_EQ(explain_json({"--time", time}), by_condition);
	const json &rule = by_condition["events"][0]["rules"][1];
	EXPECT_EQ(rule["rule"], "any_etc");
	EXPECT_EQ(rule["alerts"], true);
}

TEST_F(Explain, explains_one_rule_only)
{
	const json found = explain_json({"--rule", "shadow", "--match", "evt.dir = < and fd.name = /etc/hosts"});
	ASSERT_EQ(found["events"][0]["rules"].size(), 1u);
	EXPECT_EQ(found["events"][0]["rules"][0]["matches"], false);
}

TEST_F(Explain, shows_the_tree_of_a_rule_for_other_events_when_asked)
{
	const Finished falco = explain({"--rule", "listens", "--match", "evt.dir = < and fd.name = /etc/hosts"});
	EXPECT_THAT(falco.out, HasSubstr("no alert: the rule does not look at events of this type"));
	EXPECT_THAT(falco.out, HasSubstr("> false  evt.type = listen  saw \"open\""));
}

TEST_F(Explain, says_why_a_rule_never_matches)
{
	const Finished falco = explain({"--why-not", "shadow", "-o", "rules=[{disable: {rule: any_etc}}]"});
	EXPECT_EQ(falco.status, 0) << falco.err;
	EXPECT_THAT(falco.out, HasSubstr("1  events match its condition\n"));
	EXPECT_THAT(falco.out, HasSubstr("2  events do not\n"));
	EXPECT_THAT(falco.out, HasSubstr("2  fd.name = /etc/shadow  (" + rules_ + ":5:25)\n"));
	EXPECT_THAT(falco.out,
		    HasSubstr(", and 1 like it:\n    should hold: fd.name = /etc/shadow, but saw \"/tmp/x\"\n"));
}

TEST_F(Explain, tells_alerts_that_an_earlier_rule_took)
{
	const json rule = explain_json({"--why-not", "any_etc"});
	EXPECT_EQ(rule["matched"], 2);
	EXPECT_EQ(rule["alerts"], 1);
	EXPECT_EQ(rule["taken_by"], json::parse(R"([{"rule": "shadow", "events": 1}])"));
	EXPECT_THAT(explain({"--why-not", "any_etc"}).out,
		    HasSubstr("'shadow' took 1 of the events that match: it comes first"));
	EXPECT_EQ(explain_json({"--why-not", "any_etc", "-o", "rule_matching=all"})["taken_by"], json::array());
}

TEST_F(Explain, says_what_is_wrong_with_the_question)
{
	const auto error_of = [&](const std::vector<std::string> &arguments) {
		const Finished falco = explain(arguments);
		EXPECT_EQ(falco.status, 1);
		return falco.err;
	};
	EXPECT_THAT(error_of({"--rule", "shado"}), HasSubstr("no such rule: 'shado' (did you mean 'shadow'?)"));
	EXPECT_THAT(error_of({"--why-not", "off"}),
		    HasSubstr("rule 'off' is switched off: its file says enabled: false"));
	EXPECT_THAT(error_of({"--event", "9999"}), HasSubstr("there is no event 9999; the last one is "));
	EXPECT_THAT(error_of({"--time", "noon"}), HasSubstr("--time: expected a time such as "));
	EXPECT_THAT(error_of({"--match", "proc.nam = cat"}),
		    HasSubstr("--match: unknown field 'proc.nam' (did you mean 'proc.name'?)"));
	EXPECT_THAT(error_of({"--match", "proc.name = nobody"}), HasSubstr("no event matches the condition"));
	EXPECT_THAT(error_of({"--event", "1", "--time", "1"}), HasSubstr("excludes"));
}

TEST_F(Explain, explains_a_damaged_trace_up_to_the_damage)
{
	const std::string whole = dir_.read("trace.scap");
	trace_ = dir_.write("cut.scap", whole.substr(0, whole.size() - 20));
	const Finished falco = explain({"--rule", "any_etc"});
	EXPECT_EQ(falco.status, 1);
	EXPECT_THAT(falco.err, HasSubstr("cut.scap: "));
}

TEST_F(Explain, adds_the_deciding_checks_to_alerts_as_often_as_the_configuration_says)
{
	const Finished falco =
		run({"-e", trace_, "-o", "json_output=true", "-o", "json_include_output_fields_property=true", "-o",
		     "explain={rules: [\"*\"], rate: 1/s}"});
	EXPECT_EQ(falco.status, 0) << falco.err;
	const auto lines = lines_of(falco.out);
	ASSERT_EQ(lines.size(), 2u);
	const json first = json::parse(lines[0])["output_fields"]["explanation"];
	ASSERT_EQ(first.size(), 3u);
	EXPECT_EQ(first[0], json({{"check", "evt.type in (open, openat)"},
				  {"holds", true},
				  {"seen", "open"},
				  {"macro", "opened"}}));
	EXPECT_EQ(first[2], json({{"check", "fd.directory = /etc"}, {"holds", true}, {"seen", "/etc"}}));
	EXPECT_TRUE(json::parse(lines[1])["output_fields"]["explanation"].is_null());
}

TEST_F(Explain, adds_nothing_to_the_alerts_of_other_rules)
{
	const Finished falco =
		run({"-e", trace_, "-o", "json_output=true", "-o", "json_include_output_fields_property=true", "-o",
		     "explain={rules: [shad*], rate: 100/h}"});
	const auto lines = lines_of(falco.out);
	ASSERT_EQ(lines.size(), 2u);
	EXPECT_FALSE(json::parse(lines[0])["output_fields"].contains("explanation"));
	EXPECT_EQ(json::parse(lines[1])["output_fields"]["explanation"][2]["seen"], "/etc/shadow");
}

TEST_F(Explain, refuses_a_rate_that_is_none)
{
	const Finished falco = run({"-e", trace_, "-o", "explain={rules: [shadow], rate: often}"});
	EXPECT_EQ(falco.status, 1);
	EXPECT_THAT(falco.err, HasSubstr("explain.rate: expected a number a second, minute or hour"));
}
