// SPDX-License-Identifier: Apache-2.0
#include "host/verify/compare.hpp"

#include "common/palette.hpp"
#include "common/trace_paths.hpp"
#include "host/app/progress_bar.hpp"
#include "host/app/run.hpp"
#include "host/error.hpp"
#include "host/pipeline/escape.hpp"
#include "host/verify/alert_difference.hpp"
#include "host/verify/match_cost.hpp"
#include "host/verify/worker_pool.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <map>

namespace falco::host {

using nlohmann::json;

namespace fs = std::filesystem;

namespace {

constexpr int kNothingRead = 2; // the exit status
constexpr const char *kKinds[] = {"new", "lost", "changed"};

std::string dump(const json &value)
{
	return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

// Files are themselves, folders the recordings in them at any depth, in lexical order. Throws Error.
std::vector<std::string> recordings_of(const std::vector<std::string> &paths)
{
	std::vector<std::string> files;
	for (const auto &path : paths) {
		std::error_code error;
		if (!fs::is_directory(path, error)) {
			if (error) throw Error("cannot read " + path + ": " + error.message());
			files.push_back(path);
			continue;
		}
		std::vector<std::string> inside;
		for (fs::recursive_directory_iterator it(path, error), end; !error && it != end; it.increment(error)) {
			std::error_code gone;
			if (is_trace_name(it->path().string()) && it->is_regular_file(gone))
				inside.push_back(it->path().string());
		}
		if (error) throw Error("cannot read the folder " + path + ": " + error.message());
		std::sort(inside.begin(), inside.end());
		files.insert(files.end(), inside.begin(), inside.end());
	}
	if (files.empty()) throw Error("there is no recording in " + paths.front());
	return files;
}

// Both sets of rules. Compares recordings in a worker.
class Comparer {
public:
	explicit Comparer(const CompareRequest &request)
	    : request_(request), offline_(offline_request(request.options)), old_(offline_.load(request.old_rules)),
	      new_(offline_.load(request.new_rules))
	{
	}

	// {"failure"} or {"events", "old_alerts", "new_alerts", "cost", "rules"}
	json compare(const std::string &recording)
	{
		try {
			return try_compare(recording);
		} catch (const std::exception &e) {
			return {{"failure", e.what()}};
		}
	}

private:
	json try_compare(const std::string &recording)
	{
		const auto source = offline_.open(recording);
		AlertsOfEvent before(old_), after(new_);
		AlertDifference difference(request_.examples);
		uint64_t events = 0, old_alerts = 0, new_alerts = 0;
		MatchStopwatch watch;
		Replay replay;
		replay.matchers = {old_.matcher.get(), new_.matcher.get()};
		replay.on_event = [&](const falco_event &event) {
			events++;
			const std::vector<FoundAlert> *was = nullptr, *is = nullptr;
			const auto match_old = [&] { was = &before.match(event); };
			const auto match_new = [&] { is = &after.match(event); };
			if (request_.cost) {
				watch.time(match_old, match_new);
			} else {
				match_old();
				match_new();
			}
			old_alerts += was->size();
			new_alerts += is->size();
			difference.add(*was, *is);
			return true;
		};
		if (const std::string failure = replay.run(*source); !failure.empty()) {
			return {{"failure", failure}};
		}
		return {{"events", events},
			{"old_alerts", old_alerts},
			{"new_alerts", new_alerts},
			{"cost", watch.cost().json()},
			{"rules", difference.rules()}};
	}

	const CompareRequest &request_;
	Offline offline_;
	LoadedRules old_, new_;
};

// What all recordings say together. Results come in any order; what is kept does not depend on it.
struct Total {
	uint64_t recordings = 0, events = 0, old_alerts = 0, new_alerts = 0;
	MatchCost cost;
	std::map<size_t, std::string> failures;                                         // by recording
	std::map<std::string, std::map<std::string, uint64_t>> counts;                  // by rule and kind
	std::map<std::string, std::map<std::pair<std::string, size_t>, json>> examples; // by rule, kind and recording

	void add(size_t recording, const json &result, size_t kept)
	{
		if (result.contains("failure")) {
			failures[recording] = result.value("failure", "");
			return;
		}
		recordings++;
		events += result.value("events", uint64_t{0});
		old_alerts += result.value("old_alerts", uint64_t{0});
		new_alerts += result.value("new_alerts", uint64_t{0});
		cost.add(MatchCost::from_json(result.at("cost")));
		for (const auto &[rule, difference] : result.at("rules").items()) {
			for (const char *kind : kKinds) {
				counts[rule][kind] += difference.value(kind, uint64_t{0});
				keep_examples(rule, kind, recording, difference, kept);
			}
		}
	}

private:
	// Of the first recordings, one list each: no more recordings than examples are wanted.
	void keep_examples(const std::string &rule, const std::string &kind, size_t recording, const json &difference,
			   size_t kept)
	{
		json some = json::array();
		for (const auto &example : difference.at("examples")) {
			if (example.value("kind", "") == kind) some.push_back(example);
		}
		if (some.empty()) return;
		auto &of_rule = examples[rule];
		of_rule[{kind, recording}] = std::move(some);
		size_t of_kind = 0;
		for (const auto &[key, list] : of_rule)
			of_kind += key.first == kind ? 1 : 0;
		if (of_kind > kept) {
			auto behind = of_rule.upper_bound({kind, SIZE_MAX});
			of_rule.erase(std::prev(behind));
		}
	}
};

json report_json(const Total &total, const std::vector<std::string> &recordings, size_t examples)
{
	json rules = json::array(), skipped = json::array();
	for (const auto &[rule, counts] : total.counts) {
		json one = {{"rule", rule}, {"examples", json::array()}};
		for (const char *kind : kKinds) {
			one[kind] = counts.at(kind);
			size_t shown = 0;
			const auto found = total.examples.find(rule);
			if (found == total.examples.end()) continue;
			for (const auto &[key, list] : found->second) {
				for (const auto &example : list) {
					if (key.first != kind || shown == examples) continue;
					json copy = example;
					copy["recording"] = recordings[key.second];
					one["examples"].push_back(std::move(copy));
					shown++;
				}
			}
		}
		rules.push_back(std::move(one));
	}
	for (const auto &[recording, why] : total.failures) {
		skipped.push_back({{"recording", recordings[recording]}, {"because", why}});
	}
	return {{"recordings", total.recordings}, {"events", total.events}, {"old_alerts", total.old_alerts},
		{"new_alerts", total.new_alerts}, {"rules", rules},         {"skipped", skipped}};
}

std::string count_text(uint64_t count, const std::string &what)
{
	return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

std::string report_text(const json &report, const Palette &palette)
{
	std::string out = count_text(report["recordings"], "recording") + ", " + count_text(report["events"], "event") +
			  ": " + count_text(report["old_alerts"], "alert") + " by the old rules, " +
			  std::to_string(report["new_alerts"].get<uint64_t>()) + " by the new ones\n";
	for (const auto &rule : report["rules"]) {
		out += "\n" + palette.strong(escaped(rule.value("rule", ""))) + ": " +
		       std::to_string(rule["new"].get<uint64_t>()) + " new, " +
		       std::to_string(rule["lost"].get<uint64_t>()) + " lost, " +
		       std::to_string(rule["changed"].get<uint64_t>()) + " changed\n";
		for (const auto &example : rule["examples"]) {
			const std::string kind = example.value("kind", "");
			out += "  " + example.value("recording", "") + ", event " +
			       std::to_string(example["event"].get<uint64_t>()) + ", " +
			       time_text(example["time_ns"].get<uint64_t>()) + ": " + kind + "\n";
			if (example.contains("old")) out += palette.bad("    - " + example.value("old", "")) + "\n";
			if (example.contains("new")) out += palette.good("    + " + example.value("new", "")) + "\n";
		}
	}
	if (report["rules"].empty()) out += "No difference\n";
	for (const auto &skipped : report["skipped"]) {
		out += palette.warning("Skipped: " + skipped.value("because", "")) + "\n";
	}
	return out;
}

} // namespace

int compare_rules(const CompareRequest &request)
{
	std::vector<std::string> recordings;
	try {
		recordings = recordings_of(request.traces);
	} catch (const Error &e) {
		print_fatal(e.what());
		return kNothingRead;
	}
	// Read once, so mistakes in rules are told once; each worker has its own copy of this process's memory, and a
	// worker that takes the place of a crashed one a fresh copy.
	Comparer comparer(request);
	Total total;
	ProgressBar progress;
	uint64_t done = 0;
	WorkerPool::Work work;
	work.job = [&](size_t job) { return dump(comparer.compare(recordings[job])); };
	work.on_result = [&](size_t job, const std::string &text, const std::string &crash) {
		total.add(job,
			  crash.empty() ? json::parse(text)
					: json{{"failure", recordings[job] + ": falco crashed: " + crash}},
			  request.examples);
		progress.show(++done, recordings.size());
	};
	WorkerPool::run(recordings.size(), request.workers > 0 ? request.workers : default_workers(), work);
	progress.clear();

	json report = report_json(total, recordings, request.examples);
	if (request.json) {
		if (request.cost) {
			report["old_match_ns"] = std::llround(total.cost.old_ns);
			report["new_match_ns"] = std::llround(total.cost.new_ns);
			report["cost_difference_percent"] = total.cost.difference();
			report["cost_noise_percent"] = total.cost.noise();
			report["interrupted"] = total.cost.interrupted;
		}
		std::printf("%s\n", dump(report).c_str());
	} else {
		std::printf("%s%s", report_text(report, Palette()).c_str(),
			    request.cost ? total.cost.text().c_str() : "");
	}
	if (total.recordings == 0) return kNothingRead;
	return request.exit_code && !total.counts.empty() ? 1 : 0;
}

} // namespace falco::host
