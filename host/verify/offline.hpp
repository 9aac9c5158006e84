// SPDX-License-Identifier: Apache-2.0
//
// What the commands on recordings share: rules in a matcher, a trace that is read to its end, and the alerts it gives.
// No output plugin is loaded and nothing live is opened.
#pragma once

#include "host/app/progress_bar.hpp"
#include "host/app/rule_options.hpp"
#include "host/config/config.hpp"
#include "host/pipeline/alert.hpp"
#include "host/plugins/plugin.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace falco::host {

// What the options ask of the configuration: that of a replay, and no output is needed.
ConfigRequest offline_request(const RuleOptions &options);

// A matcher with its rules loaded.
struct LoadedRules {
	std::unique_ptr<Matcher> matcher;
	std::shared_ptr<const RuleSet> rules;
	std::shared_ptr<const RuleTexts> texts;

	std::vector<std::string> names() const;
	// The number of the rule of this name.
	std::optional<uint32_t> find(const std::string &name) const;
};

// An alert as a command shows or compares it.
struct FoundAlert {
	uint32_t rule_number = 0;
	std::string rule;
	int priority = 0;
	std::string message;
	std::map<std::string, std::string> fields; // without those that have no value
	uint64_t event = 0;
	uint64_t time_ns = 0;
};

// Makes plugins for one configuration. Must outlive what it makes.
class Offline {
public:
	// Reads the configuration. Throws Error or yaml::Error.
	explicit Offline(const ConfigRequest &request);

	const Config &config() const { return config_; }

	// Loads these rules files and folders; none: the configured ones. Throws Error with all that is wrong in them.
	LoadedRules load(const std::vector<std::string> &files = {}) const;
	// The matcher's configuration, defaults filled in.
	nlohmann::json settings() const;
	// The same for other settings than the configured ones.
	LoadedRules load(const std::vector<std::string> &files, const nlohmann::json &settings) const;

	// A source of the trace file or folder. Opens nothing yet.
	std::unique_ptr<Source> open(const std::string &trace) const;

private:
	Config config_;
	HostServices services_;
	Plugin matcher_, scapfile_;
};

// Reads the captures of a source to their end and matches nothing by itself.
struct Replay {
	std::vector<Matcher *> matchers; // bound to each capture
	std::string interests;           // empty: every event
	// False ends the replay.
	std::function<bool(const falco_event &)> on_event;
	ProgressBar *progress = nullptr; // that is to show how many events there have been

	// Returns what went wrong, empty when nothing did: a capture that is damaged is read up to there.
	std::string run(Source &source) const;
};

// The alerts that a matcher gives for one event, in its order. Throws Error.
class AlertsOfEvent {
public:
	explicit AlertsOfEvent(const LoadedRules &rules);

	const std::vector<FoundAlert> &match(const falco_event &event);

private:
	static void emit(void *self, const falco_match *match);

	const LoadedRules &rules_;
	std::shared_ptr<const Alert::Run> run_;
	std::vector<FoundAlert> alerts_;
};

// "2016-06-06T23:47:44.080226697Z"
std::string time_text(uint64_t time_ns);

} // namespace falco::host
