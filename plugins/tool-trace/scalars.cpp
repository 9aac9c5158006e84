// SPDX-License-Identifier: Apache-2.0
#include "common/nearest.hpp"
#include "common/yaml_text.hpp"
#include "param_value.hpp"

#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace falco::trace_tool {

namespace {

constexpr int kLastErrno = 133;

// The whole text as a number; false: it is none, or too large.
bool parse_number(const std::string &text, std::int64_t &number)
{
	std::string digits = text;
	const std::size_t sign = digits.empty() || (digits[0] != '-' && digits[0] != '+') ? 0 : 1;
	if (digits.compare(sign, 2, "0o") == 0) digits.erase(sign + 1, 1); // YAML 1.2's way to write octal
	if (digits.size() == sign || std::isdigit(static_cast<unsigned char>(digits[sign])) == 0) return false;
	char *end = nullptr;
	errno = 0;
	if (digits[0] == '-') {
		number = std::strtoll(digits.c_str(), &end, 0);
	} else {
		number = static_cast<std::int64_t>(std::strtoull(digits.c_str(), &end, 0));
	}
	return errno == 0 && *end == '\0';
}

bool parse_errno(const std::string &text, std::int64_t &number)
{
	for (int code = 1; code <= kLastErrno; ++code) {
		const char *const name = strerrorname_np(code);
		if (name && text == name) {
			number = -code;
			return true;
		}
	}
	return false;
}

std::string found(const yaml::Node &node)
{
	return node.kind == yaml::Kind::scalar ? "'" + node.text + "'" : yaml::describe_kind(node);
}

} // namespace

const std::string &read_text(const yaml::Node &node, const std::string &what)
{
	if (node.kind != yaml::Kind::scalar)
		throw yaml::Error(node.place, what + " must be text, found " + yaml::describe_kind(node));
	return node.text;
}

std::int64_t read_number(const yaml::Node &node, const std::string &what, std::int64_t minimum, std::int64_t maximum)
{
	std::int64_t number = 0;
	if (node.kind != yaml::Kind::scalar || !parse_number(node.text, number))
		throw yaml::Error(node.place, what + " must be a whole number, found " + found(node));
	if (number < minimum || number > maximum)
		throw yaml::Error(node.place, what + " must be from " + std::to_string(minimum) + " to " +
						      std::to_string(maximum) + ", found " + found(node));
	return number;
}

std::int64_t read_result(const yaml::Node &node, const std::string &what)
{
	std::int64_t number = 0;
	if (node.kind == yaml::Kind::scalar && (parse_number(node.text, number) || parse_errno(node.text, number)))
		return number;
	throw yaml::Error(node.place,
			  what + " must be a number or the name of an error like ENOENT, found " + found(node));
}

std::uint64_t read_flags(const yaml::Node &node, const std::string &what, const ppm_name_value *names)
{
	std::uint64_t flags = 0;
	const std::string &text = read_text(node, what);
	for (std::size_t begin = 0; begin <= text.size();) {
		const std::size_t end = std::min(text.find('|', begin), text.size());
		std::string part = text.substr(begin, end - begin);
		part.erase(0, part.find_first_not_of(' '));
		part.erase(part.find_last_not_of(' ') + 1);
		std::vector<std::string> known;
		std::int64_t number = 0;
		bool is_known = parse_number(part, number);
		for (const ppm_name_value *name = names; !is_known && name && name->name; ++name) {
			known.emplace_back(name->name);
			is_known = part == name->name;
			number = name->value;
		}
		if (!is_known)
			throw yaml::Error(node.place, what + (known.empty() ? " must be a number" : " has no flag") +
							      ", found '" + part + "'" + did_you_mean(part, known));
		flags |= static_cast<std::uint64_t>(number);
		begin = end + 1;
	}
	return flags;
}

bool is_utf8(const std::string &text)
{
	for (std::size_t at = 0; at < text.size();) {
		const std::size_t length = yaml::utf8_length(text, at);
		if (length == 0) return false;
		at += length;
	}
	return true;
}

std::string yaml_text(const std::string &text)
{
	static const char *const safe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+@=";
	const bool begins_well =
		!text.empty() && (std::isalpha(static_cast<unsigned char>(text[0])) != 0 || text[0] == '/');
	if (begins_well && text.find_first_not_of(safe) == std::string::npos) {
		yaml::Node node;
		node.kind = yaml::Kind::scalar;
		node.text = text;
		if (yaml::to_json(node).is_string()) return text; // not null, true or the like
	}
	return nlohmann::json(text).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

std::string yaml_hex(const std::string &bytes)
{
	static const char *const digits = "0123456789abcdef";
	std::string text = "{hex: \"";
	for (const char c : bytes) {
		text += digits[static_cast<unsigned char>(c) >> 4];
		text += digits[static_cast<unsigned char>(c) & 15];
	}
	return text + "\"}";
}

} // namespace falco::trace_tool
