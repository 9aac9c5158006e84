// SPDX-License-Identifier: Apache-2.0
#include "host/verify/test_command.hpp"

#include "host/app/config_watch.hpp"
#include "host/app/progress_bar.hpp"
#include "host/error.hpp"
#include "host/verify/coverage.hpp"
#include "host/verify/line_difference.hpp"
#include "host/verify/test_cases.hpp"
#include "host/verify/test_report.hpp"
#include "host/verify/test_run.hpp"
#include "host/verify/test_update.hpp"
#include "host/verify/worker_pool.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <poll.h>
#include <set>

namespace falco::host {

using nlohmann::json;

namespace fs = std::filesystem;

namespace {

void write_file(const std::string &path, const std::string &text)
{
	std::ofstream file(path, std::ios::binary | std::ios::trunc);
	file << text;
	file.close();
	if (!file) {
		throw Error("cannot write " + path + ": " + std::strerror(errno));
	}
}

std::string dump(const json &value, int indent = -1)
{
	return value.dump(indent, ' ', false, json::error_handler_t::replace) + "\n";
}

// What one round of tests found.
struct Round {
	CaseFiles found;
	std::vector<TestJob> jobs;
	std::vector<TestResult> results; // of the jobs in their order, then of what is broken
	Coverage coverage;
};

void read_cases_of(const TestRequest &request, Round &round)
{
	round.found = read_cases(request.paths);
	if (request.only) {
		auto &cases = round.found.cases;
		cases.erase(std::remove_if(cases.begin(), cases.end(),
					   [&](const TestCase &test) {
						   return test.name.find(*request.only) == std::string::npos;
					   }),
			    cases.end());
		if (cases.empty() && round.found.broken.empty()) {
			throw Error("no case has '" + *request.only + "' in its name");
		}
	}
	round.jobs = jobs_of(round.found.cases);
}

// Tries all of them; results come in the order of the files, whichever worker is faster.
void run_jobs(const TestRequest &request, Round &round)
{
	round.results.resize(round.jobs.size());
	TestRunner runner(request.config_file, request.wants_coverage());
	ProgressBar progress;
	uint64_t done = 0;
	WorkerPool::Work work;
	work.job = [&](size_t job) {
		const auto begin = std::chrono::steady_clock::now();
		json result = runner.run(round.jobs[job]);
		result["seconds"] = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
		return dump(result);
	};
	work.on_result = [&](size_t job, const std::string &text, const std::string &crash) {
		TestResult &result = round.results[job];
		const TestCase &test = *round.jobs[job].test;
		result.file = test.file;
		result.title = round.jobs[job].title();
		result.place = test.place.str();
		result.result = crash.empty() ? json::parse(text)
					      : json{{"status", "error"}, {"message", "falco crashed: " + crash}};
		result.seconds = result.result.value("seconds", 0.0);
		progress.show(++done, round.jobs.size());
	};
	if (request.wants_coverage()) {
		work.last_words = [&] { return dump(runner.observed()); };
		work.on_last_words = [&](const std::string &words) {
			for (const auto &observed : json::parse(words)) {
				round.coverage.add(observed);
			}
		};
	}
	WorkerPool::run(round.jobs.size(), request.workers > 0 ? request.workers : default_workers(), work);
}

void add_broken(Round &round)
{
	for (const BrokenCase &broken : round.found.broken) {
		TestResult result;
		result.file = broken.file;
		result.title = broken.name.empty() ? broken.file : broken.name;
		result.place = broken.place.str();
		result.result = {{"status", "error"}, {"message", broken.message}};
		round.results.push_back(std::move(result));
	}
}

// What each case is to expect, by file. A case that is tried several ways can be rewritten only if all of them found
// the same; the others go to `refused`.
std::map<std::string, std::vector<CaseUpdate>> updates_of(const Round &round, std::set<const TestCase *> &refused)
{
	std::map<std::string, std::vector<CaseUpdate>> by_file;
	std::set<const TestCase *> differing;
	for (size_t i = 0; i < round.jobs.size(); i++) {
		const TestCase *test = round.jobs[i].test;
		const json &result = round.results[i].result;
		if (result.value("status", "") == "error") {
			continue;
		}
		auto &updates = by_file[test->file];
		const auto same = std::find_if(updates.begin(), updates.end(),
					       [&](const CaseUpdate &one) { return one.test == test; });
		if (same == updates.end()) {
			updates.push_back({test, result});
			continue;
		}
		if (same->result.at("tally") != result.at("tally")) {
			differing.insert(test);
		}
		if (result.value("status", "") == "failed") {
			same->result = result;
		}
	}
	for (auto &[file, updates] : by_file) {
		const auto is_out = [&](const CaseUpdate &one) {
			const bool failed = one.result.value("status", "") == "failed";
			if (failed && differing.count(one.test) > 0) refused.insert(one.test);
			return !failed || differing.count(one.test) > 0;
		};
		updates.erase(std::remove_if(updates.begin(), updates.end(), is_out), updates.end());
	}
	return by_file;
}

// Returns whether all of the failing cases were rewritten.
bool update_files(const Round &round, const Palette &palette)
{
	std::set<const TestCase *> refused;
	const auto tell = [](const TestCase &test, const std::string &why) {
		std::printf("%s: %s: not rewritten: %s\n", test.place.str().c_str(), test.name.c_str(), why.c_str());
	};
	const auto by_file = updates_of(round, refused);
	for (const TestCase *test : refused) {
		tell(*test, "its rules and traces give different alerts");
	}
	bool all = refused.empty();
	for (const auto &[file, updates] : by_file) {
		if (updates.empty()) {
			continue;
		}
		const std::string before = yaml::read_text(file);
		const UpdatedCases after = update_cases(file, before, updates);
		for (const auto &[test, why] : after.refused) {
			tell(*test, why);
		}
		all = all && after.refused.empty();
		if (after.rewritten.empty()) {
			continue;
		}
		std::printf("%s\n%s", palette.strong(file).c_str(), line_difference(before, after.text).c_str());
		write_file(file, after.text);
		std::printf("%s: %zu %s rewritten\n", file.c_str(), after.rewritten.size(),
			    after.rewritten.size() == 1 ? "case" : "cases");
	}
	return all;
}

void report_coverage(const TestRequest &request, const Round &round, bool to_screen)
{
	if (request.coverage && to_screen) {
		std::printf("%s", round.coverage.text(Palette()).c_str());
	}
	if (request.coverage_json) {
		write_file(*request.coverage_json, dump(round.coverage.json(), 1));
	}
	if (request.coverage_html) {
		write_file(*request.coverage_html, round.coverage.html());
	}
}

int report(const TestRequest &request, const Round &round)
{
	const Palette palette;
	if (request.json) {
		json all = results_json(round.results);
		if (request.wants_coverage()) {
			all["coverage"] = round.coverage.json();
		}
		std::printf("%s", dump(all).c_str());
	} else {
		for (const TestResult &result : round.results) {
			if (result.status() != "passed") {
				std::printf("%s\n", failure_text(result, palette).c_str());
			} else if (request.verbose) {
				std::printf("%s %s: %s\n", palette.good("ok   ").c_str(), result.place.c_str(),
					    result.title.c_str());
			}
		}
		std::printf("%s", summary_text(round.results, palette).c_str());
	}
	if (request.junit) {
		write_file(*request.junit, results_junit(round.results));
	}
	report_coverage(request, round, !request.json);
	int status = 0;
	for (const TestResult &result : round.results) {
		status = std::max(status, result.status() == "error" ? 2 : result.status() == "failed" ? 1 : 0);
	}
	if (request.min_coverage && round.coverage.percent() < *request.min_coverage) {
		std::fprintf(stderr, "falco: coverage is %.1f %%, and --min-coverage asks for %.1f %%\n",
			     round.coverage.percent(), *request.min_coverage);
		status = std::max(status, 1);
	}
	return status;
}

// `on_read`: the cases are read, and none has been tried.
int run_once(
	const TestRequest &request, Round &round, const std::function<void()> &on_read = [] {})
{
	read_cases_of(request, round);
	on_read();
	run_jobs(request, round);
	if (request.update) {
		bool good = update_files(round, Palette());
		add_broken(round);
		for (const TestResult &result : round.results) {
			if (result.status() == "error") {
				std::printf("%s", failure_text(result, Palette()).c_str());
				good = false;
			}
		}
		return good ? 0 : 2;
	}
	add_broken(round);
	return report(request, round);
}

// Every file that a round has read or looked for, and the folders where another one would count.
std::vector<std::string> watched_files(const TestRequest &request, const Round &round)
{
	std::set<std::string> files;
	const auto add = [&](const std::string &path) { files.insert(fs::absolute(path).lexically_normal().string()); };
	const auto add_all = [&](const std::vector<std::string> &paths) {
		for (const auto &path : paths)
			add(path);
	};
	add_all(request.paths);
	add_all(round.found.files);
	add_all(round.found.folders);
	if (request.config_file) add(*request.config_file);
	for (const TestCase &test : round.found.cases)
		add_all(files_of(test));
	for (const BrokenCase &broken : round.found.broken)
		add_all(broken.needs);
	return {files.begin(), files.end()};
}

[[noreturn]] void watch(const TestRequest &request)
{
	ConfigWatch changes;
	changes.watch(watched_files(request, Round()));
	while (true) {
		Round round;
		try {
			run_once(request, round, [&] { changes.watch(watched_files(request, round)); });
		} catch (const std::exception &e) { // what is being written may well be broken
			std::printf("falco: %s\n", e.what());
		}
		std::printf("Waiting for changes. Ctrl-C ends it\n");
		std::fflush(stdout);
		while (!changes.has_changed()) {
			pollfd waiting = {changes.fd(), POLLIN, 0};
			poll(&waiting, 1, -1);
		}
		std::printf("\n%s\n", changes.what_changed().c_str());
	}
}

} // namespace

int test_rules(const TestRequest &request)
{
	if (request.watch) {
		watch(request);
	}
	Round round;
	return run_once(request, round);
}

} // namespace falco::host
