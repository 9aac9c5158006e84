// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/fixture.hpp"
#include "tests/support/trace.hpp"

#include <fcntl.h>
#include <filesystem>

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

TEST_F(Explain, tells_the_alerts_that_a_replay_gives)
{
	const std::vector<std::string> rules = {
		"-c", config_, "-r", FALCO_SOURCE_DIR "/rules/falco_rules.yaml", "-r", dir_.write("more.yaml", kRules)};
	const auto with = [&](std::vector<std::string> arguments, const std::vector<std::string> &more) {
		arguments.insert(arguments.end(), rules.begin(), rules.end());
		arguments.insert(arguments.end(), more.begin(), more.end());
		return run_falco(arguments);
	};
	for (const char *name : {"acts.scap", "mixed.scap"}) {
		const std::string trace = kTraces + name;
		std::vector<std::pair<std::string, std::string>> given, told;
		for (const auto &line : lines_of(with({}, {"-e", trace, "-o", "json_output=true"}).out)) {
			const json alert = json::parse(line, nullptr, false);
			if (alert.is_object()) given.emplace_back(alert["time"], alert["rule"]);
		}
		const json explained = json::parse(with({"explain"}, {"-e", trace, "--json", "--limit", "100000"}).out);
		for (const auto &event : explained["events"])
			for (const auto &rule : event["rules"])
				if (rule["alerts"] == true) told.emplace_back(event["time"], rule["rule"]);
		EXPECT_GT(given.size(), 3u) << name;
		EXPECT_EQ(told, given) << name;
	}
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

TEST_F(Explain, finds_events_by_macros_and_lists_of_the_rules)
{
	const json found = explain_json({"--match", "opened and fd.name = /etc/hosts"});
	ASSERT_EQ(found["events"].size(), 1u);
	EXPECT_EQ(found, explain_json({"--match", "evt.dir = < and fd.name = /etc/hosts"}));
	EXPECT_THAT(explain({"--match", "opend and fd.name = /etc/hosts"}).err, HasSubstr("--match: "));
}

TEST_F(Explain, says_when_there_are_more_events)
{
	const Finished one = explain({"--limit", "1"}), two = explain({"--limit", "2"});
	EXPECT_THAT(one.out, HasSubstr("\nMore events follow; --limit N explains more than 1\n"));
	EXPECT_THAT(two.out, Not(HasSubstr("More events")));
	EXPECT_EQ(explain_json({"--limit", "1"})["more"], true);
	EXPECT_EQ(explain_json({"--limit", "2"})["more"], false);
}

// On a terminal: both standard output and standard error are the one that script(1) makes.
TEST_F(Explain, shows_how_far_it_is_to_whoever_sits_at_a_terminal)
{
	std::filesystem::create_directory(dir_.file("many"));
	for (const char *name : {"1", "2", "3", "4", "5"})
		std::filesystem::create_symlink(kTraces + "heavy.scap", dir_.file("many/") + name + ".scap");
	const std::string command = FALCO_BINARY_DIR "/falco explain -c " + config_ + " -r " + rules_ + " -e " +
				    dir_.file("many") + " --why-not shadow";
	const Finished seen = run_program("/usr/bin/script", {"-qec", command, "/dev/null"});
	EXPECT_EQ(seen.status, 0) << seen.out;
	EXPECT_THAT(seen.out, testing::ContainsRegex("\r[0-9]+000 events"));
	EXPECT_THAT(seen.out, HasSubstr("\r\033[K"));
	EXPECT_THAT(run_program("/bin/sh", {"-c", command + " 2>&1"}).out, Not(HasSubstr("\r")));
}

TEST_F(Explain, answers_in_colours_on_a_terminal)
{
	const std::string command =
		FALCO_BINARY_DIR "/falco explain -c " + config_ + " -r " + rules_ + " -e " + trace_ + " ";
	for (const auto &[arguments, coloured] : std::vector<std::pair<std::string, std::string>>{
		     {"", "\033[32mALERT\033[0m"},
		     {"--why-not shadow", "    \033[31mshould hold: \033[0mfd.name = /etc/shadow"},
		     {"--why-not any_etc", "\033[33m  'shadow' took 1 of the events that match"}}) {
		EXPECT_THAT(run_program("/usr/bin/script", {"-qec", command + arguments, "/dev/null"}).out,
			    HasSubstr(coloured));
		EXPECT_THAT(run_program("/bin/sh", {"-c", command + arguments}).out, Not(HasSubstr("\033[")));
	}
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
	EXPECT_THAT(error_of({"--why-not", "shadow", "--limit", "1"}), HasSubstr("excludes"));
	EXPECT_THAT(error_of({"--event", "-1"}), HasSubstr("--event"));
	for (const char *time : {"2024-13-40T99:99:99Z", "2023-02-29T00:00:00Z", "2024-01-01T24:00:00",
				 "1960-01-01T00:00:00Z", "-1:00:00", "12:60:00"})
		EXPECT_THAT(error_of({std::string("--time=") + time}), HasSubstr("--time: expected a time such as "))
			<< time;
}

TEST_F(Explain, explains_a_damaged_trace_up_to_the_damage)
{
	const std::string whole = dir_.read("trace.scap");
	trace_ = dir_.write("cut.scap", whole.substr(0, whole.size() - 20));
	const Finished falco = explain({"--rule", "any_etc"});
	EXPECT_EQ(falco.status, 1);
	EXPECT_THAT(falco.out, HasSubstr("any_etc (informational): ALERT"));
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

TEST_F(Explain, adds_50_checks_at_most)
{
	std::string condition = "evt.type = open and evt.dir = < and fd.name = /etc/shadow";
	for (int i = 0; i < 60; i++)
		condition += " and proc.name != other" + std::to_string(i);
	dir_.write("rules.yaml",
		   "- rule: long\n  desc: d\n  condition: " + condition + "\n  output: o\n  priority: INFO\n");
	const Finished falco = run({"-e", trace_, "-o", "json_output=true", "-o",
				    "json_include_output_fields_property=true", "-o", "explain={rules: [long]}"});
	const auto lines = lines_of(falco.out);
	ASSERT_EQ(lines.size(), 1u) << falco.err;
	EXPECT_EQ(json::parse(lines[0])["output_fields"]["explanation"].size(), 50u);
}

TEST_F(Explain, says_which_rules_it_does_not_look_at)
{
	dir_.write("rules.yaml", std::string(kShadowRules) +
					 "- rule: anything\n  desc: d\n  condition: proc.name = nobody\n  output: o\n"
					 "  priority: WARNING\n");
	Trace trace;
	const Pid cat = trace.process(Process("cat"));
	trace.read(cat, trace.open(cat, "/tmp/x", O_RDONLY), "data");
	trace.save(trace_);
	const Finished falco = explain({"--match", "evt.type = read and evt.dir = <", "-o", "priority=warning"});
	EXPECT_EQ(falco.status, 0) << falco.err;
	EXPECT_THAT(falco.out, HasSubstr("1 rule for which events of this type are ignored: anything\n"));
	EXPECT_THAT(falco.out, HasSubstr("switched off: any_etc, its priority is below the configured one\n"));
	EXPECT_THAT(explain({"--rule", "anything", "--match", "evt.type = read and evt.dir = <"}).out,
		    HasSubstr("no alert: events of this type are ignored unless a rule names them"));
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

TEST_F(Explain, warns_when_nothing_is_explained_or_nobody_sees_it)
{
	const Finished text = run({"-e", trace_, "-o", "explain={rules: [shadw, any_etc]}"});
	EXPECT_EQ(text.status, 0);
	EXPECT_THAT(text.err, HasSubstr("nothing to explain: no rule is called 'shadw' (did you mean 'shadow'?)"));
	EXPECT_THAT(text.err, HasSubstr("explain: no output shows explanations; that takes json_output and "
					"json_include_output_fields_property\n"));
	EXPECT_THAT(run({"-e", trace_, "-o", "explain={rules: [shadow]}", "-o", "json_output=true"}).err,
		    HasSubstr("no output shows explanations"));
	const Finished seen = run({"-e", trace_, "-o", "explain={rules: [\"sh*\"]}", "-o", "json_output=true", "-o",
				   "json_include_output_fields_property=true"});
	EXPECT_THAT(seen.err, Not(HasSubstr("explain")));
	const Finished no_rules = run({"-e", trace_, "-o", "explain={rate: 1/s}"});
	EXPECT_EQ(no_rules.status, 1);
	EXPECT_THAT(no_rules.err, HasSubstr("explain"));
	EXPECT_THAT(no_rules.err, HasSubstr("rules"));
}

TEST_F(Explain, refuses_a_rate_that_is_none)
{
	const Finished falco = run({"-e", trace_, "-o", "explain={rules: [shadow], rate: often}"});
	EXPECT_EQ(falco.status, 1);
	EXPECT_THAT(falco.err, HasSubstr("explain.rate: expected a number a second, minute or hour"));
}
