// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/plugins/plugin.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace falco::host {

// The rules of one load; alerts share it, so it lives as long as the last alert of it.
using RuleSet = std::vector<Rule>;

// What every alert of a rule has in common, made once instead of once an alert: escaped names and literals, tags
// in order, keys of JSON fields in order.
struct RuleText {
	explicit RuleText(const Rule &rule);
	RuleText(RuleText &&) = default; // moving keeps the strings' vectors, and so tag_list, in place
	RuleText(const RuleText &) = delete;
	RuleText &operator=(const RuleText &) = delete;

	// One part of the message: an escaped literal, or a field.
	struct Piece {
		std::string literal;
		int field;
		unsigned width;
	};
	// A member of JSON's output_fields.
	struct JsonField {
		std::string key; // quoted, with its colon
		size_t field;    // or one of the two below
	};
	// The event's time in nanoseconds, which stands in front of the output: under the name that it has in lines
	// with local times, and in those with ISO 8601 times.
	static constexpr size_t kTime = SIZE_MAX;
	static constexpr size_t kIsoTime = SIZE_MAX - 1;

	int priority;
	std::string name, source;
	std::vector<std::string> tags;      // sorted, each once
	std::vector<const char *> tag_list; // the same for falco_alert: ends in NULL
	std::vector<std::string> fields;
	std::vector<size_t> shown_fields; // of `fields`; the others are there for the text, templates and deduplication
	std::vector<Piece> output;
	std::vector<JsonField> json_fields; // of those that are shown, sorted by name
	std::string json_name, json_source, json_tags;
};

// The texts of the rules of a load, each made when its rule first alerts: most of many rules never do. Shared by the
// alerts and whoever makes them, on any thread.
class RuleTexts {
public:
	explicit RuleTexts(std::shared_ptr<const RuleSet> rules);
	~RuleTexts();
	RuleTexts(const RuleTexts &) = delete;
	RuleTexts &operator=(const RuleTexts &) = delete;

	size_t size() const { return rules_->size(); }
	const RuleText &at(size_t rule) const
	{
		const RuleText *text = texts_[rule].load(std::memory_order_acquire);
		return text ? *text : make(rule);
	}

private:
	const RuleText &make(size_t rule) const;

	const std::shared_ptr<const RuleSet> rules_;
	mutable std::vector<std::atomic<const RuleText *>> texts_; // owned; null: not made yet
};

} // namespace falco::host
