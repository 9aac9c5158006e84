// SPDX-License-Identifier: Apache-2.0
#include "host/verify/test_update.hpp"

#include <algorithm>

namespace falco::host {

using nlohmann::json;

namespace {

std::vector<std::string> split(const std::string &text)
{
	std::vector<std::string> lines;
	size_t begin = 0;
	while (begin < text.size()) {
		const size_t end = text.find('\n', begin);
		lines.push_back(text.substr(begin, end == std::string::npos ? end : end - begin));
		begin = end == std::string::npos ? text.size() : end + 1;
	}
	return lines;
}

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
	size_t where = std::string::npos;
	for (auto entry = test.node.entries.rbegin(); entry != test.node.entries.rend(); ++entry) {
		if (entry->key != "alerts" && entry->key != "no_alerts") {
			continue;
		}
		const size_t begin = entry->place.line - 1;
		if (entry->place.line == test.place.line) {
			throw yaml::Error(entry->place, "--update rewrites cases that begin with another key than '" +
								entry->key + "', such as name");
		}
		lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(begin),
			    lines.begin() + static_cast<std::ptrdiff_t>(end_of_key(lines, begin, column)));
		where = begin;
	}
	const auto fresh = expectations(update, std::string(column, ' '));
	lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(where), fresh.begin(), fresh.end());
}

} // namespace

std::string updated_cases(const std::string &text, const std::vector<CaseUpdate> &updates)
{
	std::vector<std::string> lines = split(text);
	std::vector<CaseUpdate> last_first = updates;
	std::sort(last_first.begin(), last_first.end(),
		  [](const CaseUpdate &a, const CaseUpdate &b) { return a.test->place.line > b.test->place.line; });
	for (const CaseUpdate &update : last_first) {
		rewrite(lines, update);
	}
	std::string out;
	for (const auto &line : lines) {
		out += line + "\n";
	}
	return out;
}

std::string line_difference(const std::string &before, const std::string &after)
{
	const auto a = split(before), b = split(after);
	// The longest common subsequence: files of cases are short.
	std::vector<std::vector<uint32_t>> length(a.size() + 1, std::vector<uint32_t>(b.size() + 1));
	for (size_t i = a.size(); i-- > 0;) {
		for (size_t j = b.size(); j-- > 0;) {
			length[i][j] =
				a[i] == b[j] ? length[i + 1][j + 1] + 1 : std::max(length[i + 1][j], length[i][j + 1]);
		}
	}
	std::string out;
	size_t i = 0, j = 0;
	while (i < a.size() || j < b.size()) {
		if (i < a.size() && j < b.size() && a[i] == b[j]) {
			i++;
			j++;
		} else if (i < a.size() && (j == b.size() || length[i + 1][j] >= length[i][j + 1])) {
			out += "-" + a[i++] + "\n";
		} else {
			out += "+" + b[j++] + "\n";
		}
	}
	return out;
}

} // namespace falco::host
