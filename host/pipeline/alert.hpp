// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/pipeline/format.hpp"
#include "host/pipeline/rule_texts.hpp"

#include <falco/plugin.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace falco::host {

using Clock = std::chrono::steady_clock;

// What an alert says that stands for others, which a deduplication held back.
struct Repeats {
	uint64_t count;    // of the alerts that were held back
	uint64_t first_ns; // when the first alert was, which was not held back
	uint64_t last_ns;
};

// A match on its way to the outputs: a copy of what the matcher emitted, which itself dies with the event. Made on the
// capture thread, which copies bytes and formats nothing; shared by the queues of all outputs that want it and gone
// with the last of them. Each form of its text is composed once, when the first worker asks for it. Any thread may ask.
// Many may wait in queues, so what is not needed there is not there yet.
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
	// One like `first` that stands for those that were held back after it.
	Alert(const Alert &first, const Repeats &repeats, std::shared_ptr<const Run> run, uint64_t sequence);
	~Alert();
	Alert(const Alert &) = delete;
	Alert &operator=(const Alert &) = delete;

	// As a plugin sees it, and what that points to besides the alert. Kept to be used again for the next alert.
	struct View {
		falco_alert alert;
		std::vector<falco_field> fields;
		std::string id;
		// fill_alone's.
		std::string message, line;
		LocalClock clock;
	};
	// Fills in all but `alert.line`. Valid as long as alert and view.
	void fill(View &view) const;
	// The same with the line in this style.
	void fill(View &view, LineStyle style) const;
	// The same for the last one that has this alert: its texts are composed in the view, which has room for them
	// from the alert before, and are not kept.
	void fill_alone(View &view, LineStyle style) const;

	// The rule's output with the fields filled in.
	const std::string &message() const;
	const std::string &line(LineStyle style) const;
	uint64_t sequence() const { return sequence_; }
	uint64_t time_ns() const { return time_ns_; }
	std::string id() const;
	void append_id(std::string &out) const;
	// When it was made.
	Clock::time_point made() const { return made_; }

	const RuleText &rule() const { return rules_->at(rule_); }
	const std::shared_ptr<const RuleTexts> &rules() const { return rules_; }
	const Run &run() const { return *run_; }
	// Of this field of the rule, one of the extra fields or not.
	falco_value value(size_t field) const;

private:
	struct Text {
		std::once_flag composed;
		std::string text;
	};
	// Made when the first text is asked for.
	struct Texts {
		Text message, text, json, bare_json;
	};
	// Where the bytes of a value are. A size of kNone: there is no such text.
	struct Slot {
		uint32_t offset, text_size, json_size;
	};
	// What only an alert has that stands for others.
	struct Summary {
		Repeats repeats;
		std::array<std::string, 3> values;
	};

	Texts &texts() const;
	template <typename Append>
	static const std::string &once(Text &text, Append &&append);
	void fill_all_but_texts(View &view) const;
	// What stands before the message in a line of text.
	void append_head(std::string &out, LocalClock &clock) const;
	void append_message(std::string &out) const;
	// `output`: the message with or without what stands before it.
	void append_json(std::string &out, std::string_view output, std::string_view message) const;
	void append_output_fields(std::string &out) const;
	void append_json_value(std::string &out, size_t field) const;
	const Slot *slots() const { return reinterpret_cast<const Slot *>(storage_.get()); }

	static constexpr uint32_t kNone = UINT32_MAX;

	std::shared_ptr<const RuleTexts> rules_;
	std::shared_ptr<const Run> run_;
	uint64_t time_ns_;
	uint64_t sequence_;
	Clock::time_point made_;
	uint32_t rule_;
	uint32_t storage_size_ = 0;
	std::unique_ptr<char[]> storage_; // a slot for each field, then the bytes: one allocation
	std::unique_ptr<const Summary> summary_;
	mutable std::atomic<Texts *> texts_{nullptr};
};

using AlertPtr = std::shared_ptr<const Alert>;

} // namespace falco::host
