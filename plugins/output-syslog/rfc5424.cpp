// SPDX-License-Identifier: Apache-2.0
#include "rfc5424.hpp"

#include <cstdio>
#include <ctime>
#include <unistd.h>

namespace {

constexpr uint64_t kSecond = 1000000000;
constexpr size_t kLongestHost = 255, kLongestMessageId = 32;

// A header field: printable ASCII without spaces, "-" when nothing is left.
std::string header(std::string_view text, size_t longest)
{
	std::string field;
	for (const char c : text.substr(0, longest))
		field += c > ' ' && c < '\x7f' ? c : '_';
	return field.empty() ? "-" : field;
}

void add_parameter(std::string &element, const char *name, std::string_view value)
{
	element += std::string(" ") + name + "=\"";
	for (const char c : value) {
		if (c == '"' || c == '\\' || c == ']') element += '\\';
		element += c;
	}
	element += '"';
}

} // namespace

std::string rfc3339(uint64_t time_ns)
{
	const auto seconds = static_cast<std::time_t>(time_ns / kSecond);
	tm utc{};
	gmtime_r(&seconds, &utc);
	char text[64];
	std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%06uZ", utc.tm_year + 1900, utc.tm_mon + 1,
		      utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec,
		      static_cast<unsigned>(time_ns % kSecond / 1000));
	return text;
}

std::string Rfc5424::message(const falco::Alert &alert) const
{
	const falco_alert &raw = alert.raw();
	std::string text = "<" + std::to_string(facility | alert.priority()) + ">1 " + rfc3339(alert.time_ns()) + ' ' +
			   header(raw.hostname, kLongestHost) + ' ' + app_name + ' ' + std::to_string(::getpid()) +
			   ' ' + header(raw.source, kLongestMessageId) + ' ';
	if (structured_data.empty()) {
		text += '-';
	} else {
		text += '[' + structured_data;
		add_parameter(text, "id", raw.id);
		add_parameter(text, "rule", raw.rule);
		add_parameter(text, "source", raw.source);
		for (const char *const *tag = raw.tags; *tag; ++tag)
			add_parameter(text, "tag", *tag);
		text += ']';
	}
	text += ' ';
	text += alert.line();
	return text;
}
