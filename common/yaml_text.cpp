// SPDX-License-Identifier: Apache-2.0
#include "common/yaml_text.hpp"

#include <cstdint>
#include <cstdio>

namespace falco::yaml {
namespace {

// yaml-cpp's scanner takes much memory for each.
constexpr size_t kMaxOpen = 10000;

uint8_t byte_at(std::string_view text, size_t offset)
{
	return static_cast<uint8_t>(text[offset]);
}

std::string hexadecimal(const char *format, unsigned value)
{
	char buffer[16];
	snprintf(buffer, sizeof buffer, format, value);
	return buffer;
}

bool is_blank_or_break(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

} // namespace

size_t utf8_length(std::string_view text, size_t offset)
{
	const uint8_t lead = byte_at(text, offset);
	if (lead < 0x80) return 1;

	size_t length;
	uint32_t point, smallest;
	if (lead >= 0xc2 && lead <= 0xdf) {
		length = 2, point = lead & 0x1f, smallest = 0x80;
	} else if (lead >= 0xe0 && lead <= 0xef) {
		length = 3, point = lead & 0x0f, smallest = 0x800;
	} else if (lead >= 0xf0 && lead <= 0xf4) {
		length = 4, point = lead & 0x07, smallest = 0x10000;
	} else {
		return 0;
	}
	if (text.size() - offset < length) return 0;
	for (size_t i = 1; i < length; ++i) {
		const uint8_t next = byte_at(text, offset + i);
		if ((next & 0xc0) != 0x80) return 0;
		point = point << 6 | (next & 0x3f);
	}
	const bool surrogate = point >= 0xd800 && point <= 0xdfff;
	return point < smallest || point > 0x10ffff || surrogate ? 0 : length;
}

std::optional<TextFault> find_text_fault(std::string_view text)
{
	size_t open = 0; // brackets, also those in quotes and comments: no sensible text opens so many without closing
	for (size_t i = 0; i < text.size();) {
		const uint8_t c = byte_at(text, i);
		if (c == '[' || c == '{') {
			if (++open > kMaxOpen)
				return TextFault{i, "nested too deeply: more than 10,000 brackets are open here"};
		} else if ((c == ']' || c == '}') && open > 0) {
			--open;
		}
		const size_t length = utf8_length(text, i);
		if (length == 0) {
			return TextFault{i, "the byte " + hexadecimal("0x%02x", c) +
						    " is no valid UTF-8; save the file in UTF-8"};
		}
		if (c == 0) return TextFault{i, "a NUL byte is not allowed; is this a text file in UTF-8?"};
		if (c == '\r' && (i + 1 == text.size() || text[i + 1] != '\n')) {
			return TextFault{i, "a carriage return without a line feed is not allowed; "
					    "save the file with Unix line ends"};
		}
		if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f) {
			return TextFault{i, "the control character " + hexadecimal("U+%04X", c) +
						    " is not allowed; write it as an escape in a double-quoted text"};
		}
		i += length;
	}
	return std::nullopt;
}

size_t byte_order_mark(std::string_view text)
{
	constexpr std::string_view kMark = "\xef\xbb\xbf";
	return text.substr(0, kMark.size()) == kMark ? kMark.size() : 0;
}

size_t offset_of(std::string_view text, size_t line, size_t column)
{
	size_t offset = byte_order_mark(text);
	for (; line > 1; --line) {
		const size_t end = text.find('\n', offset);
		if (end == std::string_view::npos) return text.size();
		offset = end + 1;
	}
	const size_t rest = text.size() - offset;
	return offset + (column - 1 < rest ? column - 1 : rest);
}

size_t skip_properties(std::string_view text, size_t offset)
{
	while (offset < text.size() && (text[offset] == '&' || text[offset] == '!')) {
		while (offset < text.size() && !is_blank_or_break(text[offset]) && text[offset] != '"')
			++offset;
		while (offset < text.size() && (is_blank_or_break(text[offset]) || text[offset] == '#')) {
			if (text[offset] == '#') {
				const size_t end = text.find('\n', offset);
				offset = end == std::string_view::npos ? text.size() : end;
			} else {
				++offset;
			}
		}
	}
	return offset;
}

size_t find_end_of_quoted(std::string_view text, size_t offset)
{
	const char quote = text[offset];
	for (size_t i = offset + 1; i < text.size(); ++i) {
		if (quote == '"' && text[i] == '\\') {
			++i;
		} else if (text[i] == quote) {
			if (quote == '\'' && i + 1 < text.size() && text[i + 1] == quote) {
				++i;
				continue;
			}
			return i + 1;
		}
	}
	return std::string_view::npos;
}

} // namespace falco::yaml
