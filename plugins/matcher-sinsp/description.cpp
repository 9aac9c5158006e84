// SPDX-License-Identifier: Apache-2.0
#include "description.hpp"

#include "condition.hpp"
#include "exception_check.hpp"
#include "ignored_events.hpp"

#include <libsinsp/filter/parser.h>
#include <libsinsp/sinsp.h>

#include <set>

namespace falco::matcher {

using nlohmann::json;

namespace {

// "Warning", as in alerts.
std::string shown_priority(int priority)
{
	std::string name = priority_names()[static_cast<size_t>(priority)];
	name[0] = static_cast<char>(name[0] - 'a' + 'A');
	return name;
}

// What a condition is made of, as it is written.
struct Ingredients {
	std::set<std::string> macros, lists, operators, fields;
};

Ingredients ingredients_of(const SourceText &text, const RulesFiles &files)
{
	Ingredients found;
	const auto add_value = [&](const std::string &value) {
		if (files.lists.count(value)) {
			found.lists.insert(value);
		}
	};
	const auto condition = libsinsp::filter::parser(text.text).parse(); // it was parsed before
	walk(condition.get(), [&](ast::expr *node) {
		if (const auto *name = dynamic_cast<ast::identifier_expr *>(node)) {
			found.macros.insert(name->identifier);
		} else if (const auto *field = dynamic_cast<ast::field_expr *>(node)) {
			found.fields.insert(field->arg.empty() ? field->field : field->field + "[" + field->arg + "]");
		} else if (const auto *unary = dynamic_cast<ast::unary_check_expr *>(node)) {
			found.operators.insert(unary->op);
		} else if (const auto *check = dynamic_cast<ast::binary_check_expr *>(node)) {
			found.operators.insert(check->op);
		} else if (const auto *value = dynamic_cast<ast::value_expr *>(node)) {
			add_value(value->value);
		} else if (const auto *list = dynamic_cast<ast::list_expr *>(node)) {
			for (const auto &item : list->values) {
				add_value(item);
			}
		}
	});
	return found;
}

// `resolved`: the condition with everything in place.
json details_of(const SourceText &text, const ast::expr *resolved, const RulesFiles &files)
{
	const Ingredients found = ingredients_of(text, files);
	std::set<std::string> events;
	for (const auto code : codes_of(resolved)) {
		if (const char *name = event_name(code)) {
			events.insert(name);
		}
	}
	return {{"macros", found.macros},
		{"lists", found.lists},
		{"operators", found.operators},
		{"condition_fields", found.fields},
		{"condition_compiled", ast::as_string(resolved)},
		{"events", events}};
}

json describe_rule(const Item &rule, const ast::expr *resolved, const OutputFormat &output, const RulesFiles &files)
{
	json details = details_of(*rule.condition, resolved, files);
	std::set<std::string> output_fields, exception_fields;
	json exceptions = json::array(), operators = json::array();
	for (const auto &field : output.fields) {
		output_fields.insert(field.name);
	}
	for (const auto &exception : rule.exceptions) {
		exceptions.push_back(exception.name);
		for (size_t i = 0; i < exception.fields.size(); i++) {
			operators.push_back(operator_of(exception, i));
			if (!exception.values.empty()) {
				exception_fields.insert(exception.fields[i].text);
			}
		}
	}
	details["output_fields"] = output_fields;
	details["active"] = rule.active;
	if (!rule.active) {
		details["inactive_because"] = rule.inactive;
	}
	details["exceptions"] = exceptions;
	details["exception_fields"] = exception_fields;
	details["exception_operators"] = operators;
	return {{"info",
		 {{"name", rule.name},
		  {"condition", rule.condition->text},
		  {"priority", shown_priority(rule.priority)},
		  {"output", rule.output->text},
		  {"description", rule.desc},
		  {"enabled", rule.enabled},
		  {"source", rule.source},
		  {"tags", rule.tags},
		  {"place", rule.place.str()}}},
		{"details", details}};
}

json describe_list(const Item &list, const RulesFiles &files, bool used)
{
	json items = json::array(), lists = json::array();
	for (const auto &word : list.items) {
		const bool is_list = !word.quoted && files.lists.count(word.text) > 0;
		(is_list ? lists : items).push_back(word.text);
	}
	return {{"info", {{"name", list.name}, {"items", items}, {"place", list.place.str()}}},
		{"details", {{"lists", lists}, {"used", used}}}};
}

json describe_plugins(const std::vector<PluginRequirement> &required)
{
	json plugins = json::array();
	for (const auto &requirement : required) {
		json alternatives = json::array();
		for (size_t i = 1; i < requirement.alternatives.size(); i++) {
			alternatives.push_back({{"name", requirement.alternatives[i].name},
						{"version", requirement.alternatives[i].version}});
		}
		plugins.push_back({{"name", requirement.alternatives[0].name},
				   {"version", requirement.alternatives[0].version},
				   {"alternatives", alternatives}});
	}
	return plugins;
}

} // namespace

json describe_rules(const RulesFiles &files, sinsp *inspector, const filter_check_list &checks)
{
	json description = {{"required_engine_version", files.required_engine_version},
			    {"required_plugin_versions", describe_plugins(files.required_plugins)},
			    {"rules", json::array()},
			    {"macros", json::array()},
			    {"lists", json::array()}};
	Findings none; // all of it was found when the rules were loaded
	Conditions conditions(files, none);
	std::vector<std::unique_ptr<ast::expr>> resolved;
	for (size_t position = 0; position < files.items.size(); position++) {
		const bool has_condition = files.items[position].kind != ItemKind::list;
		resolved.push_back(has_condition ? conditions.resolve(position) : nullptr);
	}
	for (size_t position = 0; position < files.items.size(); position++) {
		const Item &item = files.items[position];
		const auto *condition = resolved[position].get();
		if (item.kind == ItemKind::list) {
			description["lists"].push_back(describe_list(item, files, conditions.is_used(position)));
		} else if (condition && item.kind == ItemKind::macro) {
			json details = details_of(*item.condition, condition, files);
			details["used"] = conditions.is_used(position);
			description["macros"].push_back({{"info",
							  {{"name", item.name},
							   {"condition", item.condition->text},
							   {"place", item.place.str()}}},
							 {"details", details}});
		} else if (condition) {
			OutputFormat output;
			try {
				output = parse_output(item.output->text, inspector, checks);
			} catch (const FormatError &) {
				continue; // skipped with skip-if-unknown-filter
			}
			description["rules"].push_back(describe_rule(item, condition, output, files));
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
			const bool is_list = (field.m_flags & EPF_IS_LIST) != 0;
			const std::string type = param_type_to_string(field.m_type);
			fields.push_back({{"class", info->m_name},
					  {"class_description", info->m_desc},
					  {"name", field.m_name},
					  {"type", is_list ? "list(" + type + ")" : type},
					  {"argument", (field.m_flags & EPF_ARG_REQUIRED) != 0  ? "required"
						       : (field.m_flags & EPF_ARG_ALLOWED) != 0 ? "allowed"
												: "none"},
					  {"condition", (field.m_flags & EPF_PRINT_ONLY) == 0},
					  {"output", (field.m_flags & EPF_FILTER_ONLY) == 0},
					  {"deprecated", (field.m_flags & EPF_DEPRECATED) != 0},
					  {"description", field.m_description}});
		}
	}
	return fields;
}

} // namespace falco::matcher
