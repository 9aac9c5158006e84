// SPDX-License-Identifier: Apache-2.0
#include "profile_report.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>
#include <vector>

namespace falco::matcher {

using nlohmann::json;

namespace {

constexpr mode_t kMode = 0640;
constexpr size_t kRules = 10, kChecks = 5, kRewrites = 5; // in the log

uint32_t read_sample(const std::string &text)
{
	const std::string number = text.compare(0, 2, "1/") == 0 ? text.substr(2) : "";
	const bool is_number =
		!number.empty() && number.size() < 10 && number.find_first_not_of("0123456789") == std::string::npos;
	const auto sample = is_number ? static_cast<uint32_t>(std::stoul(number)) : 0;
	if (sample == 0) {
		throw falco::ConfigError("profile.sample: expected one event in so many, such as 1/1000, found '" +
					 text + "'");
	}
	return sample;
}

int open_to_append(const std::string &path)
{
	return ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, kMode);
}

std::string milliseconds(const json &entry, const char *key)
{
	char text[32];
	std::snprintf(text, sizeof text, "%.3f ms", static_cast<double>(entry.value(key, uint64_t{0})) / 1e6);
	return text;
}

std::string count(const json &entry, const char *key)
{
	return std::to_string(entry.value(key, uint64_t{0}));
}

// The first entries by a number, the greatest first.
std::vector<json> dearest(const json &list, const char *key, size_t most)
{
	std::vector<json> entries(list.begin(), list.end());
	std::stable_sort(entries.begin(), entries.end(), [key](const json &a, const json &b) {
		return a.value(key, uint64_t{0}) > b.value(key, uint64_t{0});
	});
	entries.resize(std::min(entries.size(), most));
	return entries;
}

} // namespace

ProfileReport::ProfileReport(const json &config)
{
	if (!config.is_null()) {
		sample_ = read_sample(config.value("sample", "1/1000"));
		file_ = config.value("file", "");
	}
}

void ProfileReport::try_file() const
{
	const int fd = file_.empty() ? -1 : open_to_append(file_);
	if (fd >= 0) {
		::close(fd);
	} else if (!file_.empty()) {
		throw falco::ConfigError("profile.file: cannot write to " + file_ + ": " + std::strerror(errno));
	}
}

void ProfileReport::tell(const json &profile, const falco::Host &host) const
{
	const auto log = [&host](const std::string &text) { host.log(FALCO_LOG_INFO, "profile: " + text); };
	if (!file_.empty()) {
		const std::string failure = append(profile.dump(-1, ' ', false, json::error_handler_t::replace) + "\n");
		if (!failure.empty()) {
			host.log(FALCO_LOG_ERROR, "profile: cannot write to " + file_ + ": " + failure);
		} else {
			log("of " + count(profile, "events") + " events added to " + file_);
		}
		return;
	}
	log("one event in " + count(profile, "sample") + " of " + count(profile, "events") +
	    "; matching all of them took about " + milliseconds(profile, "match_ns"));
	for (const json &rule : dearest(profile.at("rules"), "shared_ns", kRules)) {
		log("rule '" + rule.value("name", "") + "': " + milliseconds(rule, "shared_ns") + " shared, " +
		    milliseconds(rule, "alone_ns") + " alone");
	}
	for (const json &check : dearest(profile.at("checks"), "time_ns", kChecks)) {
		log("check " + check.value("text", "").substr(0, 200) + ": " + milliseconds(check, "time_ns") +
		    ", run at " + count(check, "run") + " events");
	}
	for (const json &rewrite : dearest(profile.at("rewrites"), "time_ns", kRewrites)) {
		log(rewrite.value("item", "") + " (" + rewrite.value("file", "") + ":" + count(rewrite, "line") + ":" +
		    count(rewrite, "column") + "), " + rewrite.value("kind", "") + ": could as well say " +
		    rewrite.value("to", "").substr(0, 500));
	}
}

std::string ProfileReport::append(const std::string &line) const
{
	const int fd = open_to_append(file_);
	if (fd < 0) {
		return std::strerror(errno);
	}
	size_t done = 0;
	std::string failure;
	while (done < line.size() && failure.empty()) {
		const ssize_t size = ::write(fd, line.data() + done, line.size() - done);
		if (size >= 0) {
			done += static_cast<size_t>(size);
		} else if (errno != EINTR) {
			failure = std::strerror(errno);
		}
	}
	::close(fd);
	return failure;
}

} // namespace falco::matcher
