// SPDX-License-Identifier: Apache-2.0
#include "host/verify/event_choice.hpp"

#include "host/error.hpp"
#include "host/verify/temp_file.hpp"

#include <ctime>

namespace falco::host {

using nlohmann::json;

namespace {

constexpr uint64_t kSecond = 1'000'000'000;

// ".08" as nanoseconds; `at` goes behind it.
uint64_t read_fraction(const std::string &text, size_t &at)
{
	uint64_t value = 0, unit = kSecond;
	if (at < text.size() && text[at] == '.') {
		for (at++; at < text.size() && text[at] >= '0' && text[at] <= '9' && unit > 1; at++) {
			unit /= 10;
			value += static_cast<uint64_t>(text[at] - '0') * unit;
		}
	}
	return value;
}

bool is_clock(const std::tm &parts)
{
	const auto within = [](int value, int most) { return value >= 0 && value <= most; };
	return within(parts.tm_hour, 23) && within(parts.tm_min, 59) && within(parts.tm_sec, 60);
}

// Since 1970, and in the calendar.
bool is_day(const std::tm &parts)
{
	std::tm day = {};
	day.tm_year = parts.tm_year;
	day.tm_mon = parts.tm_mon;
	day.tm_mday = parts.tm_mday;
	return timegm(&day) >= 0 && day.tm_mon == parts.tm_mon && day.tm_mday == parts.tm_mday;
}

// Since midnight.
uint64_t clock_of(const std::tm &parts)
{
	return static_cast<uint64_t>((parts.tm_hour * 60 + parts.tm_min) * 60 + parts.tm_sec) * kSecond;
}

// The configured rules and one with this condition, which alone is switched on: it can use their macros and lists.
LoadedRules load_condition(const Offline &offline, const std::string &condition)
{
	const json rule = json::array({{{"rule", "--match"},
					{"desc", "events to explain"},
					{"condition", condition},
					{"output", "%evt.num"},
					{"priority", "debug"},
					{"warn_evttypes", false}}});
	const TempFile file(rule.dump(-1, ' ', false, json::error_handler_t::replace));
	try {
		json settings = offline.settings();
		settings["rule_matching"] = "all";
		settings["match_all_events"] = true;
		settings["priority"] = "debug";
		settings["rules"] = {{{"disable", {{"rule", "*"}}}}, {{"enable", {{"rule", "--match"}}}}};
		settings["append_output"] = json::array();
		std::vector<std::string> files = offline.config().rules_files;
		files.push_back(file.path());
		return offline.load(files, settings);
	} catch (const Error &e) {
		const std::string text = e.what();
		const size_t at = text.find("rule --match: ");
		throw Error("--match: " + (at == std::string::npos ? text : text.substr(at + 14)));
	}
}

} // namespace

WrittenTime parse_time(const std::string &text)
{
	WrittenTime written;
	std::tm parts = {};
	int used = 0;
	if (std::sscanf(text.c_str(), "%4d-%2d-%2d%*[T ]%2d:%2d:%2d%n", &parts.tm_year, &parts.tm_mon, &parts.tm_mday,
			&parts.tm_hour, &parts.tm_min, &parts.tm_sec, &used) == 6) {
		parts.tm_year -= 1900;
		parts.tm_mon -= 1;
		auto at = static_cast<size_t>(used);
		const uint64_t fraction = read_fraction(text, at);
		const std::string zone = text.substr(at);
		const bool is_zone = zone.empty() || zone == "Z" || zone == "+0000" || zone == "+00:00";
		if (is_zone && is_day(parts) && is_clock(parts)) {
			parts.tm_isdst = -1;
			const time_t seconds = zone.empty() ? std::mktime(&parts) : timegm(&parts);
			written.time_ns = static_cast<uint64_t>(seconds) * kSecond + fraction;
			return written;
		}
	} else if (std::sscanf(text.c_str(), "%2d:%2d:%2d%n", &parts.tm_hour, &parts.tm_min, &parts.tm_sec, &used) ==
		   3) {
		auto at = static_cast<size_t>(used);
		const uint64_t fraction = read_fraction(text, at);
		if (at == text.size() && is_clock(parts)) {
			written.clock_ns = clock_of(parts) + fraction;
			return written;
		}
	} else if (!text.empty() && text.size() < 22) {
		size_t at = std::min(text.find_first_not_of("0123456789"), text.size());
		if (at > 0 && at < 12) {
			const uint64_t seconds = std::stoull(text.substr(0, at));
			const uint64_t fraction = read_fraction(text, at);
			if (at == text.size()) {
				written.time_ns = seconds * kSecond + fraction;
				return written;
			}
		}
	}
	throw Error("--time: expected a time such as 16:47:44.080226697 (local time, as in alerts), "
		    "2016-06-06T23:47:44.080226697Z or seconds since 1970, found '" +
		    text + "'");
}

uint64_t clock_of(uint64_t time_ns)
{
	const auto seconds = static_cast<time_t>(time_ns / kSecond);
	std::tm local = {};
	localtime_r(&seconds, &local);
	return clock_of(local) + time_ns % kSecond;
}

EventChoice::EventChoice(const ExplainRequest &request, const Offline &offline, LoadedRules &rules,
			 std::optional<uint32_t> only)
    : request_(request), rules_(rules), only_(only), alerts_(request.match ? condition_ : rules)
{
	if (request.time) {
		const WrittenTime time = parse_time(*request.time);
		clock_ns_ = time.clock_ns;
		time_ns_ = time.time_ns;
	}
	if (request.match) {
		condition_ = load_condition(offline, *request.match);
	}
}

std::vector<Matcher *> EventChoice::matchers()
{
	std::vector<Matcher *> all = {rules_.matcher.get()};
	if (condition_.matcher) {
		all.push_back(condition_.matcher.get());
	}
	return all;
}

std::string EventChoice::interests()
{
	const bool every_event = request_.event || request_.time;
	return every_event ? "" : (condition_.matcher ? condition_ : rules_).matcher->interests();
}

bool EventChoice::takes(const falco_event &event)
{
	last_ = event.number;
	if (request_.event) {
		return event.number == *request_.event;
	}
	if (request_.time) {
		// A time names one event: the first one that is not earlier.
		const bool is_it =
			!found_ && (clock_ns_ ? clock_of(event.time_ns) >= *clock_ns_ : event.time_ns >= *time_ns_);
		found_ = found_ || is_it;
		return is_it;
	}
	for (const auto &alert : alerts_.match(event)) {
		if (request_.match || !only_ || alert.rule_number == *only_) {
			return true;
		}
	}
	return false;
}

bool EventChoice::is_over(const falco_event &event) const
{
	return (request_.event && event.number >= *request_.event) || found_;
}

std::string EventChoice::nothing_found() const
{
	if (request_.event) {
		return "there is no event " + std::to_string(*request_.event) + "; the last one is " +
		       std::to_string(last_);
	}
	if (request_.time) {
		return "there is no event at or after " + *request_.time;
	}
	if (request_.match) {
		return "no event matches the condition";
	}
	return only_ ? "the rule gives no alert; --why-not tells why" : "no event gives an alert";
}

} // namespace falco::host
