// SPDX-License-Identifier: Apache-2.0
#include "field_table.hpp"

#include <libsinsp/filter_check_list.h>

namespace falco::matcher {

const std::unordered_map<std::string, const filtercheck_field_info *> &field_table()
{
	static const sinsp_filter_check_list checks; // has what the table points to
	static const auto table = [] {
		std::unordered_map<std::string, const filtercheck_field_info *> fields;
		std::vector<const filter_check_info *> classes;
		checks.get_all_fields(classes);
		for (const auto *info : classes) {
			for (int32_t i = 0; i < info->m_nfields; i++) {
				fields.emplace(info->m_fields[i].m_name, &info->m_fields[i]);
			}
		}
		return fields;
	}();
	return table;
}

const filtercheck_field_info *find_field(const std::string &name)
{
	const std::string argument = "evt.arg.";
	const bool has_argument = name.compare(0, argument.size(), argument) == 0;
	const auto found = field_table().find(has_argument ? argument.substr(0, argument.size() - 1) : name);
	return found == field_table().end() ? nullptr : found->second;
}

bool is_text_field(const filtercheck_field_info &field)
{
	return (field.m_type == PT_CHARBUF || field.m_type == PT_FSPATH || field.m_type == PT_FSRELPATH) &&
	       (field.m_flags & EPF_IS_LIST) == 0;
}

} // namespace falco::matcher
