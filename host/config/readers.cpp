// SPDX-License-Identifier: Apache-2.0
#include "host/config/readers.hpp"

#include "host/config/messages.hpp"

#include <falco/plugin.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <iterator>
#include <utility>

namespace falco::host::config {
namespace {

using yaml::Kind;
using yaml::Node;

std::string lower_case(std::string text)
{
	for (char &c : text)
		c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
	return text;
}

// "a, b or c"
std::string join_choices(const std::vector<std::string> &choices)
{
	std::string text;
	for (size_t i = 0; i < choices.size(); ++i) {
		if (i > 0) text += i + 1 == choices.size() ? " or " : ", ";
		text += choices[i];
	}
	return text;
}

bool parse_integer(std::string_view text, int64_t &number, std::string_view *rest = nullptr)
{
	const char *end = text.data() + text.size();
	const auto result = std::from_chars(text.data(), end, number);
	if (result.ec != std::errc()) return false;
	if (rest) *rest = text.substr(static_cast<size_t>(result.ptr - text.data()));
	return rest || result.ptr == end;
}

} // namespace

bool read_bool(const Node &node, const std::string &key)
{
	const std::string text = node.kind == Kind::scalar ? lower_case(node.text) : std::string();
	if (text == "true" || text == "yes" || text == "on") return true;
	if (text == "false" || text == "no" || text == "off") return false;
	throw wrong_value(node, key, "true or false");
}

std::string read_text(const Node &node, const std::string &key, const std::string &expected)
{
	if (node.kind == Kind::scalar && !node.text.empty()) return node.text;
	throw wrong_value(node, key, expected);
}

int64_t read_integer(const Node &node, const std::string &key, int64_t smallest, int64_t largest,
		     const std::string &unit)
{
	int64_t number;
	if (node.kind == Kind::scalar && !node.quoted && parse_integer(node.text, number) && number >= smallest &&
	    number <= largest) {
		return number;
	}
	const std::string what = unit.empty() ? "a whole number" : "a whole number of " + unit;
	throw wrong_value(node, key, what + " from " + std::to_string(smallest) + " to " + std::to_string(largest));
}

double read_number(const Node &node, const std::string &key, double smallest, double largest)
{
	double number;
	if (node.kind == Kind::scalar && !node.quoted) {
		const char *end = node.text.data() + node.text.size();
		const auto result = std::from_chars(node.text.data(), end, number);
		// A comparison with NaN is false.
		if (result.ec == std::errc() && result.ptr == end && number >= smallest && number <= largest)
			return number;
	}
	const auto text = [](double limit) {
		char buffer[32];
		return std::string(buffer, std::to_chars(buffer, std::end(buffer), limit).ptr);
	};
	throw wrong_value(node, key, "a number from " + text(smallest) + " to " + text(largest));
}

std::chrono::milliseconds read_duration(const Node &node, const std::string &key)
{
	static const std::pair<const char *, int64_t> kUnits[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}};
	constexpr int64_t kWeek = int64_t{7} * 24 * 3600 * 1000;
	int64_t number;
	std::string_view unit;
	if (node.kind == Kind::scalar && parse_integer(node.text, number, &unit) && number >= 0) {
		for (const auto &[name, factor] : kUnits) {
			if (unit != name && !(unit.empty() && factor == 1000)) continue;
			if (number <= kWeek / factor) return std::chrono::milliseconds(number * factor);
		}
	}
	throw wrong_value(node, key, "a time such as 60s, 500ms, 2m or 1h, a week at most");
}

size_t read_choice(const Node &node, const std::string &key, const std::vector<std::string> &choices)
{
	if (node.kind == Kind::scalar) {
		const auto found = std::find(choices.begin(), choices.end(), lower_case(node.text));
		if (found != choices.end()) return static_cast<size_t>(found - choices.begin());
	}
	throw wrong_value(node, key, join_choices(choices));
}

std::vector<std::string> read_texts(const Node &node, const std::string &key, const std::string &expected)
{
	if (node.kind != Kind::sequence) return {read_text(node, key, expected)};
	std::vector<std::string> texts;
	for (size_t i = 0; i < node.items.size(); ++i) {
		const std::string item_key = key + '[' + std::to_string(i) + ']';
		texts.push_back(read_text(node.items[i], item_key, "text"));
	}
	return texts;
}

int read_priority(const Node &node, const std::string &key)
{
	static const std::vector<std::string> kNames = {"emergency", "alert",  "critical",      "error",
							"warning",   "notice", "informational", "debug"};
	const std::string text = node.kind == Kind::scalar ? lower_case(node.text) : std::string();
	for (size_t i = 0; i < kNames.size() && !text.empty(); ++i) {
		if (kNames[i].compare(0, text.size(), text) == 0) return static_cast<int>(i);
	}
	throw wrong_value(node, key, join_choices(kNames));
}

int read_log_level(const Node &node, const std::string &key)
{
	// The last two are not among what messages name: one is another spelling, one is for who writes plugins.
	static const std::vector<std::pair<std::string, int>> kLevels = {
		{"emergency", FALCO_LOG_CRITICAL}, {"alert", FALCO_LOG_CRITICAL}, {"critical", FALCO_LOG_CRITICAL},
		{"error", FALCO_LOG_ERROR},        {"warning", FALCO_LOG_WARN},   {"notice", FALCO_LOG_INFO},
		{"info", FALCO_LOG_INFO},          {"debug", FALCO_LOG_DEBUG},    {"informational", FALCO_LOG_INFO},
		{"trace", FALCO_LOG_TRACE}};
	const std::string text = node.kind == Kind::scalar ? lower_case(node.text) : std::string();
	std::vector<std::string> names;
	for (const auto &[name, level] : kLevels) {
		if (name == text) return level;
		if (names.size() + 2 < kLevels.size()) names.push_back(name);
	}
	throw wrong_value(node, key, join_choices(names));
}

std::string read_sha256(const Node &node, const std::string &key)
{
	const std::string text = node.kind == Kind::scalar ? lower_case(node.text) : std::string();
	if (text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos) return text;
	throw wrong_value(node, key, "64 hexadecimal digits, as sha256sum prints them");
}

} // namespace falco::host::config
