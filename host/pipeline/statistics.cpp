// SPDX-License-Identifier: Apache-2.0
#include "host/pipeline/statistics.hpp"

#include "host/pipeline/escape.hpp"

#include <algorithm>
#include <map>

namespace falco::host {

namespace {

// Shown even when nothing of that severity was detected.
bool is_always_shown(int priority)
{
	constexpr int kError = 3, kWarning = 4, kInformational = 6;
	return priority == kError || priority == kWarning || priority == kInformational;
}

void append_line(std::string &out, std::string_view name, uint64_t count)
{
	out += "   ";
	append_escaped(out, name);
	out += ": " + std::to_string(count) + "\n";
}

bool is_worth_telling(const Outputs::Report &output)
{
	return output.dropped > 0 || output.lost > 0 || output.deduplicated > 0 || output.dropped_spool > 0 ||
	       output.dropped_old > 0 || output.dropped_crash > 0 || output.waiting > 0 || output.filtered > 0 ||
	       output.retried > 0;
}

void append_output(std::string &out, const Outputs::Report &output)
{
	out += "   " + output.name + ": accepted " + std::to_string(output.accepted) + ", delivered " +
	       std::to_string(output.delivered) + ", dropped " + std::to_string(output.dropped) +
	       " (queue full), lost " + std::to_string(output.lost);
	const auto append = [&](const char *what, uint64_t count, const char *meaning = "") {
		if (count > 0) out += std::string(", ") + what + " " + std::to_string(count) + meaning;
	};
	append("filtered", output.filtered);
	append("deduplicated", output.deduplicated);
	append("retried", output.retried);
	append("dropped", output.dropped_spool, " (spool full)");
	append("dropped", output.dropped_old, " (too old)");
	append("dropped", output.dropped_crash, " (its process ended at them)");
	append("waiting", output.waiting);
	if (output.waiting > 0) append("the oldest for", static_cast<uint64_t>(output.oldest.count()), " ms");
	out += "\n";
}

} // namespace

void Statistics::use_rules(std::shared_ptr<const RuleSet> rules)
{
	std::map<std::string, uint64_t> earlier(gone_.begin(), gone_.end());
	std::vector<std::string> order;
	for (size_t i = 0; i < per_rule_.size(); ++i) {
		if (per_rule_[i] == 0) continue;
		order.push_back((*rules_)[i].name);
		earlier[order.back()] += per_rule_[i];
	}
	for (const auto &[name, count] : gone_)
		order.push_back(name);

	rules_ = std::move(rules);
	per_rule_.assign(rules_->size(), 0);
	for (size_t i = 0; i < rules_->size(); ++i) {
		const auto found = earlier.find((*rules_)[i].name);
		if (found == earlier.end()) continue;
		per_rule_[i] = found->second;
		earlier.erase(found);
	}
	gone_.clear();
	for (const std::string &name : order) {
		const auto found = earlier.find(name);
		if (found == earlier.end()) continue;
		gone_.emplace_back(name, found->second);
		earlier.erase(found);
	}
}

void Statistics::count(uint32_t rule)
{
	if (rule >= per_rule_.size()) return;
	++detected_;
	++per_rule_[rule];
	++per_priority_[clamp_priority((*rules_)[rule].priority)];
}

std::string Statistics::text(const std::vector<Outputs::Report> &outputs, uint64_t internal_alerts) const
{
	std::string out = "Events detected: " + std::to_string(detected_) + "\nRule counts by severity:\n";
	for (int priority = 0; priority < kPriorities; ++priority) {
		const uint64_t count = per_priority_[priority];
		if (count > 0 || is_always_shown(priority)) append_line(out, priority_name(priority), count);
	}
	out += "Triggered rules by rule name:\n";
	for (size_t i = 0; i < per_rule_.size(); ++i) {
		if (per_rule_[i] > 0) append_line(out, (*rules_)[i].name, per_rule_[i]);
	}
	for (const auto &[name, count] : gone_)
		append_line(out, name, count);

	if (internal_alerts > 0) out += "Internal alerts: " + std::to_string(internal_alerts) + "\n";

	if (std::none_of(outputs.begin(), outputs.end(), is_worth_telling)) return out;
	out += "Outputs:\n";
	for (const Outputs::Report &output : outputs)
		append_output(out, output);
	return out;
}

} // namespace falco::host
