// SPDX-License-Identifier: Apache-2.0
#include "host/app/reload.hpp"

#include "host/app/make_plugins.hpp"
#include "host/config/changes.hpp"
#include "host/error.hpp"

#include <exception>
#include <utility>

namespace falco::host {

namespace {

constexpr int kError = 3; // priority

// A pipe that a shell made for its command line (`-r <(...)`) is empty when it is read again.
void require_rereadable(const std::vector<std::string> &paths)
{
	for (const auto &path : paths) {
		for (const char *folder : {"/dev/fd/", "/proc/self/fd/", "/dev/stdin"}) {
			if (path.rfind(folder, 0) == 0) {
				throw Error("rules file " + path +
					    " cannot be read a second time. Give falco a file that stays");
			}
		}
	}
}

} // namespace

Reload::Reload(Parts parts) : parts_(parts), config_(parts.started) {}

bool Reload::run(const std::string &reason, const std::atomic<bool> &over)
{
	bool done = true;
	parts_.log.write(FALCO_LOG_INFO, "Reloading: " + reason);
	try {
		load(over);
	} catch (const std::exception &e) {
		left_behind_ |= dynamic_cast<const LeftBehind *>(&e) != nullptr;
		tell_failure(e.what());
		done = false;
	}
	// Those that were replaced, or, after a failure, those that were made in vain.
	parts_.outputs.retire();
	return done;
}

void Reload::load(const std::atomic<bool> &over)
{
	Config config = read();
	std::unique_ptr<Matcher> matcher = make_matcher(config, parts_.services);
	check_families(parts_.source, *matcher);
	const auto rules = load_rules(*matcher, config, parts_.log);
	const auto outputs = parts_.outputs.prepare(
		make_outputs(
			config, parts_.services, parts_.log, [&over] { return over.load(); },
			[this](const InstanceConfig &instance) { return parts_.outputs.keeps(instance); }),
		rules, format_options(config, parts_.services), config.output_timeout);

	if (!change_over(config, matcher, rules, *outputs)) {
		return;
	}
	config_ = std::move(config);
	parts_.log.write(FALCO_LOG_INFO, "Reloaded " + (config_.path.empty() ? "the built-in defaults" : config_.path) +
						 ": " + std::to_string(rules->size()) +
						 (rules->size() == 1 ? " rule, " : " rules, ") +
						 std::to_string(config_.outputs.size()) +
						 (config_.outputs.size() == 1 ? " output" : " outputs"));
}

Config Reload::read()
{
	ConfigRequest request = parts_.request;
	if (!parts_.started.path.empty()) {
		request.file = parts_.started.path; // not one that has come up in an earlier place meanwhile
	}
	Config config = read_config(request);
	if (on_config) {
		on_config(config);
	}
	for (const auto &warning : config.warnings) {
		parts_.log.write(FALCO_LOG_WARN, warning);
	}
	for (const auto &key : changed_until_restart(parts_.started, config)) {
		parts_.log.write(FALCO_LOG_WARN, key + " has changed: that takes effect at the next start");
	}
	if (!parts_.source.live() && config.event_drops.simulate != parts_.started.event_drops.simulate) {
		parts_.log.write(FALCO_LOG_WARN, "syscall_event_drops.simulate_drops has changed: that takes effect at "
						 "the next start");
	}
	config.plugin_dir = parts_.started.plugin_dir;
	require_rereadable(config.rules_files);
	return config;
}

bool Reload::change_over(const Config &config, std::unique_ptr<Matcher> &matcher,
			 const std::shared_ptr<const RuleSet> &rules, Outputs::Change &outputs)
{
	const std::string interests = matcher->interests();
	Status status;
	const auto change = [&] {
		status = parts_.loop.change_matcher(*matcher, interests);
		if (status.ok() || status.code == FALCO_ERR_UNSUPPORTED) {
			parts_.statistics.use_rules(rules);
			parts_.outputs.take(outputs);
			parts_.matcher.swap(matcher);
			if (on_change) {
				on_change(config);
			}
		}
	};
	const bool done = parts_.loop.boundary().run(
		change, [this] { parts_.log.write(FALCO_LOG_DEBUG, "Reloading: ready, waiting for the next event"); });
	if (!done) {
		return false;
	}
	if (status.code == FALCO_ERR_UNSUPPORTED) {
		parts_.log.write(FALCO_LOG_WARN,
				 "source '" + parts_.source.name() +
					 "' cannot change what it captures while it runs: rules that need "
					 "other events than the rules before do not match until the next "
					 "start");
	} else if (!status.ok()) {
		throw Error(status.message);
	}
	return true;
}

void Reload::tell_failure(const std::string &why)
{
	parts_.log.write(FALCO_LOG_ERROR, "Reload failed, everything stays as it was: " + why);
	InternalAlert alert;
	alert.rule = "Falco internal: reload failed";
	alert.priority = kError;
	alert.message = "Falco internal: reload failed, everything stays as it was: " + why;
	alert.fields.push_back({"reason", why, ""});
	parts_.outputs.deliver_internal(alert);
}

} // namespace falco::host
