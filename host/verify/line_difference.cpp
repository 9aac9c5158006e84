// SPDX-License-Identifier: Apache-2.0
//
// By a longest common subsequence, found as Hirschberg does: halve one text, and find out where that cuts the other.
#include "host/verify/line_difference.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace falco::host {

namespace {

// Some lines of a text, one after the other.
template <typename Iterator>
struct Range {
	Iterator begin, end;
	size_t size() const { return static_cast<size_t>(end - begin); }
};
template <typename Iterator>
Range(Iterator, Iterator) -> Range<Iterator>;

using Line = std::vector<std::string>::const_iterator;

// How many lines `a` has in common with the first 0, 1, ... lines of `b`.
template <typename Iterator>
std::vector<uint32_t> common(Range<Iterator> a, Range<Iterator> b)
{
	std::vector<uint32_t> row(b.size() + 1);
	for (Iterator line = a.begin; line != a.end; ++line) {
		uint32_t diagonal = 0;
		for (size_t j = 1; j < row.size(); j++) {
			const uint32_t above = row[j];
			row[j] = *line == b.begin[static_cast<ptrdiff_t>(j) - 1] ? diagonal + 1
										 : std::max(above, row[j - 1]);
			diagonal = above;
		}
	}
	return row;
}

void append(std::string &out, char mark, Range<Line> lines)
{
	for (Line line = lines.begin; line != lines.end; ++line)
		out += mark + *line + "\n";
}

void append_difference(std::string &out, Range<Line> a, Range<Line> b)
{
	while (a.size() > 0 && b.size() > 0 && *a.begin == *b.begin) {
		++a.begin;
		++b.begin;
	}
	while (a.size() > 0 && b.size() > 0 && a.end[-1] == b.end[-1]) {
		--a.end;
		--b.end;
	}
	const Line same = a.size() == 1 ? std::find(b.begin, b.end, *a.begin) : b.end;
	if (same != b.end) {
		append(out, '+', {b.begin, same});
		append(out, '+', {same + 1, b.end});
		return;
	}
	if (a.size() < 2 || b.size() == 0) {
		append(out, '-', a);
		append(out, '+', b);
		return;
	}
	const Line half = a.begin + static_cast<ptrdiff_t>(a.size() / 2);
	const auto from_front = common(Range<Line>{a.begin, half}, b);
	const auto from_back = common(Range{std::make_reverse_iterator(a.end), std::make_reverse_iterator(half)},
				      Range{std::make_reverse_iterator(b.end), std::make_reverse_iterator(b.begin)});
	size_t cut = 0, best = 0;
	for (size_t j = 0; j <= b.size(); j++) {
		const size_t both = size_t{from_front[j]} + from_back[b.size() - j];
		if (both > best) {
			best = both;
			cut = j;
		}
	}
	const Line where = b.begin + static_cast<ptrdiff_t>(cut);
	append_difference(out, {a.begin, half}, {b.begin, where});
	append_difference(out, {half, a.end}, {where, b.end});
}

} // namespace

std::vector<std::string> lines_in(const std::string &text)
{
	std::vector<std::string> lines;
	size_t begin = 0;
	while (begin < text.size()) {
		const size_t end = std::min(text.find('\n', begin), text.size());
		lines.push_back(text.substr(begin, end - begin));
		begin = end + 1;
	}
	return lines;
}

std::string line_difference(const std::string &before, const std::string &after)
{
	const auto a = lines_in(before), b = lines_in(after);
	std::string out;
	append_difference(out, {a.begin(), a.end()}, {b.begin(), b.end()});
	return out;
}

} // namespace falco::host
