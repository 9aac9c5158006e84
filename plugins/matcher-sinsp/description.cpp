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

// The macros and lists that a condition names.
struct Names {
	std::set<std::string> macros, lists;
};

Names named_in(const SourceText &text, const RulesFiles &files)
{
	Names found;
	const auto add_value = [&](const std::string &value) {
		if (files.lists.count(value)) {
			found.lists.insert(value);
		}
	};
	const auto condition = libsinsp::filter::parser(text.text).parse(); // it was parsed before
	walk(condition.get(), [&](ast::expr *node) {
		if (const auto *name = node_as<ast::identifier_expr>(node)) {
			found.macros.insert(name->identifier);
		} else if (const auto *value = node_as<ast::value_expr>(node)) {
			add_value(value->value);
		} else if (const auto *list = node_as<ast::list_expr>(node)) {
			for (const auto &item : list->values) {
				add_value(item);
			}
		}
	});
	return found;
}

// `resolved`: the condition with everything in place.
json details_of(const SourceText &text, ast::expr *resolved, const RulesFiles &files)
{
	const Names found = named_in(text, files);
	std::set<std::string> operators, fields, events;
	walk(resolved, [&](ast::expr *node) {
		if (const auto *field = node_as<ast::field_expr>(node)) {
			fields.insert(field->arg.empty() ? field->field : field->field + "[" + field->arg + "]");
		} else if (const auto *unary = node_as<ast::unary_check_expr>(node)) {
			operators.insert(unary->op);
		} else if (const auto *check = node_as<ast::binary_check_expr>(node)) {
			operators.insert(check->op);
		}
	});
	for (const auto code : codes_of(resolved)) {
		if (const char *name = event_name(code)) {
			events.insert(name);
		}
	}
	return {{"macros", found.macros},
		{"lists", found.lists},
		{"condition_operators", operators},
		{"condition_fields", fields},
		{"condition_compiled", ast::as_string(resolved)},
		{"events", events},
		{"plugins", json::array()}}; // that bring fields of their own: there are none
}

json describe_rule(const Item &rule, bool is_matched, ast::expr *resolved, const OutputFormat &output,
		   const RulesFiles &files)
{
	json details = details_of(*rule.condition, resolved, files);
	std::set<std::string> output_fields, exception_fields, exception_names, exception_operators;
	for (const auto &field : output.fields) {
		output_fields.insert(field->name);
	}
	for (const auto &exception : rule.exceptions) {
		exception_names.insert(exception.name);
		for (size_t i = 0; i < exception.fields.size(); i++) {
			exception_operators.insert(operator_of(exception, i));
			if (!exception.values.empty()) {
				exception_fields.insert(exception.fields[i].text);
			}
		}
	}
	details["output_fields"] = output_fields;
	details["output_compiled"] = rule.output->text;
	details["active"] = is_matched;
	if (!is_matched) {
		details["inactive_because"] = rule.active ? "it needs a field that does not exist" : rule.inactive;
	}
	details["exception_names"] = exception_names;
	details["exception_fields"] = exception_fields;
	details["exception_operators"] = exception_operators;
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

json describe_list(const Item &list, const RulesFiles &files, ListValues &values, bool used)
{
	json items = json::array(), lists = json::array();
	const auto *all = values.values(files.lists.at(list.name));
	for (const auto &word : list.items) {
		const bool is_list = !word.quoted && files.lists.count(word.text) > 0;
		(is_list ? lists : items).push_back(word.text);
	}
	return {{"info", {{"name", list.name}, {"items", items}, {"place", list.place.str()}}},
		{"details",
		 {{"lists", lists},
		  {"items_compiled", all ? json(*all) : json::array()},
		  {"used", used},
		  {"plugins", json::array()}}}};
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

json describe_rules(const RulesFiles &files, const std::vector<CompiledRule> &matched, sinsp *inspector,
		    const filter_check_list &checks)
{
	std::set<const Item *> is_matched;
	for (const auto &rule : matched) {
		is_matched.insert(rule.item);
	}

	json description = {{"required_engine_version", files.required_engine_version},
			    {"required_plugin_versions", describe_plugins(files.required_plugins)},
			    {"rules", json::array()},
			    {"macros", json::array()},
			    {"lists", json::array()}};
	Findings none; // all of it was found when the rules were loaded
	Conditions conditions(files, none);
	ListValues values(files, none);
	std::vector<std::unique_ptr<ast::expr>> resolved;
	for (size_t position = 0; position < files.items.size(); position++) {
		const bool has_condition = files.items[position].kind != ItemKind::list;
		resolved.push_back(has_condition ? conditions.resolve(position) : nullptr);
	}
	for (size_t position = 0; position < files.items.size(); position++) {
		const Item &item = files.items[position];
		auto *condition = resolved[position].get();
		if (item.kind == ItemKind::list) {
			description["lists"].push_back(
				describe_list(item, files, values, conditions.is_used(position)));
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
			description["rules"].push_back(
				describe_rule(item, is_matched.count(&item) != 0, condition, output, files));
		}
	}
	return description;
}

namespace {

// The events at which a field can have a value, as far as their types tell: {"events", "directions"}, the first null
// when it is any.
json where_field_is(const std::string &name)
{
	const auto exists = ast::unary_check_expr::create(ast::field_expr::create(name, ""), "exists");
	const auto codes = codes_of(exists.get());
	std::set<std::string> events, directions;
	for (const auto code : codes) {
		directions.insert(PPME_IS_ENTER(code) ? ">" : "<");
		if (const char *event = event_name(code)) {
			events.insert(event);
		}
	}
	return {{"events", codes.size() == PPM_EVENT_MAX ? json() : json(events)}, {"directions", directions}};
}

} // namespace

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
			fields.back().update(where_field_is(field.m_name));
		}
	}
	return fields;
}

} // namespace falco::matcher
