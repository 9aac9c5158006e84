// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/app/capture_loop.hpp"
#include "host/config/config.hpp"
#include "host/log/log.hpp"
#include "host/pipeline/pipeline.hpp"
#include "host/plugins/plugin.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <string>

namespace falco::host {

// Takes over a changed configuration while events flow. The slow work is done beside the capture: the files are read,
// a second matcher compiles the rules, new outputs are made. Then the capture thread changes over between two events,
// so that each event is matched once, by the old rules or by the new ones, and what was in force goes. When anything
// fails, everything stays as it was, and the log and an internal alert say why.
class Reload {
public:
	// The parts of the run that it changes; all outlive it.
	struct Parts {
		const ConfigRequest &request;
		const Config &started; // the configuration of the start
		const HostServices &services;
		Log &log;
		const Source &source;
		std::unique_ptr<Matcher> &matcher; // in force
		Outputs &outputs;
		Statistics &statistics; // the capture thread's
		CaptureLoop &loop;
	};
	explicit Reload(Parts parts);

	// Called with the configuration as soon as it could be read, whatever becomes of the reload then.
	std::function<void(const Config &)> on_config;

	// Called with the configuration on the capture thread, between two events, when it takes effect.
	std::function<void(const Config &)> on_change;

	// One reload from beginning to end; `reason` is for the log. False when it failed. Once `over`, an output that
	// does not come back is left behind. [control]
	bool run(const std::string &reason, const std::atomic<bool> &over);

	// A plugin did not come back: the process must leave by _exit. Once [control] has ended.
	bool has_left_behind() const { return left_behind_; }

	// The configuration in force. [control], and others once that has ended.
	const Config &config() const { return config_; }

private:
	void load(const std::atomic<bool> &over);
	Config read();
	// Throws Error when the matcher cannot be changed. False: the capture is over.
	bool change_over(const Config &config, std::unique_ptr<Matcher> &matcher,
			 const std::shared_ptr<const RuleSet> &rules, Outputs::Change &outputs);
	void tell_failure(const std::string &why);

	const Parts parts_;
	Config config_;
	bool left_behind_ = false;
};

} // namespace falco::host
