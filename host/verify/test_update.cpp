// SPDX-License-Identifier: Apache-2.0
#include "host/verify/test_update.hpp"

#include "host/verify/line_difference.hpp"

#include <algorithm>

namespace falco::host {

using nlohmann::json;

namespace {

// In double quotes, which YAML reads as JSON does.
std::string in_quotes(const std::string &text)
{
	return json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

// Which expectation of the case was about this rule; nullptr: none.
const Expectation *former(const TestCase &test, const std::string &rule)
{
	const auto found = std::find_if(test.alerts.begin(), test.alerts.end(),
					[&](const Expectation &one) { return one.rule == rule; });
	return found == test.alerts.end() ? nullptr : &*found;
}

const json *first_alert(const json &result, const std::string &rule)
{
	for (const auto &alert : result.at("found")) {
		if (alert.at("rule") == rule) {
			return &alert;
		}
	}
	return nullptr;
}

// The lines of the keys `alerts` or `no_alerts`.
std::vector<std::string> expectations(const CaseUpdate &update, const std::string &indent)
{
	const json &tally = update.result.at("tally");
	if (tally.empty()) {
		return {indent + "no_alerts: true"};
	}
	std::vector<std::string> lines = {indent + "alerts:"};
	for (const auto &entry : tally) {
		const std::string rule = entry[0];
		const Expectation *before = former(*update.test, rule);
		const json *alert = first_alert(update.result, rule);
		lines.push_back(indent + "  - rule: " + in_quotes(rule));
		lines.push_back(indent + "    count: " + std::to_string(entry[1].get<uint64_t>()));
		if (!alert) {
			continue; // beyond those that are kept
		}
		lines.push_back(indent + "    priority: " + alert->value("priority", ""));
		if (before && (before->output || before->regex)) {
			lines.push_back(indent + "    output: " + in_quotes(alert->value("output", "")));
		}
		if (before && !before->fields.empty()) {
			lines.push_back(indent + "    fields:");
			for (const auto &[field, value] : before->fields) {
				lines.push_back(indent + "      " + in_quotes(field) + ": " +
						in_quotes(alert->at("fields").value(field, "")));
			}
		}
	}
	return lines;
}

// The line behind the last one of the key at `line`, which stands in `column` (both from 0).
size_t end_of_key(const std::vector<std::string> &lines, size_t line, size_t column)
{
	size_t end = line + 1;
	for (size_t i = line + 1; i < lines.size(); i++) {
		const size_t first = lines[i].find_first_not_of(" \t\r");
		if (first == std::string::npos) {
			continue; // belongs to what comes behind, unless more of this comes
		}
		const bool item = lines[i][first] == '-' && first == column;
		if (first <= column && !item) {
			break;
		}
		end = i + 1;
	}
	return end;
}

void rewrite(std::vector<std::string> &lines, const CaseUpdate &update)
{
	const TestCase &test = *update.test;
	if (test.node.entries.empty() ||
	    (test.node.entries.size() > 1 && test.node.entries[0].place.line == test.node.entries[1].place.line)) {
		throw yaml::Error(test.place, "--update rewrites cases that have each key on a line of its own");
	}
	const size_t column = test.node.entries.front().place.column - 1;
	const bool has_order = update.result.at("tally").size() > 1; // of one thing there is none
	size_t where = std::string::npos;
	for (auto entry = test.node.entries.rbegin(); entry != test.node.entries.rend(); ++entry) {
		const bool is_alerts = entry->key == "alerts" || entry->key == "no_alerts";
		if (!is_alerts && (entry->key != "order" || has_order)) {
			continue;
		}
		const size_t begin = entry->place.line - 1, end = end_of_key(lines, begin, column);
		if (entry->place.line == test.place.line) {
			throw yaml::Error(entry->place, "--update rewrites cases that begin with another key than '" +
								entry->key + "', such as name");
		}
		lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(begin),
			    lines.begin() + static_cast<std::ptrdiff_t>(end));
		if (is_alerts) {
			where = begin;
		} else if (where != std::string::npos) {
			where -= end - begin;
		}
	}
	const auto fresh = expectations(update, std::string(column, ' '));
	lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(where), fresh.begin(), fresh.end());
}

// Rewrites those of the cases that can be; they come with the last one first, so that places stay true.
UpdatedCases rewrite_all(const std::string &text, const std::vector<CaseUpdate> &updates)
{
	UpdatedCases updated;
	std::vector<std::string> lines = lines_in(text);
	for (const CaseUpdate &update : updates) {
		try {
			std::vector<std::string> changed = lines;
			rewrite(changed, update);
			lines = std::move(changed);
			updated.rewritten.push_back(update.test);
		} catch (const yaml::Error &e) {
			updated.refused.emplace_back(update.test, e.message());
		}
	}
	for (const auto &line : lines) {
		updated.text += line + "\n";
	}
	return updated;
}

} // namespace

UpdatedCases update_cases(const std::string &path, const std::string &text, std::vector<CaseUpdate> updates)
{
	std::sort(updates.begin(), updates.end(),
		  [](const CaseUpdate &a, const CaseUpdate &b) { return a.test->place.line > b.test->place.line; });
	const size_t readable = read_cases_in(text, path).cases.size();
	UpdatedCases all = rewrite_all(text, updates);
	if (read_cases_in(all.text, path).cases.size() == readable) {
		return all;
	}
	UpdatedCases updated; // one after the other, without those after which the file cannot be read
	updated.text = text;
	for (const CaseUpdate &update : updates) {
		UpdatedCases one = rewrite_all(updated.text, {update});
		const CaseFiles now = read_cases_in(one.text, path);
		if (now.cases.size() != readable) {
			one = {updated.text,
			       {},
			       {{update.test, "with it the file could not be read: " + now.broken.back().message}}};
		}
		updated.text = one.text;
		updated.rewritten.insert(updated.rewritten.end(), one.rewritten.begin(), one.rewritten.end());
		updated.refused.insert(updated.refused.end(), one.refused.begin(), one.refused.end());
	}
	return updated;
}

} // namespace falco::host
