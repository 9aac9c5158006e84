// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/pipeline/format.hpp"
#include "host/pipeline/rule_texts.hpp"

#include <falco/plugin.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

namespace falco::host {

// A match on its way to the outputs: a copy of what the matcher emitted, which itself dies with the event. Made on the
// capture thread, which copies bytes and formats nothing; shared by the queues of all outputs that want it and gone
// with the last of them. Each form of its text is composed once, when the first worker asks for it. Any thread may ask.
class Alert {
public:
	// What all alerts of a run share.
	struct Run {
		// `id`: 16 characters, different for each run.
		Run(FormatOptions options, std::string id);
		FormatOptions format;
		std::string id;
		std::string hostname, json_hostname; // escaped, each in its way
	};

	// `match.rule` is below `rules->size()`. `sequence` counts from 1.
	Alert(const falco_match &match, std::shared_ptr<const RuleTexts> rules, std::shared_ptr<const Run> run,
	      uint64_t sequence);
	Alert(const Alert &) = delete;
	Alert &operator=(const Alert &) = delete;

	// As a plugin sees it. Valid as long as the alert.
	falco_alert view(LineStyle style) const;

	// The rule's output with the fields filled in.
	const std::string &message() const;
	const std::string &line(LineStyle style) const;
	uint64_t sequence() const { return sequence_; }
	const char *id() const { return id_; }

private:
	struct Text {
		std::once_flag composed;
		std::string text;
	};

	const RuleText &rule() const { return rules_->at(rule_); }
	const std::string &once(Text &text, std::string (Alert::*compose)() const) const;
	std::string compose_message() const;
	std::string compose_text() const;
	std::string compose_json() const;
	std::string compose_bare_json() const;
	std::string json_with(const std::string &output) const;
	void append_output_fields(std::string &out) const;

	std::shared_ptr<const RuleTexts> rules_;
	std::shared_ptr<const Run> run_;
	uint32_t rule_;
	uint64_t time_ns_;
	uint64_t sequence_;
	char id_[40];                     // 16 of the run, a dash, at most 20 digits
	std::unique_ptr<char[]> storage_; // the falco_fields, then the bytes that they point at: one allocation
	const falco_field *fields_ = nullptr;
	mutable Text message_, text_, json_, bare_json_;
};

using AlertPtr = std::shared_ptr<const Alert>;

} // namespace falco::host
