// SPDX-License-Identifier: Apache-2.0
#include "list_lexer.hpp"

#include <libsinsp/filter/escaping.h>
#include <libsinsp/sinsp_exception.h>

#include <algorithm>

namespace falco::matcher {

namespace {

constexpr const char *kBlank = " \t\b\r\n";
constexpr const char *kEndOfBare = "()\"'=, \t\n\v\f\r";

size_t skip_blank(const std::string &text, size_t offset)
{
	return std::min(text.find_first_not_of(kBlank, offset), text.size());
}

bool is_quote(const std::string &text, size_t offset)
{
	return offset < text.size() && (text[offset] == '"' || text[offset] == '\'');
}

// Behind the quote that ends the quoted text at `offset`; npos when none does. As in libsinsp a quote behind a
// backslash never ends it, whatever stands before that.
size_t end_of_quoted(const std::string &text, size_t offset)
{
	for (size_t i = offset + 1; i < text.size(); i++) {
		if (text[i] == text[offset] && text[i - 1] != '\\') {
			return i + 1;
		}
	}
	return std::string::npos;
}

} // namespace

std::optional<std::string> unquote(const std::string &text)
{
	if (!is_quote(text, 0) || end_of_quoted(text, 0) != text.size()) {
		return std::nullopt;
	}
	try {
		return libsinsp::filter::unescape_str(text);
	} catch (const sinsp_exception &) {
		return std::nullopt; // an escape that does not exist: taken as it stands
	}
}

std::optional<std::vector<WrittenItem>> read_list_expression(const std::string &text, size_t offset, size_t *behind)
{
	if (offset >= text.size() || text[offset] != '(') {
		return std::nullopt;
	}
	std::vector<WrittenItem> items;
	size_t at = offset;
	do {
		at = skip_blank(text, at + 1);
		const bool quoted = is_quote(text, at);
		const size_t end =
			quoted ? end_of_quoted(text, at) : std::min(text.find_first_of(kEndOfBare, at), text.size());
		if (end == std::string::npos) {
			return std::nullopt;
		}
		if (end == at) { // nothing, which only an empty list may have
			break;
		}
		std::string item = text.substr(at, end - at);
		items.push_back({at, quoted, quoted ? unquote(item).value_or(item) : std::move(item)});
		at = skip_blank(text, end);
	} while (at < text.size() && text[at] == ',');
	if (at >= text.size() || text[at] != ')') {
		return std::nullopt;
	}
	if (behind) {
		*behind = at + 1;
	}
	return items;
}

} // namespace falco::matcher
