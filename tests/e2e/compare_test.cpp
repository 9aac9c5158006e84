// SPDX-License-Identifier: Apache-2.0
//
// falco compare.
#include "tests/e2e/fixture.hpp"
#include "tests/support/trace.hpp"

#include <fcntl.h>
#include <filesystem>

using namespace falco::test;
using nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

namespace {

std::string rule(const std::string &name, const std::string &file, const std::string &output = "%proc.name")
{
	return "- rule: " + name + "\n  desc: d\n  condition: evt.type = open and evt.dir = < and fd.name = " + file +
	       "\n  output: \"" + output + "\"\n  priority: WARNING\n";
}

} // namespace

class Compare : public FalcoTest {
protected:
	Compare()
	{
		old_ = dir_.write("old.yaml", rule("same", "/a") + rule("lost", "/b") + rule("text", "/c"));
		new_ = dir_.write("new.yaml",
				  rule("same", "/a") + rule("fresh", "/d") + rule("text", "/c", "now %proc.name"));
		std::filesystem::create_directory(dir_.file("traces"));
		for (int i = 0; i < 6; i++) {
			Trace trace;
			const Pid cat = trace.process(Process("cat"));
			for (const char *file : {"/a", "/b", "/c", "/d"})
				trace.open(cat, file, O_RDONLY);
			trace.save(dir_.file("traces/" + std::to_string(i) + ".scap"));
		}
	}

	Finished compare(std::vector<std::string> arguments)
	{
		arguments.insert(arguments.begin(),
				 {"compare", "-c", config_, "--old", old_, "--new", new_, dir_.file("traces")});
		return run_falco(arguments);
	}

	std::string old_, new_;
};

TEST_F(Compare, tells_new_lost_and_changed_alerts)
{
	const Finished falco = compare({"--examples", "1"});
	EXPECT_EQ(falco.status, 0) << falco.err;
	EXPECT_THAT(falco.out, StartsWith("6 recordings, "));
	EXPECT_THAT(falco.out, HasSubstr("18 alerts by the old rules, 18 by the new ones\n"));
	EXPECT_THAT(falco.out,
		    HasSubstr("\nfresh: 6 new, 0 lost, 0 changed\n  " + dir_.file("traces/0.scap") + ", event "));
	EXPECT_THAT(falco.out, HasSubstr("\nlost: 0 new, 6 lost, 0 changed\n"));
	EXPECT_THAT(falco.out, HasSubstr("\ntext: 0 new, 0 lost, 6 changed\n"));
	EXPECT_THAT(falco.out, HasSubstr("    - Warning cat\n    + Warning now cat\n"));
	EXPECT_THAT(falco.out, testing::Not(HasSubstr("same")));
	EXPECT_THAT(falco.out, testing::Not(HasSubstr("1.scap")));
}

TEST_F(Compare, gives_the_same_whatever_the_number_of_processes)
{
	const Finished one = compare({"-j", "1"}), three = compare({"-j", "3"});
	EXPECT_EQ(one.out, three.out);
	EXPECT_THAT(one.out, HasSubstr("2.scap"));
	EXPECT_THAT(one.out, testing::Not(HasSubstr("3.scap")));
}

TEST_F(Compare, exits_with_1_on_a_difference_when_asked)
{
	EXPECT_EQ(compare({"--exit-code"}).status, 1);
	new_ = old_;
	const Finished same = compare({"--exit-code"});
	EXPECT_EQ(same.status, 0);
	EXPECT_THAT(same.out, HasSubstr("No difference\n"));
}

TEST_F(Compare, leaves_out_a_damaged_recording_and_says_so)
{
	const std::string whole = dir_.read("traces/3.scap");
	dir_.write("traces/3.scap", whole.substr(0, whole.size() - 30));
	dir_.write("traces/4.scap", "nonsense");
	const Finished falco = compare({"--json"});
	EXPECT_EQ(falco.status, 0) << falco.err;
	const json report = json::parse(falco.out);
	EXPECT_EQ(report["recordings"], 4);
	ASSERT_EQ(report["skipped"].size(), 2u);
	EXPECT_EQ(report["skipped"][0]["recording"], dir_.file("traces/3.scap"));
	EXPECT_THAT(report["skipped"][1]["because"], HasSubstr("not a .scap file"));
}

TEST_F(Compare, refuses_a_path_that_does_not_exist)
{
	for (const std::vector<std::string> &arguments :
	     {std::vector<std::string>{dir_.file("none.scap")}, {dir_.file("none.scap"), "--exit-code"}}) {
		const Finished falco = compare(arguments);
		EXPECT_EQ(falco.status, 2);
		EXPECT_EQ(falco.out, "");
		EXPECT_THAT(falco.err,
			    HasSubstr("cannot read " + dir_.file("none.scap") + ": No such file or directory"));
	}
}

TEST_F(Compare, exits_with_2_when_nothing_could_be_read)
{
	dir_.write("bad.scap", "nonsense");
	const Finished falco = run_falco(
		{"compare", "-c", config_, "--old", old_, "--new", new_, "--exit-code", dir_.file("bad.scap")});
	EXPECT_EQ(falco.status, 2);
	EXPECT_THAT(falco.out, HasSubstr("0 recordings"));
	EXPECT_THAT(falco.out, HasSubstr("\nSkipped: "));
	std::filesystem::create_directory(dir_.file("empty"));
	const Finished empty = run_falco({"compare", "-c", config_, "--old", old_, "--new", new_, dir_.file("empty")});
	EXPECT_EQ(empty.status, 2);
	EXPECT_THAT(empty.err, HasSubstr("there is no recording in " + dir_.file("empty")));
}

TEST_F(Compare, goes_into_folders_within)
{
	std::filesystem::create_directories(dir_.file("traces/b/c"));
	std::filesystem::rename(dir_.file("traces/5.scap"), dir_.file("traces/b/c/5.scap"));
	EXPECT_THAT(compare({}).out, StartsWith("6 recordings, "));
}

TEST_F(Compare, takes_only_recordings_of_a_folder)
{
	dir_.write("traces/README.md", "what they are");
	std::filesystem::create_symlink("0.scap", dir_.file("traces/link.scap.gz"));
	const Finished falco = compare({});
	EXPECT_THAT(falco.out, StartsWith("7 recordings, "));
	EXPECT_THAT(falco.out, testing::Not(HasSubstr("Skipped")));
}

TEST_F(Compare, tells_a_changed_priority)
{
	std::string rules = dir_.read("old.yaml");
	for (size_t at; (at = rules.find("WARNING")) != std::string::npos;)
		rules.replace(at, 7, "ERROR");
	new_ = dir_.write("new.yaml", rules);
	const Finished falco = compare({"--examples", "1"});
	EXPECT_THAT(falco.out, HasSubstr("\nsame: 0 new, 0 lost, 6 changed\n"));
	EXPECT_THAT(falco.out, HasSubstr("    - Warning cat\n    + Error cat\n"));
}

TEST_F(Compare, tells_what_both_cost)
{
	for (const std::string &rules : {old_, new_}) {
		new_ = rules;
		EXPECT_THAT(
			compare({"--cost"}).out,
			testing::ContainsRegex("\nMatching took [0-9.]+ s with the old rules, [0-9.]+ s with the new "
					       "ones: [+-][0-9.]+ % \\(± [0-9.]+ %\\)(, no more than chance)?\n$"));
	}
	const json report = json::parse(compare({"--cost", "--json"}).out);
	EXPECT_GT(report["old_match_ns"], 0);
	EXPECT_GT(report["new_match_ns"], 0);
	EXPECT_GE(report["cost_noise_percent"], 3);
	EXPECT_THAT(compare({}).out, testing::Not(HasSubstr("Matching took")));
}

TEST_F(Compare, refuses_a_negative_number_of_examples)
{
	const Finished falco = compare({"--examples", "-1"});
	EXPECT_EQ(falco.status, 1);
	EXPECT_THAT(falco.err, HasSubstr("--examples"));
}

// On a terminal: both standard output and standard error are the one that script(1) makes.
TEST_F(Compare, shows_how_far_it_is_to_whoever_sits_at_a_terminal)
{
	const std::string many = dir_.file("many");
	std::filesystem::create_directory(many);
	for (int i = 0; i < 60; i++)
		std::filesystem::create_symlink(FALCO_SOURCE_DIR "/tests/traces/mixed.scap",
						many + "/" + std::to_string(i) + ".scap");
	const std::string command =
		FALCO_BINARY_DIR "/falco compare -c " + config_ + " --old " + old_ + " --new " + new_ + " " + many;
	const Finished seen = run_program("/usr/bin/script", {"-qec", command, "/dev/null"});
	EXPECT_EQ(seen.status, 0) << seen.out;
	EXPECT_THAT(seen.out, testing::ContainsRegex("\r\\[#+ *\\] +[0-9]+ %"));
	EXPECT_THAT(seen.out, HasSubstr("\r\033[K60 recordings, "));
	EXPECT_THAT(run_program("/bin/sh", {"-c", command + " 2>&1"}).out, testing::Not(HasSubstr("%")));
}

TEST_F(Compare, answers_in_colours_on_a_terminal)
{
	const std::string command = FALCO_BINARY_DIR "/falco compare -c " + config_ + " --old " + old_ + " --new " +
				    new_ + " " + dir_.file("traces");
	const std::string seen = run_program("/usr/bin/script", {"-qec", command, "/dev/null"}).out;
	EXPECT_THAT(seen, HasSubstr("\033[31m    - Warning cat\033[0m\r\n\033[32m    + Warning now cat\033[0m\r\n"));
	EXPECT_THAT(run_program("/bin/sh", {"-c", command}).out, testing::Not(HasSubstr("\033[")));
}

// What a worker found is let go of when it has been counted, but for the examples that are shown: here 2 MB a
// recording.
TEST_F(Compare, holds_no_more_of_many_recordings_than_of_a_few)
{
	old_ = dir_.write("old.yaml", rule("text", "/c", std::string(1000000, 'a')));
	new_ = dir_.write("new.yaml", rule("text", "/c", std::string(1000000, 'b')));
	const auto peak = [&](int recordings) {
		const std::string folder = dir_.file(std::to_string(recordings));
		std::filesystem::create_directory(folder);
		for (int i = 0; i < recordings; i++)
			std::filesystem::create_symlink(dir_.file("traces/0.scap"),
							folder + "/" + std::to_string(i) + ".scap");
		const Finished done = run_program(
			"/usr/bin/python3", {"-c",
					     "import resource, subprocess, sys\n"
					     "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)\n"
					     "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)",
					     FALCO_BINARY_DIR "/falco", "compare", "-c", config_, "--old", old_,
					     "--new", new_, "--examples", "1", folder});
		EXPECT_EQ(done.status, 0) << done.err;
		return std::stol(done.out) / 1024;
	};
	const long few = peak(4), many = peak(104);
	EXPECT_LT(many, few + 100) << "MB"; // 200 MB of texts came in between
}

TEST_F(Compare, tells_mistakes_in_rules_once)
{
	new_ = dir_.write("bad.yaml", rule("x", "/a", "%proc.nam"));
	const Finished falco = compare({});
	EXPECT_EQ(falco.status, 1);
	EXPECT_THAT(falco.err, HasSubstr("bad.yaml:4:"));
	EXPECT_EQ(lines_of(falco.err).size(), 1u);
}
