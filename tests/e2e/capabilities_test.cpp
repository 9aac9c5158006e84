// SPDX-License-Identifier: Apache-2.0
//
// What a falco that root started is still able to do once it reads events, in every thread of the real process.
#include "tests/e2e/background.hpp"
#include "tests/e2e/fixture.hpp"

#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

using namespace falco::test;
using testing::HasSubstr;
using testing::Not;

class Capabilities : public FalcoTest {
protected:
	void SetUp() override
	{
		if (sets_of("/proc/self")["CapEff"] == 0) GTEST_SKIP() << "needs privileges to drop";
	}

	void configure(const std::string &more)
	{
		dir_.write("falco.yaml",
			   "log_syslog: false\nlog_stderr: true\nstdout_output: {enabled: true}\nsource: " + kFakes +
				   "source-fake-live.so\nmatcher: " + kFakes +
				   "matcher-fake.so\nplugins:\n  - {library: " + kFakes +
				   "source-fake-live.so, config: {endless: true, events: 3}}\n" + more);
		dir_.write("rules.yaml", "quiet 4 seen %name\n");
	}

	static std::map<std::string, uint64_t> sets_of(const std::string &task)
	{
		std::map<std::string, uint64_t> sets;
		std::ifstream status(task + "/status");
		for (std::string line; std::getline(status, line);) {
			if (line.rfind("Cap", 0) == 0)
				sets[line.substr(0, 6)] = std::stoull(line.substr(8), nullptr, 16);
		}
		return sets;
	}

	// Fails unless every thread has exactly `expected`; returns how many threads there are.
	static int expect_all(pid_t pid, uint64_t expected)
	{
		int threads = 0;
		for (const auto &task : std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task")) {
			++threads;
			auto sets = sets_of(task.path());
			for (const char *set : {"CapPrm", "CapEff", "CapBnd"})
				EXPECT_EQ(sets[set], expected) << task.path() << ' ' << set;
			EXPECT_EQ(sets["CapInh"], 0u) << task.path();
			EXPECT_EQ(sets["CapAmb"], 0u) << task.path();
		}
		return threads;
	}

	static constexpr uint64_t kChown = 1; // CAP_CHOWN is number 0
};

TEST_F(Capabilities, are_gone_in_every_thread)
{
	configure("");
	Background falco({"-c", config_, "-r", rules_});
	ASSERT_TRUE(falco.wait_for_log("Reading events from")) << falco.log();
	EXPECT_THAT(falco.log(), HasSubstr("Capabilities kept: none\n"));
	EXPECT_GE(expect_all(falco.pid(), 0), 5); // capture, log, output, watchdog, signals
	ASSERT_TRUE(falco.wait_for_output("seen close")) << falco.log();
	falco.signal(SIGTERM);
	EXPECT_EQ(falco.wait(), 0) << falco.log();
}

TEST_F(Capabilities, that_are_named_stay)
{
	if ((sets_of("/proc/self")["CapPrm"] & kChown) == 0) GTEST_SKIP() << "needs CAP_CHOWN";
	configure("capabilities: {keep: [CAP_CHOWN]}\n");
	Background falco({"-c", config_, "-r", rules_});
	ASSERT_TRUE(falco.wait_for_log("Reading events from")) << falco.log();
	EXPECT_THAT(falco.log(), HasSubstr("Capabilities kept: CAP_CHOWN named in capabilities.keep\n"));
	expect_all(falco.pid(), kChown);
}

TEST_F(Capabilities, all_stay_when_none_is_to_be_dropped)
{
	configure("capabilities: {drop: false}\n");
	Background falco({"-c", config_, "-r", rules_});
	ASSERT_TRUE(falco.wait_for_log("Reading events from")) << falco.log();
	EXPECT_THAT(falco.log(), Not(HasSubstr("Capabilities")));
	EXPECT_EQ(sets_of("/proc/" + std::to_string(falco.pid()))["CapPrm"], sets_of("/proc/self")["CapPrm"]);
}

// The founding use: sudo falco in a user's folder, with the file of alerts there, which is moved away now and then.
TEST_F(Capabilities, let_falco_write_its_file_in_another_users_folder)
{
	if (geteuid() != 0) GTEST_SKIP() << "needs root";
	const std::string folder = dir_.file("home");
	ASSERT_EQ(mkdir(folder.c_str(), 0755), 0);
	ASSERT_EQ(chown(folder.c_str(), 1234, 1234), 0);
	configure("file_output: {enabled: true, filename: " + folder + "/alerts}\n");
	Background falco({"-c", config_, "-r", rules_});
	ASSERT_TRUE(falco.wait_for_log("Reading events from")) << falco.log();
	EXPECT_THAT(falco.log(), HasSubstr("CAP_DAC_OVERRIDE to write " + folder + "/alerts"));
	expect_all(falco.pid(), 2);
	ASSERT_TRUE(falco.wait_for_output("seen close")) << falco.log();
	falco.signal(SIGTERM);
	EXPECT_EQ(falco.wait(), 0) << falco.log();
	// Standard output had the second; the signal may have come before the third was read.
	EXPECT_THAT(lines_of(dir_.read("home/alerts")), testing::SizeIs(testing::Ge(2u)));
}
