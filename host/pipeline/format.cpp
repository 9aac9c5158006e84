// SPDX-License-Identifier: Apache-2.0
#include "host/pipeline/format.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <ctime>

namespace falco::host {

namespace {

constexpr uint64_t kSecond = 1'000'000'000;

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

void append_clock(std::string &out, uint64_t time_ns)
{
	const auto seconds = static_cast<time_t>(time_ns / kSecond);
	tm local{};
	localtime_r(&seconds, &local);
	append_format(out, "%02d:%02d:%02d.%09u", local.tm_hour, local.tm_min, local.tm_sec,
		      static_cast<unsigned>(time_ns % kSecond));
}

void append_iso_8601(std::string &out, uint64_t time_ns)
{
	const auto seconds = static_cast<time_t>(time_ns / kSecond);
	tm utc{};
	gmtime_r(&seconds, &utc);
	append_format(out, "%04d-%02d-%02dT%02d:%02d:%02d.%09u", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
		      utc.tm_hour, utc.tm_min, utc.tm_sec, static_cast<unsigned>(time_ns % kSecond));
}

void append_json_string(std::string &out, std::string_view text)
{
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
