// SPDX-License-Identifier: Apache-2.0
#include "description.hpp"

#include "ignored_events.hpp"
#include "rules_file.hpp"

#include <libsinsp/sinsp.h>

#include <set>

namespace falco::matcher {

using nlohmann::json;

json describe_rules(const RulesFiles &files, const std::vector<CompiledRule> &rules)
{
	json description = {{"rules", json::array()}, {"macros", json::array()}, {"lists", json::array()}};
	for (const auto &rule : rules) {
		std::set<std::string> events;
		for (const auto code : rule.codes) {
			if (const char *name = event_name(code)) {
				events.insert(name);
			}
		}
		description["rules"].push_back({{"name", rule.item->name},
						{"desc", rule.item->desc},
						{"condition", rule.item->condition->text},
						{"condition_resolved", ast::as_string(rule.condition.get())},
						{"output", rule.item->output->text},
						{"priority", rule.item->priority},
						{"tags", rule.item->tags},
						{"events", events},
						{"place", rule.item->place.str()}});
	}
	for (const auto &item : files.items) {
		if (item.kind == ItemKind::macro) {
			description["macros"].push_back({{"name", item.name},
							 {"condition", item.condition->text},
							 {"place", item.place.str()}});
		} else if (item.kind == ItemKind::list) {
			json items = json::array();
			for (const auto &word : item.items) {
				items.push_back(word.text);
			}
			description["lists"].push_back(
				{{"name", item.name}, {"items", items}, {"place", item.place.str()}});
		}
	}
	return description;
}

json describe_fields(const filter_check_list &checks)
{
	std::vector<const filter_check_info *> classes;
	checks.get_all_fields(classes);
	json fields = json::array();
	for (const auto *info : classes) {
		for (int32_t i = 0; i < info->m_nfields; i++) {
			const auto &field = info->m_fields[i];
			if ((field.m_flags & EPF_TABLE_ONLY) != 0) {
				continue; // sysdig's own views, of no meaning in a condition
			}
			fields.push_back({{"name", field.m_name},
					  {"type", param_type_to_string(field.m_type)},
					  {"description", field.m_description}});
		}
	}
	return fields;
}

} // namespace falco::matcher
