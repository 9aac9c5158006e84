// SPDX-License-Identifier: Apache-2.0
//
// Bytes from events as text that is safe on one line of a terminal or a log. An event's bytes are whatever the watched
// program chose: a file name may hold a line break that forges an alert, or a sequence that drives the terminal of
// whoever reads the log. The same text goes to every channel:
//   line feed, carriage return, tab             \n \r \t
//   other control characters (C0, DEL, C1)      \xNN for each of their bytes, lower case
//   bytes that are not well-formed UTF-8        \xNN each
// A backslash stays as it is: doubling it would change every Windows-like path and every pattern in a command line.
// Escapes are therefore for people to read, not for programs to undo; JSON's output_fields are for programs.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace falco::host {

// Bytes of the well-formed UTF-8 character that `text` begins with; 0 when it begins with something else.
size_t utf8_length(std::string_view text);

// Appends `text` escaped. What would make more than `limit` bytes is left out; neither a character nor an escape is
// ever cut in two. Returns how many bytes were appended.
size_t append_escaped(std::string &out, std::string_view text, size_t limit = std::string::npos);

std::string escaped(std::string_view text);

// The same as one value in a text: padded with spaces or cut to `width` bytes; 0: as it is.
void append_value(std::string &out, std::string_view text, unsigned width);

// True when escaping would change nothing.
bool is_clean(std::string_view text);

} // namespace falco::host
