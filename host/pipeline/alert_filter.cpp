// SPDX-License-Identifier: Apache-2.0
#include "host/pipeline/alert_filter.hpp"

#include "host/pipeline/priority.hpp"

#include <algorithm>
#include <fnmatch.h>

namespace falco::host {

namespace {

// Only * and ? are wildcards: a bracket in a rule's name means itself.
bool matches(const std::string &pattern, const std::string &name)
{
	std::string glob;
	for (const char c : pattern) {
		if (c == '[' || c == '\\') glob += '\\';
		glob += c;
	}
	return fnmatch(glob.c_str(), name.c_str(), 0) == 0;
}

} // namespace

bool wants(const FilterConfig &filter, const Rule &rule)
{
	if (clamp_priority(rule.priority) > filter.minimum_priority) return false;
	const auto is_named = [&](const std::string &pattern) { return matches(pattern, rule.name); };
	if (!filter.rules.empty() && std::none_of(filter.rules.begin(), filter.rules.end(), is_named)) return false;
	const auto is_one_of = [](const std::vector<std::string> &all, const std::string &one) {
		return std::find(all.begin(), all.end(), one) != all.end();
	};
	if (!filter.sources.empty() && !is_one_of(filter.sources, rule.source)) return false;
	const auto is_tagged = [&](const std::string &tag) { return is_one_of(rule.tags, tag); };
	return filter.tags.empty() || std::any_of(filter.tags.begin(), filter.tags.end(), is_tagged);
}

std::vector<std::string> idle_parts(const FilterConfig &filter, const std::vector<Rule> &rules)
{
	std::vector<std::string> found;
	const auto look = [&](const std::vector<std::string> &all, const char *problem, auto means) {
		for (const std::string &one : all) {
			if (std::none_of(rules.begin(), rules.end(),
					 [&](const Rule &rule) { return means(one, rule); }))
				found.push_back(problem + one + "'");
		}
	};
	look(filter.rules, "filter.rules: no loaded rule is called '",
	     [](const std::string &pattern, const Rule &rule) { return matches(pattern, rule.name); });
	look(filter.sources, "filter.source: no loaded rule is of the source '",
	     [](const std::string &source, const Rule &rule) { return source == rule.source || source == "internal"; });
	return found;
}

} // namespace falco::host
