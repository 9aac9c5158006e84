// SPDX-License-Identifier: Apache-2.0
//
// falco trace as people use it.
#include "tests/e2e/trace_tool_fixture.hpp"
#include "tests/support/trace.hpp"

#include <filesystem>

using namespace falco::test;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

namespace {

// The blocks of YAML in a page of the documentation.
std::vector<std::string> yaml_blocks(const std::string &page)
{
	std::vector<std::string> blocks;
	bool inside = false;
	for (const std::string &line : lines_of(page)) {
		if (inside && line == "```") {
			inside = false;
		} else if (inside) {
			blocks.back() += line + "\n";
		} else if (line == "```yaml") {
			inside = true;
			blocks.emplace_back();
		}
	}
	return blocks;
}

} // namespace

TEST_F(TraceTool, builds_a_trace_that_rules_are_tried_on)
{
	const Finished falco = replay(built());
	EXPECT_EQ(falco.status, 0) << falco.err;
	EXPECT_THAT(alerts_in(falco.out), testing::ElementsAre(HasSubstr("Error Group shadow read by cat")));
}

TEST_F(TraceTool, builds_what_the_documentation_shows)
{
	const Finished page = run_program("/bin/cat", {FALCO_SOURCE_DIR "/docs/TRACES.md"});
	const auto blocks = yaml_blocks(page.out);
	EXPECT_THAT(blocks, SizeIs(4));
	for (std::string block : blocks) {
		if (block.find("events:") == std::string::npos) block += "events: [{process: 1, exit: close}]\n";
		const Finished falco =
			trace({"build", dir_.write("doc.yaml", block), "-o", dir_.file("doc.scap"), "--force"});
		EXPECT_EQ(falco.status, 0) << falco.err << block;
		EXPECT_EQ(trace({"info", dir_.file("doc.scap")}).status, 0);
	}
}

TEST_F(TraceTool, says_what_is_wrong_with_a_description)
{
	const auto error = [&](const std::string &yaml) {
		const Finished falco = trace({"build", dir_.write("t.yaml", yaml), "-o", dir_.file("t.scap")});
		EXPECT_EQ(falco.status, 1);
		EXPECT_FALSE(std::filesystem::exists(dir_.file("t.scap")));
		return falco.err;
	};
	const std::string at = dir_.file("t.yaml") + ":";
	EXPECT_THAT(error("processes:\n  - {name: sh}\n"),
		    HasSubstr(at + "1:1: a trace needs 'events': libsinsp opens none without"));
	EXPECT_THAT(error("events: []\n"), HasSubstr(at + "1:1: a trace needs 'events'"));
	EXPECT_THAT(error("processes:\n  - {name: sh}\n  - {name: sh}\nevents:\n  - {process: sh, open: {name: /x}}\n"),
		    HasSubstr(at + "5:15: several processes are called 'sh': give the one that is meant an id"));
	EXPECT_THAT(error("processes:\n  - {name: sh}\nevents:\n  - {process: sh, at: 2s, open: {name: /x}}\n"
			  "  - {process: sh, at: 1s, open: {name: /x}}\n"),
		    HasSubstr(at + "5:23: at: the event before is later, at 2000100000ns"));
}

TEST_F(TraceTool, tells_processes_of_one_name_apart_by_their_ids)
{
	const std::string yaml = dir_.write(
		"t.yaml", "processes:\n  - {name: sh, id: one}\n  - {name: sh, pid: 77}\n  - {name: sh, pid: 78}\n"
			  "events:\n  - {process: one, open: {name: /x}}\n"
			  "  - {process: 78, open: {name: /x}}\n");
	EXPECT_EQ(trace({"build", yaml, "-o", dir_.file("t.scap")}).status, 0);
}

// A recording may hold events that are earlier than those before them.
TEST_F(TraceTool, describes_a_recording_that_goes_back_in_time)
{
	const std::string yaml =
		dir_.write("t.yaml", "processes:\n  - {name: sh, pid: 77}\nevents:\n"
				     "  - {process: 77, at: 2s, exit: close, params: {res: 0}}\n"
				     "  - {process: 77, at: 1s, enter: open, params: {name: /x}}\n"
				     "  - {process: 77, at: 1.0001s, exit: open, params: {fd: 3, name: /x}}\n"
				     "  - {process: 77, at: 3s, open: {name: /y}}\n");
	ASSERT_EQ(trace({"build", yaml, "-o", dir_.file("t.scap")}).status, 0);
	const Finished described = trace({"describe", dir_.file("t.scap")});
	EXPECT_THAT(described.out, HasSubstr("open: {name: /y"));
	dir_.write("again.yaml", described.out);
	const Finished again = trace({"build", dir_.file("again.yaml"), "-o", dir_.file("again.scap")});
	EXPECT_EQ(again.status, 0) << again.err;
	EXPECT_EQ(dir_.read("again.scap"), dir_.read("t.scap"));
}

TEST_F(TraceTool, names_the_field_that_was_probably_meant)
{
	const std::string file = built();
	EXPECT_EQ(trace({"show", file, "--format", "%fd.nam[1] x"}).err,
		  "falco trace show: --format: there is no field 'fd.nam' (did you mean 'fd.name'?)\n");
	EXPECT_EQ(trace({"show", file, "--filter", "fd.nam = x"}).err,
		  "falco trace show: --filter: there is no field 'fd.nam' (did you mean 'fd.name'?)\n");
}

// On a terminal: both standard output and standard error are the one that script(1) makes. The condition takes long.
TEST_F(TraceTool, shows_how_far_it_is_to_whoever_sits_at_a_terminal)
{
	std::string filter;
	for (int i = 0; i < 30; i++)
		filter += "proc.cmdline regex a.*b.*c.*d" + std::to_string(i) + " or ";
	filter += "evt.num = 7"; // the first one
	const std::string show =
		FALCO_BINARY_DIR "/falco trace show " + kTraces + "heavy.scap --format %evt.num --filter '" + filter;
	const std::string bar = "\r\\[#* *\\] +[0-9]+ %";
	const Finished silent = run_program("/usr/bin/script", {"-qec", show + " and evt.num = 0'", "/dev/null"});
	EXPECT_EQ(silent.status, 0) << silent.out;
	EXPECT_THAT(silent.out, testing::ContainsRegex(bar + ".*\r\033\\[K$"));
	// Lines come: it would stand between them.
	const Finished seen = run_program("/usr/bin/script", {"-qec", show + "'", "/dev/null"});
	EXPECT_EQ(seen.out, "7\r\n");
}

// Long names take long to read: what is seen is at least the first half, which is the reading.
TEST_F(TraceTool, shows_how_far_a_build_is)
{
	std::string yaml = "processes:\n  - {name: sh}\nevents:\n";
	for (int i = 0; i < 20000; i++)
		yaml += "  - {process: sh, open: {name: /" + std::string(1000, 'x') + "}}\n";
	const std::string build = FALCO_BINARY_DIR "/falco trace build " + dir_.write("long.yaml", yaml) + " -o ";
	const Finished seen = run_program("/usr/bin/script", {"-qec", build + dir_.file("seen.scap"), "/dev/null"});
	EXPECT_EQ(seen.status, 0) << seen.out;
	EXPECT_THAT(seen.out, testing::ContainsRegex("^\r\\[#+ *\\] +[0-9]+ %.*\r\033\\[K$"));
	const Finished silent = shell(build + dir_.file("silent.scap"));
	EXPECT_EQ(silent.out + silent.err, "");
	EXPECT_TRUE(dir_.read("seen.scap") == dir_.read("silent.scap"));
}

TEST_F(TraceTool, shows_how_far_a_description_is)
{
	const std::string describe = FALCO_BINARY_DIR "/falco trace describe " + kTraces + "mixed.scap";
	const Finished seen = run_program("/usr/bin/script", {"-qec", describe + " >/dev/null", "/dev/null"});
	EXPECT_EQ(seen.status, 0) << seen.out;
	EXPECT_THAT(seen.out, testing::ContainsRegex("^\r\\[#+ *\\] +[0-9]+ %.*\r\033\\[K$"));
	EXPECT_EQ(shell(describe + " 2>&1 >/dev/null").out, "");
}

// script(1) makes a terminal.
TEST_F(TraceTool, answers_in_colours_on_a_terminal_unless_NO_COLOR_is_set)
{
	const std::string file = built();
	for (const auto &[command, coloured] : std::vector<std::pair<std::string, std::string>>{
		     {"show",
		      "\033[2m6 23:47:44.000500000 0\033[0m \033[1mcat\033[0m (1001) > \033[32mopen\033[0m name="},
		     {"info", "\033[1mevents\033[0m      7\r\n"}}) {
		const std::string line = FALCO_BINARY_DIR "/falco trace " + command + " " + file;
		const auto on_terminal = [&](const std::string &environment) {
			return run_program("/usr/bin/script", {"-qec", environment + line, "/dev/null"}).out;
		};
		EXPECT_THAT(on_terminal(""), HasSubstr(coloured));
		EXPECT_THAT(on_terminal("NO_COLOR=1 "), Not(HasSubstr("\033[")));
		EXPECT_THAT(shell(line).out, Not(HasSubstr("\033[")));
	}
}

TEST_F(TraceTool, shows_events_as_sysdig_does)
{
	const std::string file = built();
	const auto lines = lines_of(trace({"show", file}).out);
	ASSERT_THAT(lines, SizeIs(7));
	EXPECT_EQ(lines[5], "6 23:47:44.000500000 0 cat (1001) > open name=/etc/gshadow flags=1(O_RDONLY) mode=0644");
	EXPECT_THAT(lines_of(trace({"show", file, "--from", "3", "--to", "4"}).out), SizeIs(2));
	EXPECT_THAT(lines_of(trace({"show", file, "-n", "2"}).out), SizeIs(2));
	EXPECT_EQ(trace({"show", file, "--filter", "evt.type = open", "--format", "%evt.num %fd.name"}).out,
		  "6 <NA>\n7 /etc/gshadow\n");
	EXPECT_EQ(trace({"show", file, "--filter", "evt.type = connect"}).out, "");
}

TEST_F(TraceTool, shows_events_as_json)
{
	const std::string file = built();
	const auto lines =
		lines_of(trace({"show", file, "--json", "--filter", "evt.type = open", "--format", "%fd.name"}).out);
	ASSERT_THAT(lines, SizeIs(2));
	EXPECT_EQ(nlohmann::json::parse(lines[0]), nlohmann::json::parse(R"({
		"number": 6, "time": "2016-06-06T23:47:44.000500000Z", "time_ns": 1465256864000500000, "cpu": 0,
		"process": "cat", "tid": 1001, "direction": ">", "type": "open",
		"args": "name=/etc/gshadow flags=1(O_RDONLY) mode=0644", "output": "<NA>"})"));
	const auto plain = nlohmann::json::parse(lines_of(trace({"show", file, "--json", "-n", "1"}).out)[0]);
	EXPECT_EQ(plain["number"], 1);
	EXPECT_FALSE(plain.contains("output"));
}

TEST_F(TraceTool, tells_what_is_in_a_trace)
{
	const std::string file = built();
	const Finished text = trace({"info", file});
	EXPECT_EQ(text.status, 0);
	EXPECT_THAT(text.out, AllOf(HasSubstr("host        tracehost, 2 CPUs\n"), HasSubstr("events      7\n"),
				    HasSubstr("           3  clone\n")));
	EXPECT_THAT(text.out, AllOf(HasSubstr("time        2016-06-06T23:47:44.000000000Z to "
					      "2016-06-06T23:47:44.000600000Z, 0.000600 s\n"),
				    HasSubstr("processes   3, 2 of them at the start, with 2 threads\n")));
	const std::string in_container = dir_.write("c.yaml", "containers: [{name: web, image: nginx}]\n"
							      "processes: [{name: sh, container: web}]\n"
							      "events: [{process: sh, open: {name: /x}}]\n");
	ASSERT_EQ(trace({"build", in_container, "-o", dir_.file("c.scap")}).status, 0);
	EXPECT_THAT(trace({"info", dir_.file("c.scap")}).out, HasSubstr("\nContainers\n  1ccccccccccc  web  nginx\n"));
	const auto info = nlohmann::json::parse(trace({"info", kTraces + "acts.scap", "--json"}).out);
	EXPECT_GT(info["events"], 1000);
	EXPECT_EQ(info["damaged_blocks"], 0);
	EXPECT_EQ(info["damage"], nlohmann::json::array());
	EXPECT_EQ(info["events_by_type"][0]["count"].get<int>() > 1, true);
}

TEST_F(TraceTool, goes_through_pipes)
{
	const std::string yaml = dir_.write("t.yaml", kBuiltYaml);
	const Finished piped = shell("$falco trace build - -o - <" + yaml + " | $falco trace show - -n 1");
	EXPECT_EQ(piped.status, 0) << piped.err;
	EXPECT_THAT(lines_of(piped.out), SizeIs(1));
	EXPECT_EQ(shell("$falco trace build " + yaml + " -o - >/dev/full").err,
		  "falco trace build: cannot write to standard output: No space left on device\n");
}

TEST_F(TraceTool, cuts_a_trace_that_replays_alone)
{
	const std::string part = dir_.file("part.scap");
	const Finished cut = trace({"cut", kTraces + "mixed.scap", "--filter", "proc.name = cat", "-o", part});
	EXPECT_EQ(cut.status, 0) << cut.err;
	EXPECT_EQ(cut.err, "1424 events meet the condition\n");
	const std::vector<std::string> how{"--format", "%evt.time %proc.name %proc.pname %evt.type %fd.name",
					   "--filter", "proc.name = cat"};
	std::vector<std::string> whole{"show", kTraces + "mixed.scap"}, piece{"show", part};
	whole.insert(whole.end(), how.begin(), how.end());
	piece.insert(piece.end(), how.begin(), how.end());
	EXPECT_EQ(trace(piece).out, trace(whole).out);
	EXPECT_THAT(trace({"cut", part, "--filter", "proc.name = nobody", "-o", part}).err,
		    HasSubstr("no event of " + part + " meets the filter"));
}

TEST_F(TraceTool, describes_what_it_can_build_again)
{
	ASSERT_EQ(shell("$falco trace describe " + kTraces + "acts.scap >" + dir_.file("acts.yaml")).status, 0);
	ASSERT_EQ(trace({"build", dir_.file("acts.yaml"), "-o", dir_.file("acts.scap")}).err, "");
	EXPECT_EQ(trace({"show", dir_.file("acts.scap")}).out, trace({"show", kTraces + "acts.scap"}).out);
}

TEST_F(TraceTool, describes_nothing_that_build_could_not_read)
{
	falco::test::Trace trace_file;
	std::string words;
	for (int i = 0; i < 30000; ++i)
		words += std::string("a\0", 2);
	for (int i = 0; i < 34; ++i)
		trace_file.write(1, 1, words);
	trace_file.save(dir_.file("words.scap"));
	const Finished falco = trace({"describe", dir_.file("words.scap")});
	EXPECT_EQ(falco.status, 1);
	EXPECT_EQ(falco.out, "");
	EXPECT_THAT(falco.err,
		    HasSubstr("words.scap: build could not read its description: more than a million values"));
	EXPECT_THAT(falco.err, HasSubstr(". Cut out the part that matters first: falco trace cut --help\n"));
}

TEST_F(TraceTool, takes_a_part_of_a_larger_file)
{
	const std::string file = dir_.write(
		"cases.yaml", "cases:\n  - name: one\n    trace:\n      events: [x]\n"
			      "  - trace: {processes: [{name: sh}], events: [{process: sh, exit: close}]}\n");
	EXPECT_EQ(trace({"build", file, "--at", "/cases/1/trace", "-o", dir_.file("a.scap")}).status, 0);
	EXPECT_EQ(trace({"build", file, "--at", "/cases/0/trace", "-o", dir_.file("b.scap")}).err,
		  "falco trace build: " + file + ":4:16: an event must be a map, found text\n");
	EXPECT_THAT(trace({"build", file, "--at", "/cases/7", "-o", dir_.file("b.scap")}).err,
		    HasSubstr("there is no '7'"));
}

TEST_F(TraceTool, says_what_is_wrong_with_its_input)
{
	const std::string file = built();
	for (const auto &[arguments, problem] : std::vector<std::pair<std::vector<std::string>, std::string>>{
		     {{"show", "/nonexistent.scap"}, "cannot read /nonexistent.scap: No such file or directory"},
		     {{"show", dir_.write("empty.scap", "")}, "empty.scap: the file is empty"},
		     {{"info", dir_.write("text.scap", "text")}, "text.scap: not a .scap file"},
		     {{"show", dir_.path()}, "is a folder, a trace file is expected"},
		     {{"show", file, "--filter", "proc.nam = x"},
		      "--filter: there is no field 'proc.nam' (did you mean 'proc.name'?)"},
		     {{"show", file, "--filter", "proc.name ="}, "--filter: "},
		     {{"show", file, "--filter", "fd.sip.name = service.example"},
		      "--filter: line 1, column 1: fd.sip.name cannot be used here"},
		     {{"cut", file, "--filter", "evt.num > 0 and fd.cip.name exists", "-o", dir_.file("x")},
		      "--filter: line 1, column 17: fd.cip.name cannot be used here"},
		     {{"show", file, "--format", "%proc.nam"}, "--format: "},
		     {{"show", file, "--from", "-1"}, "--from"},
		     {{"cut", file, "--filter", "evt.typ = open", "-o", dir_.file("x")}, "(did you mean 'evt.type'?)"},
		     {{"build", dir_.file("t.yaml"), "-o", file}, "built.scap exists; --force replaces it"},
		     {{"build", dir_.write("bad.yaml", "events: [\n"), "-o", dir_.file("x")}, "bad.yaml:"},
		     {{"build", "/nonexistent.yaml", "-o", dir_.file("x")}, "/nonexistent.yaml"},
		     {{"build", dir_.file("t.yaml"), "-o", "/dev/full", "--force"}, "No space left on device"}}) {
		const Finished falco = trace(arguments);
		EXPECT_EQ(falco.status, 1) << testing::PrintToString(arguments);
		EXPECT_THAT(falco.err, HasSubstr(problem)) << testing::PrintToString(arguments);
	}
	EXPECT_FALSE(std::filesystem::exists(dir_.file("x")));
}

TEST_F(TraceTool, prints_a_schema)
{
	const auto schema = nlohmann::json::parse(trace({"schema"}).out);
	EXPECT_EQ(schema["type"], "object");
	EXPECT_EQ(schema["additionalProperties"], false);
	for (const char *key : {"start", "host", "interfaces", "users", "groups", "containers", "processes", "events"})
		EXPECT_TRUE(schema["properties"].contains(key)) << key;
	const auto &process = schema["properties"]["processes"]["items"]["properties"];
	const auto &event = schema["properties"]["events"]["items"]["properties"];
	for (const char *key : {"name", "path", "parent", "container", "files"})
		EXPECT_TRUE(process.contains(key)) << key;
	for (const char *key : {"process", "at", "as", "enter", "exit", "params"})
		EXPECT_TRUE(event.contains(key)) << key;
	EXPECT_TRUE(event["connect"]["properties"].contains("to"));
	EXPECT_EQ(event["connect"]["additionalProperties"], false);
	// What build takes, the schema knows.
	const Finished described =
		trace({"build", dir_.write("t.yaml", "events: [{process: 1, opn: {}}]\n"), "-o", dir_.file("x.scap")});
	EXPECT_THAT(described.err, HasSubstr("open"));
	EXPECT_FALSE(event.contains("opn"));
}

TEST_F(TraceTool, is_in_man_pages_and_completions)
{
	EXPECT_THAT(run_falco({"man", "falco-trace-build"}).out, HasSubstr("Makes a trace from a YAML description"));
	EXPECT_THAT(run_falco({"completion", "bash"}).out, HasSubstr("describe"));
}
