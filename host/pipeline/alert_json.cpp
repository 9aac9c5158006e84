// SPDX-License-Identifier: Apache-2.0
//
// An alert as one line of JSON, its keys in alphabetical order. Written out by hand, not through a tree: the keys are
// few and known, and values that the matcher gives as JSON go through as they are.
#include "host/pipeline/alert.hpp"
#include "host/pipeline/escape.hpp"
#include "host/pipeline/priority.hpp"

namespace falco::host {

namespace {

const std::string kSummaryKey = "\"dedup.count\":";

} // namespace

void Alert::append_output_fields(std::string &out) const
{
	const auto &fixed = run_->format.static_fields;
	auto next = fixed.begin();
	char separator = '{';
	const auto append_key = [&](const std::string &key) {
		out.append(1, separator).append(key);
		separator = ',';
	};
	const auto append_fixed_before = [&](const std::string *key) {
		for (; next != fixed.end() && (!key || next->first <= *key); ++next) {
			if (key && next->first == *key) continue; // the event's own value is more particular
			append_key(next->first);
			out.append(next->second);
		}
	};
	bool summary_is_due = summary_ != nullptr;
	const auto append_summary_before = [&](const std::string *key) {
		if (!summary_is_due || (key && *key < kSummaryKey)) return;
		summary_is_due = false;
		append_key(kSummaryKey);
		out.append(summary_->values[0]);
		append_key("\"dedup.first_time\":\"");
		out.append(summary_->values[1]).append("\"");
		append_key("\"dedup.last_time\":\"");
		out.append(summary_->values[2]).append("\"");
	};
	const size_t other_time = run_->format.iso_8601 ? RuleText::kTime : RuleText::kIsoTime;
	for (const RuleText::JsonField &member : rule().json_fields) {
		if (member.field == other_time) continue;
		append_fixed_before(&member.key);
		append_summary_before(&member.key);
		append_key(member.key);
		append_json_value(out, member.field);
	}
	append_summary_before(nullptr);
	append_fixed_before(nullptr);
	out.append(separator == '{' ? "{}" : "}");
}

void Alert::append_json_value(std::string &out, size_t field) const
{
	if (field == RuleText::kTime || field == RuleText::kIsoTime) {
		out.append(std::to_string(time_ns_));
		return;
	}
	const falco_value value = this->value(field);
	const std::string_view json(value.json.data ? value.json.data : "", value.json.size);
	// A line break between two tokens would be good JSON, but no longer one line.
	if (!json.empty() && is_clean(json)) {
		out.append(json);
	} else if (value.text.data) {
		append_json_string(out, {value.text.data, value.text.size});
	} else {
		out.append("null");
	}
}

void Alert::append_json(std::string &out, std::string_view output, std::string_view message) const
{
	const JsonKeys &keys = run_->format.json_keys;
	out += '{';
	if (keys.hostname) out.append("\"hostname\":").append(run_->json_hostname).append(",");
	if (keys.message) {
		out.append("\"message\":");
		append_json_string(out, message);
		out.append(",");
	}
	if (keys.output) {
		out.append("\"output\":");
		append_json_string(out, output);
		out.append(",");
	}
	if (keys.output_fields) {
		out.append("\"output_fields\":");
		append_output_fields(out);
		out.append(",");
	}
	out.append("\"priority\":\"").append(priority_name(rule().priority)).append("\",");
	out.append("\"rule\":").append(rule().json_name).append(",");
	if (keys.source) out.append("\"source\":").append(rule().json_source).append(",");
	if (keys.tags) out.append("\"tags\":").append(rule().json_tags).append(",");
	out.append("\"time\":\"");
	append_iso_8601(out, time_ns_);
	out.append("Z\"}");
}

} // namespace falco::host
