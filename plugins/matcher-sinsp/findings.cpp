// SPDX-License-Identifier: Apache-2.0
#include "findings.hpp"

namespace falco::matcher {

void Findings::error(const char *code, const yaml::Place &place, const std::string &item, const std::string &message)
{
	if (add(FALCO_LOG_ERROR, code, place, item, message) && errors_++ == 0) {
		first_ = place.str() + ": " + (item.empty() ? "" : item + ": ") + message;
	}
}

void Findings::warn(const char *code, const yaml::Place &place, const std::string &item, const std::string &message)
{
	add(FALCO_LOG_WARN, code, place, item, message);
}

bool Findings::add(falco_level level, const char *code, const yaml::Place &place, const std::string &item,
		   const std::string &message)
{
	if (!said_.insert(place.str() + '\n' + message).second) {
		return false;
	}
	falco_finding finding = {};
	finding.struct_size = sizeof finding;
	finding.level = level;
	finding.code = code;
	finding.file = place.file ? place.file->c_str() : nullptr;
	finding.line = place.line;
	finding.column = place.column;
	finding.item = item.empty() ? nullptr : item.c_str();
	finding.message = message.c_str();
	report_.add(report_.ctx, &finding);
	return true;
}

} // namespace falco::matcher
