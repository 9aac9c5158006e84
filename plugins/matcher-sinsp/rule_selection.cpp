// SPDX-License-Identifier: Apache-2.0
#include "rule_selection.hpp"

#include "common/nearest.hpp"

#include <algorithm>

namespace falco::matcher {

using nlohmann::json;

namespace {

bool has_tag(const Item &rule, const std::string &tag)
{
	return std::find(rule.tags.begin(), rule.tags.end(), tag) != rule.tags.end();
}

std::string nearest_name(const RulesFiles &files, const Selection &selection)
{
	std::vector<std::string> names;
	for (const auto &item : files.items) {
		if (item.kind == ItemKind::rule && selection.tag.empty()) {
			names.push_back(item.name);
		}
		names.insert(names.end(), item.tags.begin(), item.tags.end());
	}
	return did_you_mean(selection.tag.empty() ? selection.rule : selection.tag, names);
}

} // namespace

std::vector<Selection> read_selections(const json &list)
{
	std::vector<Selection> selections;
	for (const auto &entry : list) {
		const bool enable = entry.contains("enable");
		const json &what = entry.at(enable ? "enable" : "disable");
		selections.push_back({enable, what.value("rule", ""), what.value("tag", "")});
	}
	return selections;
}

void select_rules(RulesFiles &files, const std::vector<Selection> &selections, int least_priority, Findings &findings)
{
	for (auto &item : files.items) {
		item.active = item.enabled;
		item.inactive = item.enabled ? "" : "its file says enabled: false";
	}
	for (const auto &selection : selections) {
		bool found = selection.rule == "*";
		for (auto &item : files.items) {
			if (item.kind != ItemKind::rule) {
				continue;
			}
			if ((!selection.rule.empty() && fits(selection.rule, item.name)) ||
			    (!selection.tag.empty() && has_tag(item, selection.tag))) {
				item.active = selection.enable;
				item.inactive = selection.enable ? "" : "the configuration switches it off";
				found = true;
			}
		}
		if (!found) {
			findings.warn("selects-nothing", {}, "",
				      std::string(selection.enable ? "nothing to enable" : "nothing to disable") +
					      ": no rule " +
					      (selection.tag.empty() ? "is called '" + selection.rule
								     : "has the tag '" + selection.tag) +
					      "'" + nearest_name(files, selection));
		}
	}
	for (auto &item : files.items) {
		if (item.kind == ItemKind::rule && item.priority > least_priority) {
			item.active = false;
			item.inactive = "its priority is below the configured one";
		}
	}
}

bool fits(const std::string &pattern, const std::string &text)
{
	// Where the last * stands, and up to where the text has been taken for it: it takes more whenever the rest of
	// the pattern does not fit.
	size_t at = 0, star = std::string::npos, taken = 0;
	for (size_t i = 0; i < text.size();) {
		if (at < pattern.size() && pattern[at] == '*') {
			star = at++;
			taken = i;
		} else if (at < pattern.size() && (pattern[at] == '?' || pattern[at] == text[i])) {
			at++;
			i++;
		} else if (star != std::string::npos) {
			at = star + 1;
			i = ++taken;
		} else {
			return false;
		}
	}
	return pattern.find_first_not_of('*', at) == std::string::npos;
}

} // namespace falco::matcher
