// SPDX-License-Identifier: Apache-2.0
#include "host/verify/worker_pool.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <map>
#include <set>
#include <string>
#include <unistd.h>
#include <vector>

using falco::host::WorkerPool;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

struct Outcome {
	std::map<size_t, std::string> results, crashes;
	std::vector<std::string> last_words;
};

Outcome run(size_t count, size_t workers, const std::function<std::string(size_t)> &job)
{
	Outcome outcome;
	WorkerPool::Work work;
	work.job = job;
	work.last_words = [] { return std::to_string(getpid()); };
	work.on_result = [&](size_t number, std::string result, const std::string &crash) {
		EXPECT_TRUE((crash.empty() ? outcome.results : outcome.crashes)
				    .emplace(number, crash.empty() ? std::move(result) : crash)
				    .second)
			<< "job " << number << " twice";
	};
	work.on_last_words = [&](std::string words) { outcome.last_words.push_back(std::move(words)); };
	WorkerPool::run(count, workers, work);
	return outcome;
}

} // namespace

TEST(WorkerPool, does_every_job_once_in_processes_of_its_own)
{
	const Outcome outcome =
		run(50, 3, [](size_t job) { return std::to_string(job) + " " + std::to_string(getpid()); });
	ASSERT_EQ(outcome.results.size(), 50u);
	std::set<std::string> pids;
	for (const auto &[job, result] : outcome.results) {
		EXPECT_EQ(result.rfind(std::to_string(job) + " ", 0), 0u);
		pids.insert(result.substr(result.find(' ') + 1));
	}
	EXPECT_LE(pids.size(), 3u);
	EXPECT_EQ(pids.count(std::to_string(getpid())), 0u);
	EXPECT_EQ(outcome.last_words.size(), 3u);
	EXPECT_THAT(outcome.crashes, IsEmpty());
}

TEST(WorkerPool, takes_results_of_any_size)
{
	const Outcome outcome = run(4, 2, [](size_t job) { return std::string(job * 3'000'000, 'x'); });
	for (const auto &[job, result] : outcome.results) {
		EXPECT_EQ(result.size(), job * 3'000'000);
	}
	EXPECT_EQ(outcome.results.size(), 4u);
}

TEST(WorkerPool, goes_on_after_a_job_that_crashes)
{
	const Outcome outcome = run(20, 2, [](size_t job) -> std::string {
		if (job == 3) raise(SIGKILL);
		if (job == 7 || job == 19) _exit(5);
		return "good";
	});
	EXPECT_EQ(outcome.results.size(), 17u);
	EXPECT_EQ(outcome.crashes,
		  (std::map<size_t, std::string>{{3, "Killed"}, {7, "exit status 5"}, {19, "exit status 5"}}));
}

TEST(WorkerPool, has_nothing_to_do_without_jobs)
{
	const Outcome outcome = run(0, 2, [](size_t) { return std::string("?"); });
	EXPECT_THAT(outcome.results, IsEmpty());
	EXPECT_THAT(outcome.last_words, IsEmpty());
}
