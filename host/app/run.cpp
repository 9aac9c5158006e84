// SPDX-License-Identifier: Apache-2.0
//
// A run from beginning to end. The order matters: nothing that starts a thread or opens a device comes before the fork,
// rules are known to be good before anything is opened, and what was found is delivered before falco leaves.
#include "host/app/run.hpp"

#include "host/app/capabilities.hpp"
#include "host/app/capture_loop.hpp"
#include "host/app/daemon.hpp"
#include "host/app/describe.hpp"
#include "host/app/event_drops.hpp"
#include "host/app/paths.hpp"
#include "host/app/service_manager.hpp"
#include "host/app/signals.hpp"
#include "host/config/paths.hpp"
#include "host/error.hpp"
#include "host/log/log.hpp"
#include "host/plugins/crash.hpp"
#include "host/plugins/path_safety.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <unistd.h>

namespace falco::host {

namespace {

ConfigRequest make_request(const Options &options)
{
	ConfigRequest request;
	request.file = options.config_file;
	request.overrides = options.overrides;
	request.rules = options.rules;
	request.trace_files = options.trace_files;
	request.match_all_events = options.match_all_events;
	request.working_directory = working_directory();
	request.default_plugin_dir = default_plugin_dir();
	request.need_output = options.command == Options::Command::run;
	return request;
}

std::string host_name()
{
	char name[256] = "";
	return gethostname(name, sizeof name - 1) == 0 ? name : "localhost";
}

// One run of falco, from a good configuration on.
class Run {
public:
	Run(const Options &options, Config config, Daemon *daemon)
	    : options_(options), config_(std::move(config)), daemon_(daemon),
	      log_(config_.log_stderr, config_.log_syslog, config_.log_level)
	{
		services_.version = FALCO_VERSION;
		services_.hostname = host_name();
		services_.log_level = config_.log_level;
		services_.log = [this](const std::string &instance, falco_level level, std::string_view text) {
			log_.write(level, instance + ": " + std::string(text));
		};
	}

	// Returns the exit status. Whatever stops the start is told to the user here.
	int execute()
	{
		try {
			log_.write(FALCO_LOG_INFO,
				   config_.path.empty() ? "Falco initialized with built-in defaults"
							: "Falco initialized with configuration file " + config_.path);
			for (const auto &warning : config_.warnings) {
				log_.write(FALCO_LOG_WARN, warning);
			}
			load_matcher();
			if (options_.command != Options::Command::run) {
				load_rules();
				return describe();
			}
			load_source();
			load_rules();
			make_outputs();
			return capture();
		} catch (const std::exception &e) {
			fatal(e.what());
			return 1;
		}
	}

private:
	void load_matcher()
	{
		const Plugin plugin = load(config_.matcher, FALCO_KIND_MATCHER);
		matcher_.emplace(plugin, config_.matcher.name, complete_config(plugin, config_.matcher), services_);
	}

	void load_source()
	{
		const Plugin plugin = load(config_.source, FALCO_KIND_SOURCE);
		source_.emplace(plugin, config_.source.name, complete_config(plugin, config_.source), services_);
		check_families(*source_, *matcher_);
	}

	Plugin load(const InstanceConfig &instance, falco_kind kind)
	{
		const Plugin plugin = load_plugin(instance.library, config_.plugin_dir, instance.sha256);
		if (plugin.table->kind != kind) {
			throw Error(plugin.path + " is of kind " + kind_name(plugin.table->kind) + ", and '" +
				    instance.name + "' must be of kind " + kind_name(kind));
		}
		return plugin;
	}

	void load_rules()
	{
		const LoadResult loaded = matcher_->load(find_rules_files(config_.rules_files));
		for (const auto &finding : loaded.findings) {
			log_.write(finding.level, finding.str());
		}
		if (!loaded.status.ok()) {
			throw Error("cannot load the rules: " + loaded.status.message);
		}
		rules_ = std::make_shared<const RuleSet>(loaded.rules);
		statistics_.use_rules(rules_);
	}

	int describe()
	{
		RuleSet shown = *rules_;
		if (options_.command == Options::Command::describe_rule) {
			shown.erase(std::remove_if(shown.begin(), shown.end(),
						   [this](const Rule &rule) { return rule.name != options_.rule; }),
				    shown.end());
			if (shown.empty()) {
				log_.flush();
				std::fprintf(stderr, "No such rule: %s\n", options_.rule.c_str());
				return 1;
			}
		}
		std::fputs(describe_rules(shown).c_str(), stdout);
		return 0;
	}

	void make_outputs()
	{
		std::vector<Outputs::Entry> entries;
		for (const auto &instance : config_.outputs) {
			try {
				const Plugin plugin = load(instance, FALCO_KIND_OUTPUT);
				auto output = std::make_unique<Output>(plugin, instance.name,
								       complete_config(plugin, instance), services_);
				entries.push_back({std::move(output), instance});
			} catch (const std::exception &e) {
				if (instance.required) {
					throw;
				}
				log_.write(FALCO_LOG_WARN,
					   "output '" + instance.name +
						   "' is left out, since it is not required: " + e.what());
			}
		}
		if (entries.empty()) {
			throw Error("no output can be used: every one of them failed to start");
		}
		Outputs::Settings settings;
		settings.format.json_keys = config_.json_keys;
		settings.format.iso_8601 = config_.time_format_iso_8601;
		settings.format.hostname = services_.hostname;
		settings.output_timeout = config_.output_timeout;
		settings.live = source_->live();
		settings.log = [this](falco_level level, const std::string &text) { log_.write(level, text); };
		settings.fatal = [this](const std::string &message) { must_end(message); };
		outputs_.emplace(std::move(entries), std::move(settings));
		outputs_->use_rules(rules_);
	}

	// Something happened after which the run cannot go on. Any thread; the first reason counts.
	void must_end(const std::string &message)
	{
		const std::lock_guard<std::mutex> lock(failure_mutex_);
		if (failure_.empty()) {
			failure_ = message;
		}
		if (stop_) {
			stop_->request();
		}
	}

	int capture()
	{
		StopRequest stop;
		{
			const std::lock_guard<std::mutex> lock(failure_mutex_);
			stop_ = &stop;
		}
		outputs_->start();
		CaptureLoop loop(*source_, *matcher_, *outputs_, statistics_, stop.stop());
		loop.on_open = [this] { ready(); };
		make_event_drops();
		loop.on_second = [this] {
			service_manager_.alive();
			look_for_drops();
		};
		loop.on_close = [this] {
			look_for_drops();
			if (event_drops_) {
				event_drops_->end_capture();
			}
		};
		std::vector<std::string> failures = loop.run();

		service_manager_.stopping();
		// From here on a signal no longer ends the reading but shortens the waiting for outputs.
		stop.on_request([this] { outputs_->hurry(); });
		const bool hurry = stop.stop().load();
		const bool clean = outputs_->drain(hurry ? Drain::hurry : Drain::finish);
		{
			const std::lock_guard<std::mutex> lock(failure_mutex_);
			stop_ = nullptr;
			if (!failure_.empty()) {
				failures.push_back(failure_);
			}
		}
		return finish(std::move(failures), clean, stop.received() != 0);
	}

	// A recording drops nothing.
	void make_event_drops()
	{
		if (!source_->live() && !config_.event_drops.simulate) {
			return;
		}
		EventDrops::Actions actions;
		actions.log = [this](falco_level level, const std::string &text) { log_.write(level, text); };
		actions.alert = [this](const InternalAlert &alert) { outputs_->deliver_internal(alert); };
		actions.exit = [this](const std::string &message) { must_end(message); };
		event_drops_.emplace(config_.event_drops, source_->name(), std::move(actions),
				     SecondTimer::Clock::now());
	}

	void look_for_drops()
	{
		if (event_drops_) {
			event_drops_->look(source_->metrics(), SecondTimer::Clock::now());
		}
	}

	void drop_privileges()
	{
		if (!config_.capabilities.drop) {
			return;
		}
		const std::string library = config::library_base(config_.source.library);
		std::vector<KeptCapability> needed = needed_capabilities(library, config_.capabilities);
		for (const KeptCapability &one : needed_to_write(written_files())) {
			needed.push_back(one);
		}
		if (!config_.capabilities.keep_capture && library == "source-ebpf") {
			log_.write(FALCO_LOG_INFO, "capabilities.keep_capture is off: a reload cannot change what is "
						   "captured, and kernels before 5.19 do not give out the counters");
		}
		std::string warning;
		const std::string kept = drop_capabilities(needed, warning);
		if (!kept.empty()) {
			log_.write(FALCO_LOG_INFO, kept);
		}
		if (!warning.empty()) {
			log_.write(FALCO_LOG_WARN, warning);
		}
	}

	// Files that falco opens or removes later on.
	std::vector<std::string> written_files() const
	{
		std::vector<std::string> files;
		if (daemon_) {
			files.push_back(daemon_->pid_file());
		}
		for (const InstanceConfig &output : config_.outputs) {
			const yaml::Node *filename = output.config.find("filename");
			if (filename && config::library_base(output.library) == "output-file") {
				files.push_back(filename->text);
			}
		}
		return files;
	}

	void ready()
	{
		drop_privileges();
		service_manager_.ready("Reading events from " + source_->name(), source_->live());
		log_.write(FALCO_LOG_INFO, "Reading events from " + source_->name());
		if (daemon_) {
			daemon_->ready();
		}
	}

	// Prints the statistics and says what went wrong. `clean`: every worker came back from its plugin.
	int finish(std::vector<std::string> failures, bool clean, bool interrupted)
	{
		const auto report = outputs_->report();
		const std::string text = statistics_.text(report, outputs_->internal_alerts()) +
					 (event_drops_ ? event_drops_->totals() : std::string());
		std::fflush(stdout);
		std::FILE *where = config_.json_output ? stderr : stdout;
		std::fputs(text.c_str(), where);
		std::fflush(where);
		if (!source_->live() && !interrupted) {
			for (const auto &output : report) {
				if (output.lost > 0) {
					failures.push_back("output '" + output.name + "' lost " +
							   std::to_string(output.lost) + " alerts, see the log");
				}
			}
		}
		for (const auto &failure : failures) {
			fatal(failure);
		}
		const int status = failures.empty() ? 0 : 1;
		if (!clean) {
			// A plugin's thread is still inside a call: destructors would pull the ground from under it.
			log_.flush();
			if (daemon_) {
				daemon_->leave();
			}
			_exit(status);
		}
		return status;
	}

	void fatal(const std::string &message)
	{
		const std::string text = fatal_text(message);
		log_.write(FALCO_LOG_CRITICAL, text);
		log_.flush();
		if (daemon_) {
			daemon_->failed(text);
		} else if (!config_.log_stderr) {
			std::fprintf(stderr, "%s\n", text.c_str());
		}
	}

	const Options &options_;
	const Config config_;
	Daemon *daemon_; // nullptr in the foreground
	Log log_;
	HostServices services_;
	ServiceManager service_manager_;

	std::optional<Source> source_;
	std::optional<Matcher> matcher_; // goes before its source
	std::shared_ptr<const RuleSet> rules_;
	Statistics statistics_;
	std::optional<Outputs> outputs_;
	std::optional<EventDrops> event_drops_;

	std::mutex failure_mutex_;
	std::string failure_;         // guarded by failure_mutex_
	StopRequest *stop_ = nullptr; // while capturing; guarded by failure_mutex_
};

} // namespace

std::string fatal_text(std::string message)
{
	while (!message.empty() && message.back() == '.') {
		message.pop_back();
	}
	return "Runtime error: " + message + ". Exiting.";
}

void print_fatal(const std::string &message)
{
	std::fprintf(stderr, "%s\n", fatal_text(message).c_str());
}

int run(const Options &options)
{
	try {
		if (options.daemon && std::count(options.trace_files.begin(), options.trace_files.end(), "-") > 0) {
			throw Error("a daemon has no standard input: -e - does not go with -d");
		}
		Config config = load_config(make_request(options));
		if (geteuid() == 0 && !config.path.empty()) {
			require_safe_path(config.path, "configuration file");
		}
		block_signals();
		std::optional<Daemon> daemon;
		if (options.daemon && options.command == Options::Command::run) {
			const bool relative = options.pid_file.empty() || options.pid_file[0] != '/';
			daemon.emplace(relative ? working_directory() + "/" + options.pid_file : options.pid_file);
		}
		install_crash_handler();
		return Run(options, std::move(config), daemon ? &*daemon : nullptr).execute();
	} catch (const std::exception &e) {
		print_fatal(e.what());
		return 1;
	}
}

} // namespace falco::host
