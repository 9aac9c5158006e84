// SPDX-License-Identifier: Apache-2.0
//
// -j: several processes read, and what comes out is what one process gives.
#include "tests/e2e/background.hpp"
#include "tests/e2e/fixture.hpp"

#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace falco::test;
using testing::HasSubstr;
using testing::SizeIs;

namespace {

class ParallelReplay : public FalcoTest {
protected:
	// Seven recordings, the fourth of which is damaged if asked for.
	std::string make_traces(bool damaged)
	{
		const std::string folder = dir_.file("traces");
		std::filesystem::create_directory(folder);
		for (int i = 1; i <= 7; i++) {
			const std::string name = folder + "/" + std::to_string(i) + ".scap";
			std::filesystem::copy_file(kTraces + (i % 3 == 0 ? "acts.scap" : "mixed.scap"), name);
			if (damaged && i == 4) {
				std::filesystem::resize_file(name, 300000);
			}
		}
		return folder;
	}

	Finished replay_with(const std::string &jobs, const std::string &traces, std::vector<std::string> more = {})
	{
		more.insert(more.end(), {"-j", jobs});
		return replay(traces, more);
	}
};

std::string fatal_lines(const std::string &err)
{
	std::string lines;
	for (const auto &line : lines_of(err)) {
		const auto at = line.find("Runtime error: ");
		if (at != std::string::npos) lines += line.substr(at) + "\n";
	}
	return lines;
}

} // namespace

TEST_F(ParallelReplay, gives_the_alerts_and_statistics_of_one_process)
{
	const std::string traces = make_traces(false);
	const Finished one = replay_with("1", traces);
	ASSERT_EQ(one.status, 0);
	ASSERT_THAT(alerts_in(one.out), SizeIs(testing::Ge(15U)));
	for (const char *jobs : {"2", "4", "20"}) {
		const Finished several = replay_with(jobs, traces);
		EXPECT_EQ(several.status, 0) << jobs;
		EXPECT_EQ(several.out, one.out) << jobs;
	}
}

TEST_F(ParallelReplay, gives_the_same_json_and_files)
{
	const std::string traces = make_traces(false);
	const auto run_to_file = [&](const std::string &jobs) {
		const std::string file = dir_.file("alerts-" + jobs);
		const Finished falco =
			replay_with(jobs, traces,
				    {"-o", "json_output=true", "-o", "json_include_output_fields_property=true", "-o",
				     "file_output.enabled=true", "-o", "file_output.filename=" + file});
		EXPECT_EQ(falco.status, 0);
		std::ifstream alerts(file);
		return std::pair(falco.out, std::string(std::istreambuf_iterator<char>(alerts), {}));
	};
	const auto one = run_to_file("1");
	EXPECT_THAT(one.second, HasSubstr("output_fields"));
	EXPECT_EQ(run_to_file("3"), one);
}

TEST_F(ParallelReplay, tells_of_a_damaged_file_and_goes_on)
{
	const std::string traces = make_traces(true);
	const Finished one = replay_with("1", traces);
	EXPECT_EQ(one.status, 1);
	EXPECT_THAT(fatal_lines(one.err), HasSubstr("/4.scap: damaged or truncated at byte"));
	for (const char *jobs : {"2", "4"}) {
		const Finished several = replay_with(jobs, traces);
		EXPECT_EQ(several.status, 1);
		EXPECT_EQ(several.out, one.out);
		EXPECT_EQ(fatal_lines(several.err), fatal_lines(one.err));
	}
}

TEST_F(ParallelReplay, needs_files_to_replay_and_does_not_record)
{
	EXPECT_EQ(run({"-j", "2"}).status, 1);
	EXPECT_THAT(run({"-j", "2"}).err, HasSubstr("it needs -e"));
	EXPECT_THAT(run({"-e", kTraces + "acts.scap", "-j", "2", "-w", dir_.file("copy.scap")}).err,
		    HasSubstr("-w does not go with it"));
	EXPECT_EQ(run({"-e", kTraces + "acts.scap", "-j", "0"}).status, 1);
}

TEST_F(ParallelReplay, shows_mistakes_in_the_rules_once)
{
	const Finished falco = run_falco(
		{"-c", config_, "-r", dir_.write("bad.yaml", "- rule: x\n"), "-e", make_traces(false), "-j", "2"});
	EXPECT_EQ(falco.status, 1);
	EXPECT_EQ(lines_of(fatal_lines(falco.err)).size(), 1U) << falco.err;
}

// The first file is a pipe that stays open: its worker waits for more.
TEST_F(ParallelReplay, ends_at_a_signal_with_what_was_found_delivered)
{
	std::ifstream file(kTraces + "mixed.scap", std::ios::binary);
	const std::string bytes{std::istreambuf_iterator<char>(file), {}};
	int ends[2];
	ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
	fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);
	Background falco({"-c", config_, "-r", rules_, "-e", "-", "-e", kTraces + "mixed.scap", "-j", "2"}, ends[0]);
	close(ends[0]);
	ASSERT_EQ(write(ends[1], bytes.data(), bytes.size() - 10), static_cast<ssize_t>(bytes.size() - 10));
	ASSERT_TRUE(falco.wait_for_output("/etc/sedH2gmIQ")) << falco.log();
	falco.signal(SIGINT);
	EXPECT_EQ(falco.wait(), 0) << falco.log();
	EXPECT_THAT(alerts_in(falco.output()), SizeIs(3));
	EXPECT_THAT(falco.output(), HasSubstr("Events detected: 3\n"));
	close(ends[1]);
}
