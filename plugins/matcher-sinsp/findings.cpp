// SPDX-License-Identifier: Apache-2.0
#include "findings.hpp"

#include <algorithm>
#include <tuple>

namespace falco::matcher {

const std::vector<std::string> &Findings::warnings()
{
	static const std::vector<std::string> codes = {
		"bad-name",      "deprecated",  "ignored-event",    "no-event-type",   "no-values",
		"other-source",  "redefined",   "replaces-nothing", "selects-nothing", "suspicious-value",
		"unknown-field", "unknown-key", "unknown-warning",  "unused-list",     "unused-macro"};
	return codes;
}

bool Findings::is_warning(const std::string &code)
{
	return std::find(warnings().begin(), warnings().end(), code) != warnings().end();
}

void Findings::error(const char *code, const yaml::Place &place, const std::string &item, const std::string &message)
{
	add(FALCO_LOG_ERROR, code, place, item, message);
}

void Findings::warn(const char *code, const yaml::Place &place, const std::string &item, const std::string &message)
{
	if (!ignores(item, code)) {
		add(FALCO_LOG_WARN, code, place, item, message);
	}
}

void Findings::add(falco_level level, const char *code, const yaml::Place &place, const std::string &item,
		   const std::string &message)
{
	if (!said_.insert(place.str() + '\n' + message).second) {
		return;
	}
	errors_ += level == FALCO_LOG_ERROR;
	const size_t file = files_.emplace(place.file ? *place.file : "", files_.size()).first->second;
	found_.push_back({level, code, place, file, item, message});
}

void Findings::send(const falco_report &report)
{
	std::stable_sort(found_.begin(), found_.end(), [](const Finding &a, const Finding &b) {
		return std::tie(a.file, a.place.line, a.place.column) < std::tie(b.file, b.place.line, b.place.column);
	});
	for (const auto &found : found_) {
		if (found.level == FALCO_LOG_ERROR && first_.empty()) {
			first_ = found.place.str() + ": " + (found.item.empty() ? "" : found.item + ": ") +
				 found.message;
		}
		falco_finding finding = {};
		finding.struct_size = sizeof finding;
		finding.level = found.level;
		finding.code = found.code;
		finding.file = found.place.file ? found.place.file->c_str() : nullptr;
		finding.line = found.place.line;
		finding.column = found.place.column;
		finding.item = found.item.empty() ? nullptr : found.item.c_str();
		finding.message = found.message.c_str();
		report.add(report.ctx, &finding);
	}
}

} // namespace falco::matcher
