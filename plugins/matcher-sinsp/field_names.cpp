// SPDX-License-Identifier: Apache-2.0
#include "field_names.hpp"

#include "common/nearest.hpp"
#include "ignored_events.hpp"

#include <libsinsp/events/sinsp_events.h>
#include <libsinsp/filter/parser.h>
#include <libsinsp/sinsp_filtercheck.h>

#include <algorithm>

namespace falco::matcher {

namespace {

std::vector<std::string> event_arguments()
{
	std::vector<std::string> names;
	for (uint32_t code = 0; code < PPM_EVENT_MAX; code++) {
		const auto *info = libsinsp::events::info(static_cast<ppm_event_code>(code));
		for (uint32_t i = 0; i < info->nparams; i++) {
			names.emplace_back(info->params[i].name);
		}
	}
	return names;
}

const filtercheck_field_info *find_field(const std::string &name, const filter_check_list &checks)
{
	std::vector<const filter_check_info *> classes;
	checks.get_all_fields(classes);
	for (const auto *info : classes) {
		for (int32_t i = 0; i < info->m_nfields; i++) {
			if (info->m_fields[i].m_name == name) {
				return &info->m_fields[i];
			}
		}
	}
	return nullptr;
}

} // namespace

std::vector<std::string> field_names(const filter_check_list &checks)
{
	std::vector<const filter_check_info *> classes;
	checks.get_all_fields(classes);
	std::vector<std::string> names;
	for (const auto *info : classes) {
		for (int32_t i = 0; i < info->m_nfields; i++) {
			names.emplace_back(info->m_fields[i].m_name);
		}
	}
	return names;
}

std::string did_you_mean_field(const std::string &field, const filter_check_list &checks)
{
	return did_you_mean(field.substr(0, field.find('[')), field_names(checks));
}

std::string did_you_mean_event(const std::string &event)
{
	std::vector<std::string> names;
	for (uint32_t code = 0; code < PPM_EVENT_MAX; code++) {
		if (const char *name = event_name(static_cast<ppm_event_code>(code))) {
			names.emplace_back(name);
		}
	}
	return did_you_mean(event, names);
}

std::string did_you_mean_transformer(const std::string &name)
{
	return did_you_mean(name, libsinsp::filter::parser::supported_field_transformers());
}

std::string field_message(const std::string &message)
{
	const std::string begin = "unknown event argument ";
	if (message.compare(0, begin.size(), begin) != 0) {
		return message;
	}
	// What libsinsp names goes on to the end of the text.
	std::string name = message.substr(begin.size());
	name.resize(std::min(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"), name.size()));
	return begin + "'" + name + "'" + did_you_mean(name, event_arguments());
}

std::string bad_argument(const std::string &field, const filter_check_list &checks)
{
	const std::string name = field.substr(0, field.find('['));
	const auto *info = name == field ? nullptr : find_field(name, checks);
	if (!info || (info->m_flags & EPF_ARG_ALLOWED) == 0) {
		return "";
	}
	const bool variable = name == "proc.env" || name == "proc.aenv";
	return "bad argument: expected " +
	       (variable ? "a variable's name, as in " + name + "[PATH]" : "a number, as in " + name + "[1]");
}

bool has_known_class(const std::string &field, const filter_check_list &checks)
{
	const std::string name = field.substr(0, field.find('.') + 1);
	const auto names = field_names(checks);
	return std::any_of(names.begin(), names.end(),
			   [&](const std::string &known) { return known.compare(0, name.size(), name) == 0; });
}

} // namespace falco::matcher
