// SPDX-License-Identifier: Apache-2.0
#include "host/verify/test_run.hpp"

#include "common/nearest.hpp"
#include "host/error.hpp"
#include "host/pipeline/escape.hpp"
#include "host/pipeline/priority.hpp"
#include "host/verify/coverage.hpp"
#include "host/verify/temp_file.hpp"
#include "host/verify/why_not.hpp"

#include <algorithm>
#include <regex>

namespace falco::host {

using nlohmann::json;

namespace {

// Alerts that are shown of one case; all are counted.
constexpr size_t kShown = 200;
// Sets of rules that are kept loaded.
constexpr size_t kEngines = 16;

std::string alert_text(const FoundAlert &alert)
{
	return "event " + std::to_string(alert.event) + ": " + escaped(alert.rule) + ", " +
	       priority_name(alert.priority) + ": " + alert.message;
}

// An expectation while alerts come.
struct Watched {
	const Expectation *expected;
	std::optional<std::regex> regex;
	uint64_t met = 0;
	std::string first;         // alert that met it
	std::string nearly;        // the first alert of the rule that did not meet it
	std::string not_met_since; // why that one did not

	bool takes(const FoundAlert &alert)
	{
		const std::string why = why_not(alert);
		if (why.empty()) {
			if (met++ == 0) first = alert_text(alert);
			return true;
		}
		if (nearly.empty() && alert.rule == expected->rule) {
			nearly = alert_text(alert);
			not_met_since = why;
		}
		return false;
	}

private:
	std::string why_not(const FoundAlert &alert) const
	{
		if (alert.rule != expected->rule) return "another rule";
		if (expected->priority && alert.priority != *expected->priority) {
			return std::string("its priority is ") + priority_name(alert.priority);
		}
		if (expected->output && alert.message.find(*expected->output) == std::string::npos) {
			return "its output has no '" + *expected->output + "'";
		}
		if (regex && !std::regex_search(alert.message, *regex)) {
			return "its output is not like /" + *expected->regex + "/";
		}
		for (const auto &[field, value] : expected->fields) {
			const auto found = alert.fields.find(field);
			if (found == alert.fields.end()) {
				return "its output has no field " + field + " with a value";
			}
			if (found->second != value) {
				return field + " is '" + escaped(found->second) + "'";
			}
		}
		return "";
	}
};

// Compares the alerts of a trace with what a case expects.
class Comparison {
public:
	explicit Comparison(const TestCase &test) : test_(test)
	{
		for (const Expectation &expected : test.alerts) {
			Watched watched = {};
			watched.expected = &expected;
			if (expected.regex) watched.regex.emplace(*expected.regex);
			watched_.push_back(std::move(watched));
		}
	}

	void add(const FoundAlert &alert)
	{
		alerts_++;
		bool expected = false;
		for (Watched &watched : watched_) {
			if (watched.takes(alert)) {
				expected = true;
				if (test_.ordered) taken_.emplace_back(alerts_, &watched);
			}
		}
		const bool forbidden =
			test_.no_alerts || std::any_of(test_.no_alerts_of.begin(), test_.no_alerts_of.end(),
						       [&](const auto &one) { return one.first == alert.rule; });
		if (forbidden || (!expected && test_.no_other_alerts)) {
			unexpected_++;
			if (unexpected_texts_.size() < kShown) unexpected_texts_.push_back(alert_text(alert));
		}
		if (found_.size() < kShown) {
			found_.push_back({{"rule", alert.rule},
					  {"priority", priority_name(alert.priority)},
					  {"output", alert.message},
					  {"fields", alert.fields},
					  {"event", alert.event},
					  {"time_ns", alert.time_ns}});
		}
		auto &tally = tally_[alert.rule];
		if (tally++ == 0) order_.push_back(alert.rule);
	}

	// `missing` gets the rules of which alerts are missing.
	json result(std::vector<std::string> &missing) const
	{
		json rows = json::array();
		bool passed = unexpected_ == 0;
		for (const Watched &watched : watched_) {
			const bool met =
				watched.met >= watched.expected->least && watched.met <= watched.expected->most;
			passed = passed && met;
			std::string found = watched.met == 0
						    ? "no such alert"
						    : std::to_string(watched.met) +
							      (watched.met == 1 ? " alert, " : " alerts, the first: ") +
							      watched.first;
			if (!met && !watched.nearly.empty()) {
				found += (watched.met == 0 ? ", but " : "; not this one: ") + watched.nearly + " (" +
					 watched.not_met_since + ")";
			}
			rows.push_back({{"met", met}, {"expected", watched.expected->str()}, {"found", found}});
			if (watched.met < watched.expected->least && watched.nearly.empty()) {
				missing.push_back(watched.expected->rule);
			}
		}
		const Watched *late = test_.ordered && passed ? out_of_order() : nullptr;
		if (late) {
			passed = false;
			rows.push_back({{"met", false},
					{"expected", "alerts in this order"},
					{"found",
					 "'" + late->expected->rule + "' does not come after what stands before it"}});
		}
		for (const auto &text : unexpected_texts_) {
			rows.push_back({{"met", false}, {"expected", "no alert"}, {"found", text}});
		}
		if (unexpected_ > unexpected_texts_.size()) {
			rows.push_back(
				{{"met", false},
				 {"expected", ""},
				 {"found", "and " + std::to_string(unexpected_ - unexpected_texts_.size()) + " more"}});
		}
		json tally = json::array();
		for (const auto &rule : order_) {
			tally.push_back({rule, tally_.at(rule)});
		}
		return {{"status", passed ? "passed" : "failed"},
			{"rows", rows},
			{"found", found_},
			{"tally", tally},
			{"alerts", alerts_}};
	}

private:
	// The first expectation whose alert does not come after those before it; nullptr: none. One alert is one step
	// of the order, and what need not come and did not is none.
	const Watched *out_of_order() const
	{
		auto next = watched_.begin();
		const auto skip_absent = [&] {
			while (next != watched_.end() && next->met == 0)
				++next;
		};
		uint64_t last = 0;
		for (const auto &[alert, watched] : taken_) {
			skip_absent();
			if (next != watched_.end() && watched == &*next && alert != last) {
				last = alert;
				++next;
			}
		}
		skip_absent();
		return next == watched_.end() ? nullptr : &*next;
	}

	const TestCase &test_;
	std::vector<Watched> watched_;
	std::vector<std::pair<uint64_t, const Watched *>> taken_; // by which alert, when the order counts
	uint64_t alerts_ = 0, unexpected_ = 0;
	std::vector<std::string> unexpected_texts_;
	json found_ = json::array();
	std::map<std::string, uint64_t> tally_;
	std::vector<std::string> order_; // rules, as their first alerts came
};

// Rules that the case names must exist.
void check_names(const TestCase &test, const LoadedRules &rules)
{
	const auto check = [&](const std::string &name, const yaml::Place &place) {
		if (!rules.find(name)) {
			throw yaml::Error(place, "no rule is called '" + name + "'" +
							 did_you_mean(name, rules.names()) + ", or it is switched off");
		}
	};
	for (const auto &alert : test.alerts) {
		check(alert.rule, alert.rule_place);
	}
	for (const auto &[rule, place] : test.no_alerts_of) {
		check(rule, place);
	}
}

std::string base_name(const std::string &path)
{
	return path.substr(path.rfind('/') + 1);
}

json error_result(const std::string &message)
{
	return {{"status", "error"}, {"message", message}};
}

} // namespace

std::string TestJob::title() const
{
	std::string text = test->name, which;
	if (test->rules.size() > 1) {
		for (const auto &file : test->rules[rules]) {
			which += (which.empty() ? "" : "+") + base_name(file);
		}
	}
	if (test->traces.size() > 1) {
		which += (which.empty() ? "" : ", ") + base_name(test->traces[trace]);
	}
	return which.empty() ? text : text + " [" + which + "]";
}

std::vector<TestJob> jobs_of(const std::vector<TestCase> &cases)
{
	std::vector<TestJob> jobs;
	for (const TestCase &test : cases) {
		for (size_t rules = 0; rules < test.rules.size(); rules++) {
			for (size_t trace = 0; trace < test.traces.size(); trace++) {
				jobs.push_back({&test, rules, trace});
			}
		}
	}
	return jobs;
}

std::unique_ptr<TestRunner::Engine> TestRunner::make_engine(const TestJob &job) const
{
	RuleOptions options;
	options.rules = job.test->rules[job.rules];
	if (config_file_) {
		options.config_file = config_file_;
	}
	std::optional<TempFile> settings;
	std::vector<std::string> places; // where the case's `config` stands for the reader of configurations
	if (!config_file_) {
		const json &config = job.test->config;
		settings.emplace(config.is_null() ? "{}" : config.dump());
		options.config_file = settings->path();
		places.push_back(settings->path());
	} else if (!job.test->config.is_null()) {
		for (const auto &[key, value] : job.test->config.items()) {
			options.overrides.push_back(key + "=" +
						    (value.is_string() ? value.get<std::string>() : value.dump()));
			places.push_back("option -o " + options.overrides.back());
		}
	}
	auto engine = std::make_unique<Engine>();
	try {
		engine->offline = std::make_unique<Offline>(offline_request(options));
	} catch (const yaml::Error &e) {
		const bool own =
			e.place().file && std::find(places.begin(), places.end(), *e.place().file) != places.end();
		throw own ? yaml::Error(job.test->config_place, "config: " + e.message()) : e;
	}
	for (const auto &warning : engine->offline->config().warnings) {
		for (const auto &place : places) {
			if (warning.rfind(place, 0) == 0) { // a key that does not exist
				throw yaml::Error(job.test->config_place,
						  "config: " + warning.substr(warning.find(": ", place.size()) + 2));
			}
		}
	}
	engine->rules = engine->offline->load();
	return engine;
}

TestRunner::Engine &TestRunner::engine_of(const TestJob &job)
{
	std::string key = job.test->config.dump();
	for (const auto &file : job.test->rules[job.rules]) {
		key += "\n" + file;
	}
	auto found = engines_.find(key);
	if (found == engines_.end()) {
		if (engines_.size() >= kEngines && !coverage_) {
			engines_.erase(engines_.begin());
		}
		found = engines_.emplace(key, make_engine(job)).first;
	}
	return *found->second;
}

json TestRunner::run(const TestJob &job)
{
	try {
		return try_job(job);
	} catch (const std::exception &e) {
		return error_result(e.what());
	}
}

json TestRunner::try_job(const TestJob &job)
{
	Engine &engine = engine_of(job);
	check_names(*job.test, engine.rules);
	const JobTrace trace(job, builds_, engine.offline->config().plugin_dir);
	const auto source = engine.offline->open(trace.path());
	AlertsOfEvent alerts(engine.rules);
	Comparison comparison(*job.test);
	const auto rules = static_cast<uint32_t>(engine.rules.rules->size());
	Replay replay;
	replay.matchers = {engine.rules.matcher.get()};
	replay.interests = coverage_ ? "" : engine.rules.matcher->interests();
	replay.on_event = [&](const falco_event &event) {
		for (const FoundAlert &alert : alerts.match(event)) {
			comparison.add(alert);
		}
		for (uint32_t rule = 0; coverage_ && rule < rules; rule++) {
			engine.rules.matcher->observe(event, rule, 0);
		}
		return true;
	};
	if (const std::string failure = replay.run(*source); !failure.empty()) {
		return error_result(failure);
	}
	std::vector<std::string> missing;
	json result = comparison.result(missing);
	for (const auto &rule : missing) {
		result["why_not"].push_back(why_not(job, rule));
	}
	return result;
}

std::string TestRunner::why_not(const TestJob &job, const std::string &name)
{
	const auto engine = make_engine(job); // whose counts are of this trace alone
	const JobTrace trace(job, builds_, engine->offline->config().plugin_dir);
	const auto source = engine->offline->open(trace.path());
	WhyNot why_not(engine->rules, *engine->rules.find(name));
	Replay replay;
	replay.matchers = {engine->rules.matcher.get()};
	replay.on_event = [&](const falco_event &event) {
		why_not.see(event);
		return true;
	};
	replay.run(*source);
	return why_not_text(why_not.result(), 3, "    ", Palette(false));
}

json TestRunner::observed()
{
	json all = json::array();
	for (const auto &[key, engine] : engines_) {
		json observed = engine->rules.matcher->observed();
		observed["left_out"] = left_out(engine->rules.matcher->describe(), observed);
		all.push_back(std::move(observed));
	}
	return all;
}

} // namespace falco::host
