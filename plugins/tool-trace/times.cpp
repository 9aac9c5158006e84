// SPDX-License-Identifier: Apache-2.0
#include "times.hpp"

#include "param_value.hpp"

#include <cstdio>
#include <ctime>

namespace falco::trace_tool {

namespace {

constexpr std::uint64_t kSecond = 1000000000;

// Up to nine digits behind a point as nanoseconds.
std::uint64_t fraction(const std::string &digits)
{
	std::string nine = digits.substr(0, 9);
	nine.resize(9, '0');
	return std::stoull(nine);
}

bool are_digits(const std::string &text)
{
	return !text.empty() && text.size() <= 19 && text.find_first_not_of("0123456789") == std::string::npos;
}

} // namespace

std::uint64_t read_time(const yaml::Node &node, const std::string &what)
{
	const std::string &text = read_text(node, what);
	if (are_digits(text)) return std::stoull(text);
	std::tm parts{};
	const char *const rest = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
	std::string tail = rest ? rest : "";
	std::uint64_t nanoseconds = 0;
	if (tail.size() > 2 && tail[0] == '.' && are_digits(tail.substr(1, tail.size() - 2))) {
		nanoseconds = fraction(tail.substr(1, tail.size() - 2));
		tail = tail.substr(tail.size() - 1);
	}
	const std::time_t seconds = timegm(&parts);
	if (tail != "Z" || seconds < 0)
		throw yaml::Error(node.place, what + " must be a time like 2016-06-06T23:47:44Z, found '" + text + "'");
	return static_cast<std::uint64_t>(seconds) * kSecond + nanoseconds;
}

std::string time_text(std::uint64_t time)
{
	const auto seconds = static_cast<std::time_t>(time / kSecond);
	std::tm parts{};
	gmtime_r(&seconds, &parts);
	char date[32], text[64];
	std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &parts);
	std::snprintf(text, sizeof text, "%s.%09lluZ", date, static_cast<unsigned long long>(time % kSecond));
	return text;
}

std::uint64_t read_duration(const yaml::Node &node, const std::string &text, const std::string &what)
{
	const std::size_t unit_at = std::min(text.find_first_not_of("0123456789."), text.size());
	const std::string number = text.substr(0, unit_at), unit = text.substr(unit_at);
	const std::size_t point = std::min(number.find('.'), number.size());
	const std::string whole = number.substr(0, point),
			  part = point < number.size() ? number.substr(point + 1) : "0";
	const std::uint64_t scale = unit == "ns"                  ? 1
				    : unit == "us"                ? 1000
				    : unit == "ms"                ? 1000000
				    : unit == "s" || unit.empty() ? kSecond
				    : unit == "m"                 ? 60 * kSecond
				    : unit == "h"                 ? 3600 * kSecond
								  : 0;
	if (!are_digits(whole) || whole.size() > 12 + (scale == 1 ? 7 : 0) || !are_digits(part) || scale == 0)
		throw yaml::Error(node.place,
				  what + " must be a time like 1.5s, 10ms, 250us or 7ns, found '" + text + "'");
	// Exact to the nanosecond for units that are powers of ten of it; minutes and hours have no finer part than
	// that.
	return std::stoull(whole) * scale +
	       (scale >= kSecond ? fraction(part) * (scale / kSecond) : fraction(part) * scale / kSecond);
}

} // namespace falco::trace_tool
