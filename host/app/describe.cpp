// SPDX-License-Identifier: Apache-2.0
#include "host/app/describe.hpp"

#include <sstream>

namespace falco::host {

namespace {

constexpr int kNameColumns = 50;
constexpr size_t kDescriptionColumns = 60;

std::string row(const std::string &name, const std::string &description)
{
	std::string text = name;
	if (text.size() < kNameColumns) {
		text.resize(kNameColumns, ' ');
	}
	return text + " " + description + "\n";
}

} // namespace

std::vector<std::string> wrap(const std::string &text, size_t width)
{
	std::vector<std::string> lines(1);
	std::istringstream words(text);
	for (std::string word; words >> word;) {
		if (!lines.back().empty() && lines.back().size() + 1 + word.size() > width) {
			lines.emplace_back();
		}
		lines.back() += (lines.back().empty() ? "" : " ") + word;
	}
	return lines;
}

std::string describe_rules(const std::vector<Rule> &rules)
{
	std::string text = "\n" + row("Rule", "Description") + row("----", "-----------");
	for (const auto &rule : rules) {
		std::string name = rule.name;
		for (const auto &line : wrap(rule.desc, kDescriptionColumns)) {
			text += row(name, line);
			name.clear();
		}
		text += "\n";
	}
	return text;
}

} // namespace falco::host
