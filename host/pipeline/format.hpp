// SPDX-License-Identifier: Apache-2.0
//
// How alerts become text: the user's choices, and the small pieces that text lines and JSON are made of.
#pragma once

#include "host/config/config.hpp"

#include <cstdint>
#include <ctime>
#include <map>
#include <string>
#include <string_view>

namespace falco::host {

// The same for all outputs but for text/JSON and bare.
struct FormatOptions {
	JsonKeys json_keys;
	bool iso_8601 = false; // times as 2016-06-06T23:47:44.080226697+0000 in text lines
	std::string hostname;
	std::map<std::string, std::string> static_fields; // `"NAME":` to a JSON string, in all output_fields
};

// The forms of `line` that outputs ask for. Bare: without time and priority, for channels that have their own.
enum class LineStyle { text, bare_text, json, bare_json };

LineStyle line_style(Format format, bool bare);

// Writes "16:47:44.080226697", local time. Remembers the last second: most alerts of a burst share it, and the C
// library takes a lock to tell its local time.
class LocalClock {
public:
	void append(std::string &out, uint64_t time_ns);

private:
	time_t second_ = -1;
	char text_[18] = {};
};

// The same, once.
void append_clock(std::string &out, uint64_t time_ns);

// "2016-06-06T23:47:44.080226697", UTC, without a zone.
void append_iso_8601(std::string &out, uint64_t time_ns);

// `text` as a JSON string with its quotes. Invalid UTF-8 becomes U+FFFD. DEL and C1 are escaped though JSON allows
// them: a JSON line may be shown on a terminal, too.
void append_json_string(std::string &out, std::string_view text);

} // namespace falco::host
