// SPDX-License-Identifier: Apache-2.0
#include "host/pipeline/escape.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace falco::host {

namespace {

bool is_plain(char c)
{
	return c >= 0x20 && c < 0x7f;
}

size_t plain_prefix(std::string_view text)
{
	size_t size = 0;
	// Eight bytes at a time: those below 0x20 borrow, those above 0x7e carry, into their highest bit.
	constexpr uint64_t kEach = 0x0101010101010101, kHighest = 0x80 * kEach;
	for (uint64_t eight; text.size() - size >= sizeof eight; size += sizeof eight) {
		std::memcpy(&eight, text.data() + size, sizeof eight);
		if (((eight | (eight - 0x20 * kEach) | (eight + kEach)) & kHighest) != 0) break;
	}
	while (size < text.size() && is_plain(text[size]))
		++size;
	return size;
}

// A character, or bytes that must be escaped together.
struct Unit {
	size_t size;
	bool clean;
};

Unit next_unit(std::string_view text)
{
	if (is_plain(text.front())) return {1, true};
	const size_t size = utf8_length(text);
	if (size < 2) return {1, false};
	const bool c1 = text[0] == '\xc2' && static_cast<unsigned char>(text[1]) < 0xa0;
	return {size, !c1};
}

std::string escape_of(std::string_view bytes)
{
	if (bytes == "\n") return "\\n";
	if (bytes == "\r") return "\\r";
	if (bytes == "\t") return "\\t";
	static constexpr char digits[] = "0123456789abcdef";
	std::string out;
	for (const char c : bytes) {
		const auto byte = static_cast<unsigned char>(c);
		out += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
	}
	return out;
}

} // namespace

size_t utf8_length(std::string_view text)
{
	const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
	if (text.empty()) return 0;
	const unsigned lead = byte(0);
	if (lead < 0x80) return 1;
	const size_t size = lead >= 0xc2 && lead <= 0xdf   ? 2
			    : (lead & 0xf0) == 0xe0        ? 3
			    : lead >= 0xf0 && lead <= 0xf4 ? 4
							   : 0;
	if (size == 0 || text.size() < size) return 0;
	for (size_t i = 1; i < size; ++i) {
		if ((byte(i) & 0xc0) != 0x80) return 0;
	}
	// Longer than need be, a surrogate, or beyond the last code point.
	const unsigned second = byte(1);
	if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f)) return 0;
	if ((lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f)) return 0;
	return size;
}

size_t append_escaped(std::string &out, std::string_view text, size_t limit)
{
	const size_t begin = out.size();
	while (!text.empty()) {
		const size_t room = limit - (out.size() - begin);
		if (const size_t plain = plain_prefix(text); plain > 0) {
			out.append(text.substr(0, std::min(plain, room)));
			if (plain >= room) break;
			text.remove_prefix(plain);
			continue;
		}
		const Unit unit = next_unit(text);
		const std::string_view bytes = text.substr(0, unit.size);
		const std::string escape = unit.clean ? std::string(bytes) : escape_of(bytes);
		if (escape.size() > room) break;
		out += escape;
		text.remove_prefix(unit.size);
	}
	return out.size() - begin;
}

std::string escaped(std::string_view text)
{
	std::string out;
	append_escaped(out, text);
	return out;
}

bool is_clean(std::string_view text)
{
	for (text.remove_prefix(plain_prefix(text)); !text.empty(); text.remove_prefix(plain_prefix(text))) {
		const Unit unit = next_unit(text);
		if (!unit.clean) return false;
		text.remove_prefix(unit.size);
	}
	return true;
}

void append_value(std::string &out, std::string_view text, unsigned width)
{
	if (width == 0) {
		if (plain_prefix(text) == text.size())
			out.append(text); // nearly always
		else
			append_escaped(out, text);
	} else {
		out.append(width - append_escaped(out, text, width), ' ');
	}
}

} // namespace falco::host
