// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "container_engines.hpp"
#include "interests.hpp"
#include "own_processes.hpp"
#include "sinsp_log.hpp"

#include <falco/plugin.hpp>
#include <libsinsp/events/sinsp_events.h>
#include <libsinsp/sinsp.h>
#include <nlohmann/json.hpp>

#include <memory>
#include <optional>
#include <string>

namespace falco::sinsp_family {

using CapturedCalls = libsinsp::events::set<ppm_sc_code>;

// What the live sources have in common: which system calls leave the kernel, whose events are passed over, how reading
// waits, counts and starts anew when the machine's CPUs change. An engine says how it is opened.
class LiveCapture : public falco::Source {
public:
	LiveCapture(falco::Host host, std::string_view config);

	bool start(const falco_capture_request &request) final;
	void *context() final { return inspector_.get(); }
	falco::Next next(falco_event &event) final;
	void stop() noexcept final;
	void metrics(const falco_metric_sink &sink) final;
	void update(const falco_capture_request &request) final;

protected:
	// Throws with what keeps this engine from being opened and what the user can do about it.
	virtual void check_machine() = 0;
	virtual void open(sinsp &inspector, const CapturedCalls &system_calls) = 0;
	// The user's words for a failure of `open`: its own text and what the libraries complained of.
	virtual std::string explain(const std::string &text, const std::string &complaint) const = 0;

	const falco::Host &host() const { return host_; }
	const nlohmann::json &config() const { return config_; }
	unsigned long buffer_bytes() const { return buffer_bytes_; }

private:
	void set_wanted(const falco_capture_request &request);
	void warn_of(const SilentEngines &silent) const;
	bool is_wanted(sinsp_evt *event) const;
	bool look_around(uint64_t now_ns);
	bool cpus_changed();
	void start_anew(const std::string &why);
	void pass_over_unreadable(const std::string &why);

	const falco::Host host_;
	const nlohmann::json config_;
	const unsigned long buffer_bytes_;

	bool over_ = false; // a capture was open and is not to be opened again
	Interests interests_;
	bool every_event_ = false;
	CapturedCalls system_calls_; // that leave the kernel
	std::optional<SinspLog> log_;
	std::unique_ptr<sinsp> inspector_;
	std::optional<OwnProcesses> own_; // while open
	std::optional<LateEngines> late_engines_;
	long cpus_ = 0;             // online when the capture was opened
	uint64_t next_look_ns_ = 0; // around, on the clock that only rises
	unsigned since_look_ = 0;   // at the clock, in events
	uint64_t unreadable_ = 0;   // events of this capture
	unsigned unreadable_in_a_row_ = 0;
	uint64_t next_complaint_ns_ = 0;
};

} // namespace falco::sinsp_family
