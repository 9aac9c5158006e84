// SPDX-License-Identifier: Apache-2.0
#include "host/app/capabilities.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <linux/capability.h>
#include <pthread.h>
#include <string>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace falco::host {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<int> numbers(const std::vector<KeptCapability> &needed)
{
	std::vector<int> result;
	for (const KeptCapability &one : needed)
		result.push_back(one.number);
	return result;
}

// A line of a thread's status such as "CapPrm:\t0000000000000000"; "" when there is none.
std::string status_line(const std::string &task, const std::string &name)
{
	std::ifstream status(task + "/status");
	for (std::string line; std::getline(status, line);) {
		if (line.rfind(name + ":", 0) == 0) return line;
	}
	return "";
}

// In a process of its own, since what is dropped does not come back. Returns what `check` says.
int in_a_child(const std::function<int()> &check)
{
	const pid_t child = fork();
	if (child == 0) _exit(check());
	int status = 0;
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool privileged()
{
	return status_line("/proc/self", "CapEff") != "CapEff:\t0000000000000000";
}

TEST(NeededCapabilities, depend_on_the_source)
{
	const CapabilitiesConfig config;
	EXPECT_THAT(numbers(needed_capabilities("source-kmod", config)),
		    ElementsAre(CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH));
	EXPECT_THAT(numbers(needed_capabilities("source-scapfile", config)), ElementsAre(CAP_DAC_READ_SEARCH));
	EXPECT_THAT(numbers(needed_capabilities("source-fake", config)), IsEmpty());
	EXPECT_GE(needed_capabilities("source-ebpf", config).size(), 3u);
}

TEST(NeededCapabilities, are_fewer_without_changes_of_the_capture_and_more_on_demand)
{
	CapabilitiesConfig config;
	config.keep_capture = false;
	config.keep = {CAP_CHOWN, CAP_SYS_PTRACE};
	EXPECT_THAT(numbers(needed_capabilities("source-ebpf", config)),
		    ElementsAre(CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH, CAP_CHOWN));
}

TEST(NeededCapabilities, have_the_kernels_names)
{
	EXPECT_EQ(capability_name(CAP_SYS_PTRACE), "CAP_SYS_PTRACE");
	EXPECT_EQ(capability_name(63), "CAP_63");
}

TEST(NeededToWrite, is_an_override_in_another_users_folder)
{
	if (geteuid() != 0) GTEST_SKIP() << "needs root";
	char name[] = "/tmp/falco-capabilities-XXXXXX";
	ASSERT_NE(mkdtemp(name), nullptr);
	const std::string folder = name, file = folder + "/alerts";
	EXPECT_THAT(needed_to_write({file}), IsEmpty());
	std::ofstream(file) << "";
	ASSERT_EQ(chown(file.c_str(), 1234, 1234), 0);
	EXPECT_THAT(numbers(needed_to_write({"/tmp/x", file})), ElementsAre(CAP_DAC_OVERRIDE));
	ASSERT_EQ(chown(file.c_str(), 0, 0), 0);
	ASSERT_EQ(chown(name, 1234, 1234), 0);
	EXPECT_THAT(needed_to_write({file}).at(0).reason, HasSubstr(file));
	std::filesystem::remove_all(folder);
}

TEST(DropCapabilities, reaches_every_thread)
{
	if (!privileged()) GTEST_SKIP() << "needs privileges to drop";
	EXPECT_EQ(in_a_child([] {
			  std::promise<void> end;
			  const std::shared_future<void> ended = end.get_future().share();
			  std::vector<std::thread> threads;
			  for (int i = 0; i < 4; ++i)
				  threads.emplace_back([ended] { ended.wait(); });
			  const DroppedCapabilities result = drop_capabilities_except({CAP_CHOWN});
			  int wrong = !result.any_dropped || !result.threads_that_did_not.empty() ||
				      result.kept != std::vector<int>{CAP_CHOWN};
			  int looked_at = 0;
			  for (const auto &task : std::filesystem::directory_iterator("/proc/self/task")) {
				  ++looked_at;
				  for (const char *set : {"CapPrm", "CapEff", "CapBnd"}) {
					  wrong += status_line(task.path(), set) !=
						   std::string(set) + ":\t0000000000000001";
				  }
				  wrong += status_line(task.path(), "CapInh") != "CapInh:\t0000000000000000";
			  }
			  end.set_value();
			  for (std::thread &thread : threads)
				  thread.join();
			  return wrong + (looked_at != 5);
		  }),
		  0);
}

TEST(DropCapabilities, does_not_mind_threads_that_end_meanwhile)
{
	EXPECT_EQ(in_a_child([] {
			  std::atomic<bool> enough = false;
			  std::thread busy([&] {
				  while (!enough)
					  std::thread([] {}).join();
			  });
			  std::vector<int> all;
			  for (int number = 0; number < 64; ++number)
				  all.push_back(number);
			  int wrong = 0;
			  try {
				  for (int i = 0; i < 2000; ++i)
					  wrong += drop_capabilities_except(all).any_dropped ? 1 : 0;
			  } catch (const std::exception &) {
				  wrong = 100;
			  }
			  enough = true;
			  busy.join();
			  return wrong;
		  }),
		  0);
}

TEST(DropCapabilities, names_threads_that_do_not_answer)
{
	if (!privileged()) GTEST_SKIP() << "needs privileges to drop";
	EXPECT_EQ(
		in_a_child([] {
			std::promise<int> begun;
			std::promise<void> end;
			std::thread deaf([&] {
				sigset_t all;
				sigfillset(&all);
				pthread_sigmask(SIG_BLOCK, &all, nullptr);
				begun.set_value(static_cast<int>(syscall(SYS_gettid)));
				end.get_future().wait();
			});
			const int thread = begun.get_future().get();
			std::string warning;
			drop_capabilities({}, warning);
			end.set_value();
			deaf.join();
			return warning == "these threads keep their capabilities, since they do not answer a signal: " +
						       std::to_string(thread)
				       ? 0
				       : 1;
		}),
		0);
}

TEST(DropCapabilities, says_what_is_kept_and_why)
{
	if (!privileged()) GTEST_SKIP() << "needs privileges to drop";
	EXPECT_EQ(in_a_child([] {
			  std::string warning;
			  const std::string kept =
				  drop_capabilities({{CAP_CHOWN, "to test"}, {CAP_CHOWN, "twice"}}, warning);
			  const std::string none = drop_capabilities({}, warning);
			  const std::string nothing = drop_capabilities({}, warning);
			  return (kept == "Capabilities kept: CAP_CHOWN to test" ? 0 : 1) +
				 (none == "Capabilities kept: none" ? 0 : 2) + (nothing.empty() ? 0 : 4) +
				 (warning.empty() ? 0 : 8);
		  }),
		  0);
}

} // namespace
} // namespace falco::host
