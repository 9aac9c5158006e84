// SPDX-License-Identifier: Apache-2.0
//
// What rules cost: falco profile on recordings, and `profile` in the configuration of a run.
#include "tests/e2e/background.hpp"
#include "tests/e2e/fed_trace.hpp"
#include "tests/e2e/fixture.hpp"
#include "tests/support/trace.hpp"

#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <thread>
#include <unistd.h>

using namespace falco::test;
using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

namespace {

const char *const kProfileRules = R"yaml(- macro: opened
  condition: (evt.type = open and evt.dir = <)
- rule: a
  desc: d
  condition: opened and fd.name = /a
  output: "a %proc.name"
  priority: WARNING
- rule: "b <&> \"c\""
  desc: d
  condition: opened and (fd.name = /a or fd.name = /b) and proc.name contains x
  output: "b %proc.name"
  priority: WARNING
)yaml";

const json &named(const json &list, const char *key, const std::string &name)
{
	static const json none = json::object();
	for (const json &entry : list) {
		if (entry.at(key) == name) return entry;
	}
	ADD_FAILURE() << "no " << name;
	return none;
}

size_t times_in(const std::string &text, const std::string &part)
{
	size_t times = 0;
	for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
		times++;
	}
	return times;
}

} // namespace

class Profile : public FalcoTest {
protected:
	Profile()
	{
		rules_ = dir_.write("rules.yaml", kProfileRules);
		trace_ = dir_.file("trace.scap");
		make_trace(4).save(trace_);
	}

	// Files that are opened in turn.
	static Trace make_trace(int opens)
	{
		static const char *const files[] = {"/a", "/b", "/c", "/d"};
		Trace trace;
		const Pid cat = trace.process(Process("cat"));
		for (int i = 0; i < opens; i++) {
			trace.open(cat, files[i % 4], O_RDONLY);
		}
		return trace;
	}

	Finished profile(std::vector<std::string> arguments) const
	{
		arguments.insert(arguments.begin(), {"profile", "-c", config_, "-r", rules_});
		return run_falco(arguments);
	}
	json profile_json() const
	{
		const Finished falco = profile({"-e", trace_, "--json"});
		EXPECT_EQ(falco.status, 0) << falco.err;
		return json::parse(falco.out);
	}
	void configure(const std::string &profile)
	{
		dir_.write("falco.yaml", dir_.read("falco.yaml") + "profile: " + profile + "\n");
	}

	std::string trace_;
};

TEST_F(Profile, counts_what_rules_macros_checks_and_fields_were_asked)
{
	const json profile = profile_json();
	EXPECT_EQ(profile["sample"], 1);
	EXPECT_EQ(profile["events_with_rules"], 4);
	EXPECT_EQ(profile["rules"][0]["matched"], 1);
	EXPECT_EQ(profile["rules"][0]["failed"], 3);
	EXPECT_EQ(profile["rules"][1]["matched"], 0);
	const json &check = named(profile["checks"], "text", "fd.name = /a");
	EXPECT_EQ(check["asked"], 8);
	EXPECT_EQ(check["run"], 4);
	EXPECT_EQ(check["held"], 2);
	EXPECT_EQ(named(profile["checks"], "text", "proc.name contains x")["asked"], 2);
	EXPECT_EQ(named(profile["macros"], "name", "opened")["held"], 8);
	EXPECT_EQ(named(profile["fields"], "name", "fd.name")["asked"], 11);
}

TEST_F(Profile, shows_tables_and_what_can_be_said_shorter)
{
	const Finished falco = profile({"-e", trace_, "--limit", "1"});
	EXPECT_EQ(falco.status, 0) << falco.err;
	for (const char *text :
	     {" 4 of them have rules", "\nRules\n", "\nMacros\n", "\nChecks\n", "\nFields\n", "  and 1 more\n",
	      "by how often\neach asked", "- fd.name = /a or fd.name = /b\n", "+ fd.name in (/a, /b)\n"}) {
		EXPECT_THAT(falco.out, HasSubstr(text));
	}
	EXPECT_THAT(falco.out, Not(HasSubstr("\033[")));
}

TEST_F(Profile, writes_stacks_and_a_flame_graph)
{
	make_trace(4000).save(trace_);
	const Finished falco =
		profile({"-e", trace_, "--folded", dir_.file("stacks"), "--svg", dir_.file("graph.svg")});
	EXPECT_EQ(falco.status, 0) << falco.err;
	EXPECT_THAT(dir_.read("stacks"), HasSubstr("a;fd.name = /a "));
	const std::string svg = dir_.read("graph.svg");
	EXPECT_THAT(
		svg,
		StartsWith("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\""));
	EXPECT_THAT(svg, AllOf(HasSubstr("<title>all rules: "), HasSubstr("<title>fd.name = /a: "),
			       HasSubstr("<title>b &lt;&amp;&gt; &quot;c&quot;: "), HasSubstr(" ms, 100.0 %</title>")));
	EXPECT_THAT(svg, Not(HasSubstr("<script")));
	EXPECT_EQ(times_in(svg, "<g>"), times_in(svg, "</g>"));
	// A part lies within what it is a part of.
	double all = 0, rules = 0;
	for (const std::string &line : lines_of(svg)) {
		const size_t width = line.find("width=\"");
		if (line.compare(0, 10, "<g><title>") != 0) continue;
		const double wide = std::stod(line.substr(width + 7));
		if (line.find("<title>all rules") != std::string::npos) all = wide;
		if (line.find("<title>a: ") != std::string::npos || line.find("<title>b &lt;") != std::string::npos)
			rules += wide;
	}
	EXPECT_NEAR(all, rules, 0.1);
}

TEST_F(Profile, draws_that_nothing_took_time)
{
	dir_.write("rules.yaml",
		   "- rule: r\n  desc: d\n  condition: evt.type = listen\n  output: o\n  priority: INFO\n");
	EXPECT_EQ(profile({"-e", trace_, "--svg", dir_.file("graph.svg")}).status, 0);
	EXPECT_THAT(dir_.read("graph.svg"), AllOf(HasSubstr("No time was measured"), HasSubstr("</svg>\n")));
}

TEST_F(Profile, tells_what_is_wrong_with_its_options)
{
	const auto error = [this](const std::vector<std::string> &arguments) {
		const Finished falco = profile(arguments);
		EXPECT_EQ(falco.status, 1);
		return falco.err;
	};
	EXPECT_THAT(error({}), HasSubstr("-e or --read is required"));
	EXPECT_THAT(error({"-e", trace_, "--read", "x"}), HasSubstr("excludes"));
	EXPECT_THAT(error({"-e", trace_, "--svg", "/nowhere/x"}),
		    HasSubstr("cannot write to /nowhere/x: No such file"));
	EXPECT_THAT(error({"-e", trace_, "--folded", "/nowhere/x"}), HasSubstr("cannot write to /nowhere/x: No such"));
	EXPECT_THAT(error({"-e", dir_.file("none.scap")}), HasSubstr("none.scap"));
	EXPECT_THAT(error({"--read", rules_}), HasSubstr(" excludes --read"));
	EXPECT_THAT(error({"-e", trace_, "--limit", "-1"}), HasSubstr("--limit"));
	EXPECT_THAT(run_falco({"profile", "--read", dir_.file("none")}).err,
		    HasSubstr("cannot read " + dir_.file("none")));
	EXPECT_THAT(run_falco({"profile", "--read", rules_}).err, HasSubstr("expected a profile as the last line"));
}

TEST_F(Profile, that_fails_leaves_files_as_they_were)
{
	dir_.write("old.svg", "what was there");
	const Finished falco = profile(
		{"-e", dir_.file("none.scap"), "--svg", dir_.file("old.svg"), "--folded", dir_.file("new.stacks")});
	EXPECT_EQ(falco.status, 1);
	EXPECT_EQ(dir_.read("old.svg"), "what was there");
	EXPECT_FALSE(std::filesystem::exists(dir_.file("new.stacks")));
	EXPECT_EQ(profile({"-e", trace_, "--svg", dir_.file("old.svg")}).status, 0);
	EXPECT_THAT(dir_.read("old.svg"), StartsWith("<?xml"));
	EXPECT_EQ(profile({"-e", trace_, "--folded", "/dev/stdout", "--json"}).status, 0);
}

TEST_F(Profile, tells_the_rules_that_it_leaves_out)
{
	dir_.write("rules.yaml", std::string(kProfileRules) +
					 "- rule: slow\n  desc: d\n  condition: opened and evt.deltatime > 1\n"
					 "  output: o\n  priority: INFO\n");
	EXPECT_THAT(profile({"-e", trace_}).out,
		    HasSubstr("Left out, since their fields count how often they are asked: slow\n"));
}

// On a terminal: both standard output and standard error are the one that script(1) makes.
TEST_F(Profile, shows_how_far_it_is_to_whoever_sits_at_a_terminal)
{
	dir_.write("rules.yaml", "- rule: r\n  desc: d\n  condition: evt.type != clone and proc.name contains x\n"
				 "  output: o\n  priority: INFO\n");
	const std::string many = dir_.file("many");
	std::filesystem::create_directory(many);
	for (int i = 0; i < 20; i++)
		std::filesystem::create_symlink(kTraces + "heavy.scap", many + "/" + std::to_string(i) + ".scap");
	const std::string command = FALCO_BINARY_DIR "/falco profile -c " + config_ + " -r " + rules_ + " -e ";
	const Finished seen = run_program("/usr/bin/script", {"-qec", command + many, "/dev/null"});
	EXPECT_EQ(seen.status, 0) << seen.out;
	EXPECT_THAT(seen.out, testing::ContainsRegex("^\r[0-9]+ events.*\r\033\\[K[0-9]+ events came"));
	EXPECT_THAT(seen.out, HasSubstr("\033[1mRules\033[0m\r\n"));
	const std::string piped = run_program("/bin/sh", {"-c", command + trace_ + " 2>&1"}).out;
	EXPECT_THAT(piped, testing::ContainsRegex("^[0-9]+ events came"));
	EXPECT_THAT(piped, testing::Not(HasSubstr("\033[")));
}

TEST_F(Profile, of_a_run_goes_to_the_log)
{
	configure("{sample: 1/1}");
	const Finished falco = replay(trace_);
	EXPECT_EQ(falco.status, 0) << falco.err;
	EXPECT_EQ(alerts_in(falco.out).size(), 1u);
	EXPECT_THAT(falco.err, AllOf(HasSubstr("profile: one event in 1 of 4; matching all of them took about "),
				     HasSubstr("profile: rule 'a': "), HasSubstr("profile: check fd.name = /a: "),
				     HasSubstr("one list: could as well say fd.name in (/a, /b)")));
}

TEST_F(Profile, of_a_run_is_added_to_a_file_that_the_command_shows)
{
	make_trace(4000).save(trace_);
	configure("{sample: 1/10, file: profile.jsonl}");
	RunOptions options;
	options.directory = dir_.path();
	for (size_t run = 1; run <= 2; run++) {
		const Finished falco = run_falco({"-c", config_, "-r", rules_, "-e", trace_}, options);
		EXPECT_EQ(falco.status, 0) << falco.err;
		EXPECT_THAT(falco.err, HasSubstr("profile: of 4000 events added to " + dir_.file("profile.jsonl")));
		EXPECT_EQ(lines_of(dir_.read("profile.jsonl")).size(), run);
	}
	const Finished shown =
		run_falco({"profile", "--read", dir_.file("profile.jsonl"), "--svg", dir_.file("graph.svg")});
	EXPECT_EQ(shown.status, 0) << shown.err;
	EXPECT_THAT(shown.out, AllOf(StartsWith("4000 events came to the matcher, about "),
				     HasSubstr("One event in 10 was looked at ("), HasSubstr("\nRules\n")));
	EXPECT_THAT(dir_.read("graph.svg"), HasSubstr("<title>a: "));
}

// Every process of a parallel replay adds what it saw.
TEST_F(Profile, of_a_parallel_replay_has_a_line_for_each_process)
{
	make_trace(40).save(dir_.file("other.scap"));
	configure("{sample: 1/1, file: " + dir_.file("profile.jsonl") + "}");
	const Finished falco = replay(trace_, {"-e", dir_.file("other.scap"), "-j", "2"});
	EXPECT_EQ(falco.status, 0) << falco.err;
	uint64_t events = 0;
	for (const std::string &line : lines_of(dir_.read("profile.jsonl"))) {
		events += json::parse(line)["events"].get<uint64_t>();
	}
	EXPECT_EQ(events, 44u);
}

TEST_F(Profile, ends_with_the_rules_at_a_reload)
{
	configure("{sample: 1/1, file: " + dir_.file("profile.jsonl") + "}\nlog_level: debug");
	FedTrace trace(make_trace(20000));
	Background falco({"-c", config_, "-r", rules_, "-e", "-"}, trace.reading_end());
	trace.feed_half();
	ASSERT_TRUE(falco.wait_for_output("a cat")) << falco.log();
	falco.signal(SIGHUP);
	ASSERT_TRUE(falco.wait_for_log("Reloading: ready")) << falco.log();
	trace.feed_rest();
	EXPECT_EQ(falco.wait(), 0) << falco.log();
	const auto lines = lines_of(dir_.read("profile.jsonl"));
	ASSERT_EQ(lines.size(), 2u);
	const uint64_t old_events = json::parse(lines[0])["events"], new_events = json::parse(lines[1])["events"];
	EXPECT_EQ(old_events + new_events, 20000u);
	EXPECT_GT(old_events, 0u);
}

TEST_F(Profile, of_a_run_refuses_what_it_cannot_do)
{
	const auto error = [this](const std::string &option) {
		const Finished falco = replay(trace_, {"-o", option});
		EXPECT_EQ(falco.status, 1);
		return falco.err;
	};
	EXPECT_THAT(error("profile.sample=1000/1"),
		    HasSubstr("profile.sample: expected one event in so many, such as 1/1000, found '1000/1'"));
	EXPECT_THAT(error("profile.sample=1/0"), HasSubstr("profile.sample: expected"));
	EXPECT_THAT(error("profile.samples=1/2"), HasSubstr("unknown key 'samples' (did you mean 'sample'?)"));
	EXPECT_THAT(error("profile.file=/nowhere/x"),
		    HasSubstr("profile.file: cannot write to /nowhere/x: No such file"));
}

// Of a run: the commands on recordings neither profile nor write.
TEST_F(Profile, in_the_configuration_is_nothing_to_other_commands)
{
	configure("{file: " + dir_.file("profile.jsonl") + "}");
	EXPECT_EQ(run_falco({"explain", "-c", config_, "-r", rules_, "-e", trace_}).status, 0);
	EXPECT_EQ(run_falco({"-c", config_, "-r", rules_, "-L"}).status, 0);
	EXPECT_EQ(profile({"-e", trace_}).status, 0);
	EXPECT_FALSE(std::filesystem::exists(dir_.file("profile.jsonl")));
}
