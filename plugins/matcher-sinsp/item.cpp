// SPDX-License-Identifier: Apache-2.0
#include "item.hpp"

#include "list_lexer.hpp"

#include <algorithm>
#include <cctype>

namespace falco::matcher {

const char *name_of(ItemKind kind)
{
	switch (kind) {
	case ItemKind::list:
		return "list";
	case ItemKind::macro:
		return "macro";
	case ItemKind::rule:
		break;
	}
	return "rule";
}

Word Word::from(const yaml::Node &scalar)
{
	if (auto inside = unquote(scalar.text)) {
		return {*std::move(inside), true, scalar.place};
	}
	return {scalar.text, false, scalar.place};
}

int parse_priority(const std::string &text)
{
	if (text.empty()) {
		return -1;
	}
	for (size_t priority = 0; priority < priority_names().size(); priority++) {
		const std::string &name = priority_names()[priority];
		if (text.size() <= name.size() &&
		    std::equal(text.begin(), text.end(), name.begin(),
			       [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; })) {
			return static_cast<int>(priority);
		}
	}
	return -1;
}

std::vector<std::string> names_in(const std::map<std::string, size_t> &items)
{
	std::vector<std::string> all;
	all.reserve(items.size());
	for (const auto &item : items) {
		all.push_back(item.first);
	}
	return all;
}

const std::vector<std::string> &priority_names()
{
	static const std::vector<std::string> names = {"emergency", "alert",  "critical",      "error",
						       "warning",   "notice", "informational", "debug"};
	return names;
}

} // namespace falco::matcher
