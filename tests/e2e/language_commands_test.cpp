// SPDX-License-Identifier: Apache-2.0
//
// Commands about rules and their language: -V, --list, --list-events, --rule-schema, -L and -l as JSON.
#include "tests/e2e/fixture.hpp"

#include <filesystem>

using namespace falco::test;
using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Validate : public FalcoTest {
protected:
	Finished validate(std::vector<std::string> arguments)
	{
		arguments.insert(arguments.begin(), {"-c", config_, "-o", "log_stderr=false", "-V"});
		RunOptions options;
		options.directory = std::filesystem::path(rules_).parent_path();
		return run_falco(arguments, options);
	}

	static constexpr const char *kBad = "- macro: m\n  condition: proc.nam = x\n"
					    "- rule: r\n  desc: d\n  condition: m and evt.type = opn\n  output: x\n"
					    "  priority: high\n";
};

TEST_F(Validate, says_ok_when_nothing_is_wrong)
{
	const Finished falco = validate({"rules.yaml"});
	EXPECT_EQ(falco.status, 0) << falco.err;
	EXPECT_EQ(falco.out, "rules.yaml: Ok\n");
	EXPECT_EQ(falco.err, "");
}

TEST_F(Validate, shows_all_errors_of_all_files)
{
	dir_.write("bad.yaml", kBad);
	dir_.write("worse.yaml", "- list: l\n  items: a\n");
	const Finished falco = validate({"bad.yaml", "rules.yaml", "worse.yaml", "none.yaml"});
	EXPECT_EQ(falco.status, 1);
	EXPECT_EQ(
		falco.out,
		"bad.yaml:2:14: error: macro m: unknown field 'proc.nam' (did you mean 'proc.name'?) [bad-condition]\n"
		"      condition: proc.nam = x\n"
		"                 ^\n"
		"bad.yaml:5:31: error: rule r: unknown event type 'opn' (did you mean 'open'?) [bad-condition]\n"
		"      condition: m and evt.type = opn\n"
		"                                  ^\n"
		"bad.yaml:7:13: error: rule r: unknown priority 'high': expected emergency, alert, critical, error, "
		"warning, notice, informational or debug [bad-priority]\n"
		"      priority: high\n"
		"                ^\n"
		"worse.yaml:2:10: error: list l: a list needs the key 'items' with a list, such as [a, b] "
		"[wrong-type]\n"
		"      items: a\n"
		"             ^\n"
		"none.yaml: error: cannot be opened: No such file or directory [unreadable]\n"
		"bad.yaml: Invalid, 3 errors\n"
		"rules.yaml: Ok\n"
		"worse.yaml: Invalid, 1 error\n"
		"none.yaml: Invalid, 1 error\n");
}

// script(1) makes a terminal.
TEST_F(Validate, answers_in_colours_on_a_terminal_unless_NO_COLOR_is_set)
{
	const std::string command =
		FALCO_BINARY_DIR "/falco -c " + config_ + " -o log_stderr=false -V " + dir_.write("bad.yaml", kBad);
	const auto on_terminal = [&](const std::string &environment) {
		return run_program("/usr/bin/script", {"-qec", environment + command, "/dev/null"}).out;
	};
	const std::string seen = on_terminal("");
	EXPECT_THAT(seen, HasSubstr(":2:14\033[0m: \033[31merror:\033[0m macro m: unknown field 'proc.nam'"));
	EXPECT_THAT(seen, HasSubstr("\033[2m[bad-condition]\033[0m\r\n"));
	EXPECT_THAT(seen, HasSubstr("\r\n\033[31m                 ^\033[0m\r\n"));
	EXPECT_THAT(on_terminal("NO_COLOR=1 "), Not(HasSubstr("\033[")));
	EXPECT_THAT(run_program("/bin/sh", {"-c", command}).out, Not(HasSubstr("\033[")));
}

TEST_F(Validate, takes_the_option_several_times_and_folders)
{
	std::filesystem::create_directory(dir_.file("rules.d"));
	dir_.write("rules.d/a.yaml", "- macro: n\n  condition: opened\n");
	const Finished falco = validate({"rules.yaml", "--validate", "rules.d"});
	EXPECT_EQ(falco.status, 0) << falco.out;
	EXPECT_THAT(falco.out, HasSubstr("rules.d/a.yaml:1:10: warning: macro n: nothing uses it [unused-macro]\n"));
	EXPECT_THAT(falco.out, HasSubstr("rules.d/a.yaml: Ok, 1 warning\n"));
}

TEST_F(Validate, speaks_json)
{
	dir_.write("bad.yaml", kBad);
	const Finished falco = validate({"rules.yaml", "bad.yaml", "-o", "json_output=true"});
	EXPECT_EQ(falco.status, 1);
	const json results = json::parse(falco.out).at("falco_load_results");
	ASSERT_EQ(results.size(), 2U);
	EXPECT_EQ(results[0]["successful"], true);
	EXPECT_EQ(results[0]["errors"], json::array());
	EXPECT_EQ(results[1]["name"], dir_.file("bad.yaml"));
	EXPECT_EQ(results[1]["successful"], false);
	const json &error = results[1]["errors"][0];
	EXPECT_EQ(error["code"], "LOAD_ERR_COMPILE_CONDITION");
	EXPECT_EQ(error["check"], "bad-condition");
	EXPECT_EQ(error["context"]["snippet"], "  condition: proc.nam = x\n             ^\n");
	const json &place = error["context"]["locations"].back();
	EXPECT_EQ(place["item_type"], "macro");
	EXPECT_EQ(place["item_name"], "m");
	EXPECT_EQ(place["position"]["line"], 1);
	EXPECT_EQ(place["position"]["column"], 13);
	EXPECT_EQ(place["position"]["offset"], 24);
}

// Nothing that somebody names is passed over in silence.
TEST_F(Validate, takes_no_other_rules_than_its_own)
{
	dir_.write("bad.yaml", kBad);
	const Finished falco = validate({"rules.yaml", "-r", "bad.yaml"});
	EXPECT_EQ(falco.status, 1);
	EXPECT_EQ(falco.out, "");
	EXPECT_EQ(falco.err, "falco: -V checks the files that are given to it: -r does not go with it; name all files "
			     "after -V, in the order in which they are read\n");
}

TEST_F(Validate, is_not_about_what_the_configuration_selects)
{
	const Finished falco = validate({"rules.yaml", "-D", "nosuch"});
	EXPECT_EQ(falco.out, "rules.yaml: Ok\n");
}

class Listing : public FalcoTest {
protected:
	std::string listed(std::vector<std::string> arguments)
	{
		arguments.insert(arguments.begin(), {"-c", config_});
		const Finished falco = run_falco(arguments);
		EXPECT_EQ(falco.status, 0) << falco.err;
		return falco.out;
	}
};

TEST_F(Listing, shows_fields)
{
	const std::string all = listed({"--list"});
	EXPECT_THAT(all, HasSubstr("\nproc.name "));
	EXPECT_THAT(all, HasSubstr("\nfd.name "));
	const std::string some = listed({"--list", "proc.n"});
	EXPECT_THAT(some, HasSubstr("\nproc.name                     CHARBUF: "));
	EXPECT_THAT(some, Not(HasSubstr("\nfd.name")));
	EXPECT_THAT(listed({"--list", "fd.*ip"}), HasSubstr("\nfd.sip"));
	EXPECT_EQ(run({"--list", "nosuch"}).status, 1);
}

TEST_F(Listing, shows_fields_as_json_and_markdown)
{
	const json fields = json::parse(listed({"--list", "proc.aname", "-o", "json_output=true"}));
	ASSERT_EQ(fields.size(), 1U);
	EXPECT_EQ(fields[0]["name"], "proc.aname");
	EXPECT_EQ(fields[0]["class"], "process");
	EXPECT_EQ(fields[0]["argument"], "allowed");
	EXPECT_EQ(fields[0]["events"], nullptr); // any
	const json result = json::parse(listed({"--list", "evt.rawres", "-o", "json_output=true"})).at(0);
	EXPECT_EQ(result["directions"], json({"<"}));
	EXPECT_THAT(result["events"].get<std::vector<std::string>>(), testing::Contains("openat"));
	EXPECT_THAT(listed({"--list", "evt.rawres"}), HasSubstr("when they return"));
	EXPECT_THAT(listed({"--list", "proc.name", "--markdown"}), HasSubstr("| `proc.name` | CHARBUF | "));
}

TEST_F(Listing, shows_events)
{
	const std::string all = listed({"--list-events"});
	EXPECT_THAT(all, HasSubstr("\nopenat                        > < file: "));
	EXPECT_THAT(all, HasSubstr("\nread                          > < read, ignored by default: "));
	EXPECT_THAT(listed({"--list-events", "--markdown"}), HasSubstr("| `openat` | `> <` | file |  | "));
	bool found = false;
	for (const auto &event : json::parse(listed({"--list-events", "-o", "json_output=true"}))) {
		found = found || (event["name"] == "openat" && event["exit"] == true && event["ignored"] == false);
	}
	EXPECT_TRUE(found);
}

TEST_F(Listing, prints_the_schema_of_rules_files)
{
	const json schema = json::parse(listed({"--rule-schema"}));
	EXPECT_TRUE(schema["definitions"].contains("exception"));
}

TEST_F(Listing, prints_the_schema_of_the_configuration_with_what_the_matcher_takes)
{
	const json schema = json::parse(listed({"--config-schema"}));
	EXPECT_TRUE(schema["properties"].contains("stdout_output") || schema.contains("patternProperties"));
	EXPECT_TRUE(schema["definitions"].contains("selection"));
	// So that editors complete them.
	const auto &forms = schema["properties"]["matcher"]["anyOf"];
	EXPECT_TRUE(forms[1]["properties"].contains("evaluator"));
	EXPECT_TRUE(schema["properties"]["file_output"]["then"]["properties"].contains("keep_alive"));
	EXPECT_TRUE(schema["properties"]["record"]["properties"].contains("max_size_mb"));
}

TEST_F(Listing, describes_rules_as_json)
{
	const json all = json::parse(listed({"-r", rules_, "-L", "-o", "json_output=true"}));
	EXPECT_EQ(all["required_engine_version"], "0.0.0");
	ASSERT_EQ(all["rules"].size(), 2U);
	ASSERT_EQ(all["macros"].size(), 2U);
	const json &rule = all["rules"][0];
	EXPECT_EQ(rule["info"]["name"], "write_etc");
	EXPECT_EQ(rule["info"]["priority"], "Warning");
	EXPECT_EQ(rule["info"]["source"], "syscall");
	EXPECT_EQ(rule["info"]["enabled"], true);
	EXPECT_EQ(rule["details"]["macros"], json({"for_writing", "opened"}));
	EXPECT_EQ(rule["details"]["condition_operators"], json({"=", ">=", "contains", "in"}));
	EXPECT_EQ(rule["details"]["condition_fields"],
		  json({"evt.arg.flags", "evt.dir", "evt.type", "fd.directory", "fd.num"}));
	EXPECT_EQ(rule["details"]["output_compiled"], rule["info"]["output"]);
	EXPECT_EQ(rule["details"]["plugins"], json::array());
	EXPECT_EQ(rule["details"]["output_fields"], json({"fd.name", "proc.cmdline", "user.name"}));
	EXPECT_EQ(rule["details"]["events"], json({"open", "openat"}));
	EXPECT_THAT(rule["details"]["condition_compiled"].get<std::string>(), HasSubstr("evt.type = openat"));
	EXPECT_EQ(all["macros"][0]["details"]["used"], true);
	const json one = json::parse(listed({"-r", rules_, "-l", "read_group_shadow", "-o", "json_output=true"}));
	ASSERT_EQ(one["rules"].size(), 1U);
	EXPECT_EQ(one["rules"][0]["info"]["name"], "read_group_shadow");
	EXPECT_EQ(run({"-l", "nosuch", "-o", "json_output=true"}).status, 1);
}

TEST_F(Listing, tells_which_rules_are_matched_and_where_each_stands)
{
	const std::string rule = ", desc: d, output: o, condition: evt.type = open";
	const std::string file = dir_.write(
		"more.yaml", "- {rule: off, enabled: false, priority: error" + rule + "}\n" +
				     "- {rule: future, skip-if-unknown-filter: true, priority: error" + rule +
				     " and proc.nosuch = x}\n" + "- {rule: low, priority: info" + rule + "}\n");
	const json all = json::parse(
		listed({"-r", rules_, "-r", file, "-L", "-o", "json_output=true", "-o", "priority=warning"}));
	ASSERT_EQ(all["rules"].size(), 5U);
	EXPECT_EQ(all["rules"][0]["details"]["active"], true);
	EXPECT_FALSE(all["rules"][0]["details"].contains("inactive_because"));
	const std::vector<std::string> reasons = {"its file says enabled: false",
						  "it needs a field that does not exist",
						  "its priority is below the configured one"};
	for (size_t i = 0; i < reasons.size(); i++) {
		const json &one = all["rules"][2 + i];
		EXPECT_EQ(one["details"]["active"], false) << one;
		EXPECT_EQ(one["details"]["inactive_because"], reasons[i]);
		EXPECT_EQ(one["info"]["place"], file + ":" + std::to_string(i + 1) + ":10");
	}
}

TEST_F(Listing, describes_exceptions_and_lists_as_json)
{
	const std::string file = dir_.write(
		"more.yaml", "- list: shells\n  items: [bash]\n- list: tools\n  items: [shells, cat]\n"
			     "- rule: write_etc\n  exceptions: [{name: e, fields: [proc.name, fd.name], comps: "
			     "[in, startswith], values: [[tools, /etc/a]]}]\n  override: {exceptions: append}\n");
	const json all = json::parse(listed({"-r", rules_, "-r", file, "-L", "-o", "json_output=true"}));
	const json &details = all["rules"][0]["details"];
	EXPECT_EQ(details["exception_names"], json({"e"}));
	EXPECT_EQ(details["exception_fields"], json({"fd.name", "proc.name"}));
	EXPECT_EQ(details["exception_operators"], json({"in", "startswith"}));
	const json &list = all["lists"][1];
	EXPECT_EQ(list["info"]["items"], json({"cat"}));
	EXPECT_EQ(list["details"]["lists"], json({"shells"}));
	EXPECT_EQ(list["details"]["items_compiled"], json({"bash", "cat"}));
	EXPECT_EQ(list["details"]["used"], true);
}

using DryRun = FalcoTest;

TEST_F(DryRun, checks_everything_and_opens_nothing)
{
	const std::string file = dir_.file("alerts");
	const Finished falco = run({"--dry-run", "-e", kTraces + "mixed.scap", "-o",
				    "file_output={enabled: true, filename: " + file + "}"});
	EXPECT_EQ(falco.status, 0) << falco.err;
	EXPECT_THAT(falco.err, HasSubstr("Dry run: all is well"));
	EXPECT_EQ(falco.out, "");
	EXPECT_FALSE(std::filesystem::exists(file));
	EXPECT_EQ(run_falco({"--dry-run", "-c", config_, "-r", dir_.file("none"), "-e", "x"}).status, 1);
}

using PidOption = FalcoTest;

TEST_F(PidOption, writes_a_file_in_the_foreground_that_goes_with_falco)
{
	const std::string file = dir_.write("pid", "something else");
	EXPECT_EQ(replay(kTraces + "acts.scap", {"-P", file}).status, 0);
	EXPECT_FALSE(std::filesystem::exists(file));
	const Finished falco = replay(kTraces + "acts.scap", {"-P", dir_.file("none/pid")});
	EXPECT_EQ(falco.status, 1);
	EXPECT_THAT(falco.err, HasSubstr("cannot write pid file " + dir_.file("none/pid")));
}

using SeveralFiles = FalcoTest;

TEST_F(SeveralFiles, make_one_configuration_with_variables_and_static_fields)
{
	dir_.write("more.yaml", "json_output: true\njson_include_output_fields_property: true\n"
				"static_fields: {site: \"${FALCO_TEST_SITE}\"}\n");
	RunOptions options;
	options.environment = {"FALCO_TEST_SITE=berlin \"west\""};
	dir_.write("falco.yaml", "stdout_output: {enabled: true}\nlog_syslog: false\nconfig_files: [" +
					 dir_.file("more.yaml") + "]\n");
	const Finished falco = run_falco({"-c", config_, "-r", rules_, "-e", kTraces + "mixed.scap"}, options);
	ASSERT_EQ(falco.status, 0) << falco.err;
	const json alert = json::parse(lines_of(falco.out).at(0));
	EXPECT_EQ(alert["output_fields"]["site"], "berlin \"west\"");
	EXPECT_EQ(alert["output_fields"]["user.name"], "root");
}
