// SPDX-License-Identifier: Apache-2.0
#include "host/pipeline/rule_texts.hpp"

#include "host/pipeline/escape.hpp"
#include "host/pipeline/format.hpp"
#include "host/pipeline/priority.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace falco::host {

namespace {

std::string json_string(std::string_view text)
{
	std::string out;
	append_json_string(out, text);
	return out;
}

} // namespace

RuleText::RuleText(const Rule &rule)
    : priority(clamp_priority(rule.priority)), name(escaped(rule.name)), source(escaped(rule.source)),
      json_name(json_string(rule.name)), json_source(json_string(rule.source))
{
	for (const std::string &tag : std::set<std::string>(rule.tags.begin(), rule.tags.end())) {
		json_tags += (json_tags.empty() ? "[" : ",") + json_string(tag);
		tags.push_back(escaped(tag));
	}
	json_tags += json_tags.empty() ? "[]" : "]";
	for (const std::string &tag : tags)
		tag_list.push_back(tag.c_str());
	tag_list.push_back(nullptr);

	const size_t own_fields = rule.fields.size() - std::min(rule.extra_fields, rule.fields.size());
	std::map<std::string, size_t> in_order;
	if (rule.has_events) in_order = {{"evt.time", kTime}, {"evt.time.iso8601", kIsoTime}};
	for (const std::string &field : rule.fields) {
		if (fields.size() < own_fields && !is_for_text_only(field)) {
			shown_fields.push_back(fields.size());
			in_order[field] = fields.size();
		}
		fields.push_back(escaped(field));
	}
	for (const auto &[field, index] : in_order)
		json_fields.push_back({json_string(field) + ":", index});
	for (const Rule::Piece &piece : rule.output)
		output.push_back({escaped(piece.literal.str()), piece.field, piece.width});
}

RuleTexts::RuleTexts(std::shared_ptr<const RuleSet> rules) : rules_(std::move(rules)), texts_(rules_->size()) {}

RuleTexts::~RuleTexts()
{
	for (const auto &text : texts_)
		delete text.load();
}

// Two threads may make the same one: that of the first stays.
const RuleText &RuleTexts::make(size_t rule) const
{
	auto made = std::make_unique<const RuleText>((*rules_)[rule]);
	const RuleText *known = nullptr;
	if (texts_[rule].compare_exchange_strong(known, made.get(), std::memory_order_acq_rel)) return *made.release();
	return *known;
}

} // namespace falco::host
