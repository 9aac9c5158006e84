// SPDX-License-Identifier: Apache-2.0
#include "alert_explanations.hpp"

#include "common/nearest.hpp"
#include "rule_selection.hpp"

#include <falco/plugin.hpp>

#include <algorithm>

namespace falco::matcher {

AlertExplanations::AlertExplanations(const nlohmann::json &config)
{
	rules_ = config.value("rules", std::vector<std::string>());
	const std::string rate = config.value("rate", "1/s");
	const size_t slash = rate.find('/');
	const std::string number = rate.substr(0, slash),
			  unit = slash == std::string::npos ? "" : rate.substr(slash + 1);
	const bool is_number =
		!number.empty() && number.size() < 7 && number.find_first_not_of("0123456789") == std::string::npos;
	constexpr uint64_t kSecond = 1'000'000'000;
	period_ns_ = unit == "s" ? kSecond : unit == "m" ? 60 * kSecond : unit == "h" ? 3600 * kSecond : 0;
	if (!is_number || period_ns_ == 0) {
		throw falco::ConfigError(
			"explain.rate: expected a number a second, minute or hour, such as 1/s, 10/m or "
			"100/h, found '" +
			rate + "'");
	}
	most_ = std::stoull(number);
}

void AlertExplanations::check(const RulesFiles &files, Findings &findings) const
{
	std::vector<std::string> names;
	for (const Item &item : files.items) {
		if (item.kind == ItemKind::rule) names.push_back(item.name);
	}
	for (const std::string &pattern : rules_) {
		const bool found = std::any_of(names.begin(), names.end(),
					       [&](const std::string &name) { return fits(pattern, name); });
		if (!found && pattern != "*") {
			findings.warn("selects-nothing", {}, "",
				      "nothing to explain: no rule is called '" + pattern + "'" +
					      did_you_mean(pattern, names));
		}
	}
}

bool AlertExplanations::wants(const Item &rule) const
{
	return std::any_of(rules_.begin(), rules_.end(),
			   [&](const std::string &pattern) { return fits(pattern, rule.name); });
}

bool AlertExplanations::may_make(uint64_t time_ns)
{
	if (time_ns < begin_ns_ || time_ns - begin_ns_ >= period_ns_) {
		begin_ns_ = time_ns;
		made_ = 0;
	}
	if (made_ == most_) {
		return false;
	}
	made_++;
	return true;
}

} // namespace falco::matcher
