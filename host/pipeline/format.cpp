// SPDX-License-Identifier: Apache-2.0
#include "host/pipeline/format.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <ctime>

namespace falco::host {

namespace {

constexpr uint64_t kSecond = 1'000'000'000;

// Both return where what they wrote ends.
char *put_digits(char *at, uint64_t value, int count)
{
	for (int i = count - 1; i >= 0; --i, value /= 10)
		at[i] = static_cast<char>('0' + value % 10);
	return at + count;
}

// "16:47:44"
char *put_time_of_day(char *at, const tm &time)
{
	at = put_digits(at, static_cast<uint64_t>(time.tm_hour), 2);
	*at++ = ':';
	at = put_digits(at, static_cast<uint64_t>(time.tm_min), 2);
	*at++ = ':';
	return put_digits(at, static_cast<uint64_t>(time.tm_sec), 2);
}

// Whether JSON's string of it is the text itself in quotes.
bool is_plain_in_json(std::string_view text)
{
	return std::all_of(text.begin(), text.end(),
			   [](char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; });
}

template <typename... Args>
void append_format(std::string &out, const char *format, Args... args)
{
	char buffer[96];
	const int size = std::snprintf(buffer, sizeof buffer, format, args...);
	if (size > 0) out.append(buffer, std::min(static_cast<size_t>(size), sizeof buffer - 1));
}

} // namespace

LineStyle line_style(Format format, bool bare)
{
	if (format == Format::json) return bare ? LineStyle::bare_json : LineStyle::json;
	return bare ? LineStyle::bare_text : LineStyle::text;
}

void LocalClock::append(std::string &out, uint64_t time_ns)
{
	const auto second = static_cast<time_t>(time_ns / kSecond);
	if (second != second_) {
		tm local{};
		localtime_r(&second, &local);
		put_time_of_day(text_, local);
		text_[8] = '.';
		second_ = second;
	}
	char *const end = put_digits(text_ + 9, time_ns % kSecond, 9);
	out.append(text_, end);
}

void append_clock(std::string &out, uint64_t time_ns)
{
	LocalClock().append(out, time_ns);
}

void append_iso_8601(std::string &out, uint64_t time_ns)
{
	const auto seconds = static_cast<time_t>(time_ns / kSecond);
	tm utc{};
	gmtime_r(&seconds, &utc);
	char text[32];
	char *at = put_digits(text, static_cast<uint64_t>(utc.tm_year) + 1900, 4);
	*at++ = '-';
	at = put_digits(at, static_cast<uint64_t>(utc.tm_mon) + 1, 2);
	*at++ = '-';
	at = put_digits(at, static_cast<uint64_t>(utc.tm_mday), 2);
	*at++ = 'T';
	at = put_time_of_day(at, utc);
	*at++ = '.';
	at = put_digits(at, time_ns % kSecond, 9);
	out.append(text, at);
}

void append_json_string(std::string &out, std::string_view text)
{
	if (is_plain_in_json(text)) {
		out.append(1, '"').append(text).append(1, '"');
		return;
	}
	const std::string dumped = nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
	for (size_t i = 0; i < dumped.size(); ++i) {
		const auto byte = static_cast<unsigned char>(dumped[i]);
		if (byte == 0x7f) {
			out += "\\u007f";
		} else if (byte == 0xc2 && static_cast<unsigned char>(dumped[i + 1]) < 0xa0) {
			append_format(out, "\\u%04x", static_cast<unsigned>(static_cast<unsigned char>(dumped[++i])));
		} else {
			out += dumped[i];
		}
	}
}

} // namespace falco::host
