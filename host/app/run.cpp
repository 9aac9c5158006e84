// SPDX-License-Identifier: Apache-2.0
//
// A run from beginning to end. The order matters: nothing that starts a thread or opens a device comes before the fork,
// rules are known to be good before anything is opened, and what was found is delivered before falco leaves.
#include "host/app/run.hpp"

#include "host/app/capabilities.hpp"
#include "host/app/capture_loop.hpp"
#include "host/app/config_watch.hpp"
#include "host/app/control.hpp"
#include "host/app/counter_watch.hpp"
#include "host/app/daemon.hpp"
#include "host/app/make_plugins.hpp"
#include "host/app/parallel_replay.hpp"
#include "host/app/paths.hpp"
#include "host/app/printing_commands.hpp"
#include "host/app/reload.hpp"
#include "host/app/service_manager.hpp"
#include "host/app/signals.hpp"
#include "host/app/source_choice.hpp"
#include "host/app/taps.hpp"
#include "host/app/written_files.hpp"
#include "host/config/paths.hpp"
#include "host/error.hpp"
#include "host/isolation/spawner.hpp"
#include "host/log/log.hpp"
#include "host/plugins/crash.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <optional>
#include <unistd.h>

namespace falco::host {

namespace {

ConfigRequest make_request(const Options &options)
{
	ConfigRequest request = config_request(options);
	request.trace_files = options.trace_files;
	request.source = options.source;
	request.record_file = options.record_file;
	request.need_output = options.command == Options::Command::run;
	if (options.command == Options::Command::validate) {
		request.rules = options.validate;
	}
	if (options.unbuffered) {
		request.overrides.emplace_back("buffered_outputs=false");
	}
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
	// `replay`: the processes that read the trace files; nullptr: this one reads.
	Run(const Options &options, ConfigRequest request, Config config, Daemon *daemon, ParallelReplay *replay,
	    isolation::Spawner &spawner)
	    : options_(options), request_(std::move(request)), config_(std::move(config)), daemon_(daemon),
	      replay_(replay), log_(config_.log_stderr, config_.log_syslog, config_.log_level)
	{
		services_.version = FALCO_VERSION;
		services_.hostname = host_name();
		services_.log_level = config_.log_level;
		services_.spawner = &spawner;
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
				return run_printing_command(options_, request_, config_, *matcher_, log_);
			}
			load_sources();
			make_taps(config_, services_, log_, *source_, taps_);
			watch_files(config_); // before the rules are read: no change is missed
			load_rules();
			if (options_.dry_run) {
				check_outputs(config_);
				log_.write(FALCO_LOG_INFO, "Dry run: all is well, nothing is opened");
				return 0;
			}
			make_outputs();
			return capture();
		} catch (const LeftBehind &e) {
			fatal(e.what());
			leave(1);
		} catch (const std::exception &e) {
			fatal(e.what());
			if (outputs_ && !outputs_->drain(Drain::hurry)) {
				leave(1);
			}
			return 1;
		}
	}

private:
	void load_matcher() { matcher_ = make_matcher(config_, services_); }

	void load_sources()
	{
		make_sources(config_, services_, *matcher_, log_, choice_);
		source_ = &choice_.source();
	}

	void load_rules()
	{
		rules_ = host::load_rules(*matcher_, config_, log_);
		statistics_.use_rules(rules_);
	}

	void make_outputs()
	{
		Outputs::Settings settings;
		settings.format = format_options(config_, services_);
		settings.output_timeout = config_.output_timeout;
		settings.live = source_->live();
		settings.metrics = config_.metrics.enabled;
		settings.log = [this](falco_level level, const std::string &text) { log_.write(level, text); };
		settings.fatal = [this](const std::string &message) { must_end(message); };
		outputs_.emplace(host::make_outputs(config_, services_, log_, end_is_pending), std::move(settings));
		outputs_->use_rules(rules_);
		counters_.emplace(config_, *outputs_,
				  [this](falco_level level, const std::string &text) { log_.write(level, text); });
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
		const bool live = choice_.is_open() || source_->live();
		if (options_.run_seconds && !live) { // an input may let falco wait for ever before it is open
			stop.stop_after(std::chrono::seconds(*options_.run_seconds));
		}
		std::vector<std::string> failures;
		try {
			failures = replay_ ? read_in_parallel(stop) : read_source(stop);
		} catch (const Error &e) {
			failures.emplace_back(e.what()); // there is none to read
		}

		const bool clean = outputs_->drain(stop.stop().load() ? Drain::hurry : Drain::finish) && !left_behind_;
		if (!clean) {
			failures.emplace_back("an output did not come back from its plugin, see the log");
		}
		{
			const std::lock_guard<std::mutex> lock(failure_mutex_);
			stop_ = nullptr;
			if (!failure_.empty()) {
				failures.push_back(failure_);
			}
		}
		return finish(std::move(failures), clean, stop.received() != 0 || stop.timed_out());
	}

	void drop_privileges()
	{
		if (!config_.capabilities.drop) {
			return;
		}
		const std::string library = config::library_base(choice_.library());
		std::vector<std::string> files = written_files(config_);
		if (daemon_) {
			files.push_back(daemon_->pid_file()); // removed at the end
		}
		std::vector<KeptCapability> needed = needed_capabilities(library, config_.capabilities);
		for (const KeptCapability &one : needed_to_write(files)) {
			needed.push_back(one);
		}
		if (!config_.capabilities.keep_capture && library == "source-ebpf") {
			log_.write(FALCO_LOG_INFO, "capabilities.keep_capture is off: on kernels before 5.19 a reload "
						   "cannot widen what is captured, and lost events are not counted");
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

	void deliver(const falco_match &match, const StopRequest &stop)
	{
		statistics_.count(match.rule);
		outputs_->deliver(match, stop.stop());
	}

	// The workers have read the rules already, so they stay as they are.
	std::vector<std::string> read_in_parallel(StopRequest &stop)
	{
		json_output_ = config_.json_output;
		ready();
		stop.on_signal(SIGUSR1, [this] { reopen_outputs(); });
		stop.on_signal(SIGHUP, [this] {
			log_.write(FALCO_LOG_WARN,
				   "SIGHUP: a replay with -j goes on with the rules that it began with");
		});
		auto failures = replay_->run([&](const falco_match &match) { deliver(match, stop); }, stop.stop());
		end_reading(stop);
		return failures;
	}

	void reopen_outputs()
	{
		log_.write(FALCO_LOG_INFO, "Opening the outputs again: SIGUSR1");
		outputs_->reopen();
	}

	// From here on a signal no longer ends the reading but shortens the waiting for outputs.
	void end_reading(StopRequest &stop)
	{
		service_manager_.stopping();
		stop.stop_after({});
		stop.on_request([this] { outputs_->hurry(); });
		if (stop.stop()) {
			outputs_->hurry();
		}
		stop.on_signal(SIGHUP, [] {});
	}

	// Starts the first source that can be started, when there is more than one to choose from, and reads it to its
	// end. Returns what went wrong; throws Error when none can be started.
	std::vector<std::string> read_source(StopRequest &stop)
	{
		const bool is_choice = choice_.is_open();
		if (is_choice) {
			source_ = nullptr; // those that cannot be started go
			choice_.start(matcher_->interests(), !taps_.empty());
			source_ = &choice_.source();
		}
		CaptureLoop loop(
			*source_, *matcher_, [&](const falco_match &match) { deliver(match, stop); }, stop.stop());
		loop.is_open = is_choice;
		loop.taps = taps_.empty() ? nullptr : &taps_;
		counters_->begin(*source_, [this](const std::string &reason) { must_end(reason); });
		loop.on_second = [this] {
			service_manager_.alive();
			counters_->look();
		};
		loop.on_close = [this] { counters_->end_capture(); };
		Reload reload({request_, config_, services_, log_, *source_, matcher_, *outputs_, statistics_, loop});
		std::vector<std::string> failures = read_events(loop, reload, stop);
		json_output_ = reload.config().json_output;
		left_behind_ = reload.has_left_behind();
		return failures;
	}

	// Reads all events while signals and changed files are answered. Returns what went wrong.
	std::vector<std::string> read_events(CaptureLoop &loop, Reload &reload, StopRequest &stop)
	{
		reload.on_config = [this](const Config &config) { watch_files(config); };
		reload.on_change = [this](const Config &config) { counters_->use(config.event_drops); };
		std::optional<Control> control;
		loop.on_open = [&] {
			ready();
			// Loading eBPF programs may take longer than what is to be captured.
			if (options_.run_seconds && source_->live()) {
				stop.stop_after(std::chrono::seconds(*options_.run_seconds));
			}
			control.emplace(watch_, [&](const std::string &reason, const std::atomic<bool> &over) {
				run_reload(reload, reason, over);
			});
			stop.on_signal(SIGHUP, [&] { control->reload(); });
		};
		stop.on_signal(SIGUSR1, [this] { reopen_outputs(); });
		std::vector<std::string> failures = loop.run();
		end_reading(stop);
		return failures; // once a reload that runs is over
	}

	// On the control thread.
	void run_reload(Reload &reload, const std::string &reason, const std::atomic<bool> &over)
	{
		service_manager_.reloading();
		const bool done = reload.run(reason, over);
		service_manager_.reloaded(done ? "Reading events from " + source_->name()
					       : "The last reload failed, see the log");
	}

	void watch_files(const Config &config)
	{
		std::vector<std::string> paths;
		if (config.watch_config_files.value_or(source_->live())) {
			paths = config.rules_files;
			if (!config.path.empty()) {
				paths.push_back(config.path);
			}
			paths.insert(paths.end(), config.more_files.begin(), config.more_files.end());
		}
		try {
			watch_.watch(paths);
		} catch (const std::exception &e) {
			log_.write(FALCO_LOG_WARN,
				   std::string(e.what()) + ". Until then only SIGHUP makes falco reread its files");
		}
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
		counters_->finish();
		const auto report = outputs_->report();
		const std::string text = statistics_.text(report, outputs_->internal_alerts()) + counters_->totals();
		std::fflush(stdout);
		std::FILE *where = json_output_ ? stderr : stdout;
		std::fputs(text.c_str(), where);
		std::fflush(where);
		if (source_ && !source_->live()) {
			failures.insert(failures.end(), taps_.failures().begin(), taps_.failures().end());
		}
		if (source_ && !source_->live() && !interrupted) {
			for (const auto &output : report) {
				const uint64_t lost = output.lost + output.dropped_crash;
				if (lost > 0) {
					failures.push_back("output '" + output.name + "' lost " + std::to_string(lost) +
							   " alerts, see the log");
				}
			}
		}
		for (const auto &failure : failures) {
			fatal(failure);
		}
		const int status = failures.empty() ? 0 : 1;
		if (!clean) {
			leave(status);
		}
		return status;
	}

	// While a plugin's thread is still inside a call: destructors would pull the ground from under it.
	[[noreturn]] void leave(int status)
	{
		log_.flush();
		if (daemon_) {
			daemon_->leave();
		}
		_exit(status);
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
	const ConfigRequest request_;
	const Config config_; // of the start
	Daemon *daemon_;      // nullptr in the foreground
	ParallelReplay *replay_;
	Log log_;
	HostServices services_;
	ServiceManager service_manager_;

	SourceChoice choice_{[this](falco_level level, const std::string &text) { log_.write(level, text); }};
	Source *source_ = nullptr;         // of choice_; nullptr when none could be started
	std::unique_ptr<Matcher> matcher_; // goes before its source; a reload changes it
	Taps taps_;                        // likewise before its source
	std::shared_ptr<const RuleSet> rules_;
	Statistics statistics_;
	std::optional<Outputs> outputs_;
	std::optional<CounterWatch> counters_;
	ConfigWatch watch_;        // the control thread's while there is one
	bool json_output_ = false; // at the end
	bool left_behind_ = false; // a reload did not come back from a plugin

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
		block_signals(); // first: a SIGHUP that comes early waits, and does not end falco
		ConfigRequest request = make_request(options);
		Config config = read_config(request);
		std::optional<Daemon> daemon;
		if (options.daemon && options.command == Options::Command::run && !options.dry_run) {
			const bool relative = options.pid_file.empty() || options.pid_file[0] != '/';
			daemon.emplace(relative ? working_directory() + "/" + options.pid_file : options.pid_file);
		}
		std::optional<PidFile> pid_file;
		if (options.write_pid_file && !daemon && options.command == Options::Command::run) {
			pid_file.emplace(options.pid_file);
		}
		install_crash_handler();
		isolation::Spawner spawner;
		// Now, while falco has its privileges and no thread.
		if (std::any_of(config.outputs.begin(), config.outputs.end(),
				[](const InstanceConfig &output) { return output.isolation.process; })) {
			spawner.start();
		}
		const auto replay = start_parallel_replay(options, request, config); // while there is one thread
		return Run(options, std::move(request), std::move(config), daemon ? &*daemon : nullptr, replay.get(),
			   spawner)
			.execute();
	} catch (const std::exception &e) {
		print_fatal(e.what());
		return 1;
	}
}

} // namespace falco::host
