// SPDX-License-Identifier: Apache-2.0
//
// What a scalar means: YAML 1.2's core schema.
#include "common/yaml_tree.hpp"

#include <charconv>

namespace falco::yaml {
namespace {

bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

// Digits from `offset` on; how many.
size_t digits(std::string_view text, size_t offset)
{
	size_t end = offset;
	while (end < text.size() && is_digit(text[end]))
		++end;
	return end - offset;
}

// [-+]? ( [0-9]+ ( . [0-9]* )? | . [0-9]+ ) ( [eE] [-+]? [0-9]+ )?
bool looks_like_float(std::string_view text)
{
	size_t i = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
	const size_t whole = digits(text, i);
	i += whole;
	if (i < text.size() && text[i] == '.') {
		const size_t fraction = digits(text, i + 1);
		if (whole == 0 && fraction == 0) return false;
		i += 1 + fraction;
	} else if (whole == 0) {
		return false;
	}
	if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
		++i;
		if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
		const size_t exponent = digits(text, i);
		if (exponent == 0) return false;
		i += exponent;
	}
	return i == text.size();
}

template <typename Number>
bool convert(std::string_view text, Number &number, int base)
{
	const char *end = text.data() + text.size();
	const auto result = std::from_chars(text.data(), end, number, base);
	return result.ec == std::errc() && result.ptr == end && !text.empty();
}

// An integer that no 64-bit type holds is left to looks_like_float.
bool to_integer(std::string_view text, nlohmann::json &value)
{
	uint64_t natural;
	if (text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'o')) {
		if (!convert(text.substr(2), natural, text[1] == 'x' ? 16 : 8)) return false;
		value = natural;
		return true;
	}
	if (!text.empty() && text[0] == '+') {
		text.remove_prefix(1);
		if (text.empty() || !is_digit(text[0])) return false;
	}
	int64_t integer;
	if (convert(text, integer, 10)) {
		value = integer;
		return true;
	}
	if (convert(text, natural, 10)) {
		value = natural;
		return true;
	}
	return false;
}

nlohmann::json to_json_scalar(const Node &node)
{
	const std::string_view text = node.text;
	if (node.quoted) return node.text;
	if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return nullptr;
	if (text == "true" || text == "True" || text == "TRUE") return true;
	if (text == "false" || text == "False" || text == "FALSE") return false;

	nlohmann::json value;
	if (to_integer(text, value)) return value;
	if (looks_like_float(text)) {
		const std::string_view unsigned_part = text[0] == '+' ? text.substr(1) : text;
		double number;
		const char *end = unsigned_part.data() + unsigned_part.size();
		if (std::from_chars(unsigned_part.data(), end, number).ec == std::errc()) return number;
	}
	// .inf, .nan and what no double holds stay text: JSON has no such numbers, and a schema that wants a number
	// then refuses them, where null would pass for "not given".
	return node.text;
}

} // namespace

nlohmann::json to_json(const Node &node)
{
	switch (node.kind) {
	case Kind::null:
		return nullptr;
	case Kind::scalar:
		return to_json_scalar(node);
	case Kind::sequence: {
		nlohmann::json list = nlohmann::json::array();
		for (const Node &item : node.items)
			list.push_back(to_json(item));
		return list;
	}
	case Kind::map: {
		nlohmann::json map = nlohmann::json::object();
		for (const Entry &entry : node.entries)
			map[entry.key] = to_json(entry.value);
		return map;
	}
	}
	return nullptr;
}

const char *describe_kind(const Node &node)
{
	if (node.kind == Kind::sequence) return "a list";
	if (node.kind == Kind::map) return "a map";
	const nlohmann::json value = to_json(node);
	if (value.is_null()) return "empty";
	if (value.is_boolean()) return "a boolean";
	if (value.is_number()) return "a number";
	return "text";
}

} // namespace falco::yaml
