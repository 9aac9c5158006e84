// SPDX-License-Identifier: Apache-2.0
//
// From an offset in a scalar's decoded text to line and column of the file. Text and source are walked side by side:
// quoted and plain scalars by their own folding rules, block scalars by what is common to both styles, that everything
// but white space stands in the text as it does in the file.
#include "common/yaml_documents.hpp"
#include "common/yaml_text.hpp"

#include <algorithm>

namespace falco::yaml {
namespace {

bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

bool is_space(char c)
{
	return is_blank(c) || c == '\n' || c == '\r';
}

// A run of white space: [begin, end).
struct Run {
	size_t begin, end;
};

Run space_run(std::string_view text, size_t begin)
{
	size_t end = begin;
	while (end < text.size() && is_space(text[end]))
		++end;
	return {begin, end};
}

size_t count_breaks(std::string_view text, Run run)
{
	const auto first = text.begin() + static_cast<ptrdiff_t>(run.begin);
	return static_cast<size_t>(std::count(first, first + static_cast<ptrdiff_t>(run.end - run.begin), '\n'));
}

// Where the run's break number `index` is, from 0; its end when there are fewer.
size_t find_break(std::string_view text, Run run, size_t index)
{
	for (size_t i = run.begin; i < run.end; ++i) {
		if (text[i] != '\n') continue;
		if (index-- == 0) return i > run.begin && text[i - 1] == '\r' ? i - 1 : i;
	}
	return run.end;
}

// An escape of a double-quoted scalar: its length in the file and in the text.
struct Escape {
	size_t written, decoded;
};

Escape measure_escape(std::string_view source, size_t offset)
{
	const char kind = offset + 1 < source.size() ? source[offset + 1] : '\\';
	const size_t digits = kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
	if (digits == 0) {
		const size_t decoded = kind == 'N' || kind == '_' ? 2 : kind == 'L' || kind == 'P' ? 3 : 1;
		return {2, decoded};
	}
	uint32_t point = 0;
	for (size_t i = offset + 2; i < std::min(source.size(), offset + 2 + digits); ++i) {
		const char c = source[i];
		const int digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
		point = point << 4 | static_cast<uint32_t>(digit & 0xf);
	}
	return {2 + digits, point < 0x80 ? 1u : point < 0x800 ? 2u : point < 0x10000 ? 3u : 4u};
}

// Plain and quoted scalars. `source_at` is the first character of the content.
size_t locate_in_flow(std::string_view source, size_t source_at, char quote, std::string_view text, size_t offset)
{
	size_t at = 0; // in text
	bool continued = false;
	// At the offset itself, a line that is continued there has to be followed to where the text goes on.
	while (source_at < source.size() && (at < offset || continued || (quote == '"' && source[source_at] == '\\'))) {
		const char c = source[source_at];
		if (is_space(c)) {
			const Run run = space_run(source, source_at);
			const size_t breaks = count_breaks(source, run);
			if (breaks == 0 && !continued) {
				const size_t width = std::min(run.end - run.begin, offset - at);
				source_at += width;
				at += width;
				continue;
			}
			const size_t folded = breaks > 1 ? breaks - 1 : breaks == 1 && !continued ? 1 : 0;
			if (at + folded > offset) return find_break(source, run, offset - at);
			at += folded;
			source_at = run.end;
			continued = false;
		} else if (quote == '"' && c == '\\') {
			const size_t next = source_at + 1;
			if (next < source.size() && (source[next] == '\n' || source[next] == '\r')) {
				// The line goes on: white space after the break is not part of the text.
				continued = true;
				source_at = next;
				continue;
			}
			const Escape escape = measure_escape(source, source_at);
			if (at + escape.decoded > offset) return source_at;
			at += escape.decoded;
			source_at += escape.written;
		} else {
			if (at >= text.size()) break;
			source_at += quote == '\'' && c == '\'' ? 2 : 1;
			++at;
		}
	}
	return std::min(source_at, source.size());
}

// Literal and folded scalars. `source_at` is the indicator.
size_t locate_in_block(std::string_view source, size_t source_at, std::string_view text, size_t offset)
{
	source_at = std::min(source.find('\n', source_at), source.size() - 1) + 1;
	size_t at = 0;
	while (at < text.size() && source_at < source.size()) {
		if (!is_space(text[at])) {
			source_at = space_run(source, source_at).end;
			while (at < text.size() && !is_space(text[at])) {
				if (at == offset) return source_at;
				++at;
				++source_at;
			}
			continue;
		}
		const Run in_text = space_run(text, at);
		const Run in_source = space_run(source, source_at);
		if (offset < in_text.end) {
			const Run before = {in_text.begin, offset};
			const Run rest = {offset, in_text.end};
			const bool at_start = in_text.begin == 0;
			if (text[offset] == '\n') return find_break(source, in_source, count_breaks(text, before));
			// Blanks in front of a line's text align with it, others with what stands before them.
			if (count_breaks(text, rest) == 0 && (at_start || count_breaks(text, in_text) > 0) &&
			    in_text.end < text.size()) {
				const size_t distance = in_text.end - offset;
				return in_source.end - std::min(distance, in_source.end - in_source.begin);
			}
			return std::min(in_source.begin + (offset - in_text.begin), in_source.end);
		}
		at = in_text.end;
		source_at = in_source.end;
	}
	return std::min(source_at, source.size());
}

// One behind the last byte of the text that is not white space.
size_t trimmed_size(std::string_view text)
{
	size_t size = text.size();
	while (size > 0 && is_space(text[size - 1]))
		--size;
	return size;
}

Place place_at(std::string_view source, size_t offset, const Place &like)
{
	Place place = like;
	size_t line_begin = byte_order_mark(source);
	place.line = 1;
	for (size_t end; (end = source.find('\n', line_begin)) < offset; line_begin = end + 1)
		++place.line;
	place.column = static_cast<uint32_t>(offset - std::min(offset, line_begin) + 1);
	return place;
}

} // namespace

Place place_in_scalar(const Document &document, const Node &scalar, size_t offset)
{
	return scalar.kind == Kind::scalar ? place_in_scalar(document.text, scalar.place, scalar.text, offset)
					   : scalar.place;
}

Place place_in_scalar(std::string_view source, const Place &scalar, std::string_view text, size_t offset)
{
	if (scalar.line == 0 || text.empty()) return scalar;

	const size_t begin = skip_properties(source, offset_of(source, scalar.line, scalar.column));
	if (begin >= source.size()) return scalar;

	// The end of the text is where its last word ends: what follows in the file belongs to something else.
	const bool at_end = offset >= text.size() && trimmed_size(text) > 0;
	if (at_end) offset = trimmed_size(text) - 1;

	size_t found;
	const char first = source[begin];
	if (first == '|' || first == '>') {
		found = locate_in_block(source, begin, text, offset);
	} else if (first == '"' || first == '\'') {
		found = locate_in_flow(source, begin + 1, first, text, offset);
		if (at_end && first == '"' && found < source.size() && source[found] == '\\') {
			found += measure_escape(source, found).written - 1;
		}
	} else {
		found = locate_in_flow(source, begin, '\0', text, offset);
	}
	return place_at(source, at_end ? found + 1 : found, scalar);
}

} // namespace falco::yaml
