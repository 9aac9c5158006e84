// SPDX-License-Identifier: Apache-2.0
#include "compiled_rule.hpp"

#include "common/nearest.hpp"
#include "ignored_events.hpp"

#include <libsinsp/filter.h>

namespace falco::matcher {

namespace {

// libsinsp's message in our words, without the part that only says where it comes from.
std::string explain(const std::string &message, const filter_check_list &checks)
{
	const std::string nonexistent = "filter_check called with nonexistent field ";
	if (message.compare(0, nonexistent.size(), nonexistent) == 0) {
		const std::string field = message.substr(nonexistent.size());
		return "unknown field '" + field + "'" +
		       did_you_mean(field.substr(0, field.find('[')), field_names(checks));
	}
	const std::string prefix = "filter error: ";
	return message.compare(0, prefix.size(), prefix) == 0 ? message.substr(prefix.size()) : message;
}

// Compiles conditions and output texts, once each, to find what is wrong with them.
class Checker {
public:
	Checker(Conditions &conditions, bool strict, sinsp *inspector, const filter_check_list &checks,
		Findings &findings)
	    : conditions_(conditions), strict_(strict), inspector_(inspector), checks_(checks), findings_(findings),
	      factory_(std::make_shared<sinsp_filter_factory>(inspector, checks_copy_))
	{
	}

	void check_condition(const Item &item, ast::expr *condition)
	{
		sinsp_filter_compiler compiler(factory_, condition);
		try {
			compiler.compile();
		} catch (const std::exception &e) {
			const auto &pos = compiler.get_pos();
			const bool known = pos.line > 0;
			findings_.error("bad-condition", known ? conditions_.place_of(pos) : item.place,
					known ? conditions_.origin_of(pos).title() : item.title(),
					explain(e.what(), checks_));
			return;
		}
		for (const auto &warning : compiler.get_warnings()) {
			findings_.warn("suspicious-value", conditions_.place_of(warning.pos),
				       conditions_.origin_of(warning.pos).title(), warning.msg);
		}
	}

	// Reports the ignored events that the condition names, where it names them, and returns them.
	std::set<std::string> check_ignored(ast::expr *condition)
	{
		std::set<std::string> asked;
		walk(condition, [&](ast::expr *node) {
			const auto *check = dynamic_cast<ast::binary_check_expr *>(node);
			const auto *field = check ? dynamic_cast<ast::field_expr *>(check->left.get()) : nullptr;
			if (!field || (field->field != "evt.type" && field->field != "syscall.type")) {
				return;
			}
			if (const auto *value = dynamic_cast<ast::value_expr *>(check->right.get())) {
				note_ignored(value->value, check->right->get_pos(), asked);
			} else if (const auto *list = dynamic_cast<ast::list_expr *>(check->right.get())) {
				for (const auto &item : list->values) {
					note_ignored(item, check->right->get_pos(), asked);
				}
			}
		});
		return asked;
	}

	bool check_output(const Item &item, OutputFormat &format)
	{
		try {
			format = parse_output(item.output->text, inspector_, checks_);
			return true;
		} catch (const FormatError &e) {
			findings_.error("bad-output", item.place_of(*item.output, e.offset()), item.title(),
					std::string("bad output: ") + e.what());
			return false;
		}
	}

private:
	void note_ignored(const std::string &name, const ast::pos_info &pos, std::set<std::string> &asked)
	{
		if (!ignored_events().count(name)) {
			return;
		}
		asked.insert(name);
		const Item &origin = conditions_.origin_of(pos);
		const std::string text = "Ignored event \"" + name + "\" in " + origin.title();
		if (strict_) {
			findings_.error("ignored-event", conditions_.place_of(pos), "", text);
		} else {
			findings_.warn("ignored-event", conditions_.place_of(pos), "",
				       text + ": it is frequent; the rules that name it are matched against it");
		}
	}

	Conditions &conditions_;
	bool strict_;
	sinsp *inspector_;
	const filter_check_list &checks_;
	Findings &findings_;
	sinsp_filter_check_list checks_copy_; // the factory wants a list that it may change
	std::shared_ptr<sinsp_filter_factory> factory_;
};

} // namespace

std::vector<CompiledRule> compile_rules(const RulesFiles &files, bool strict, sinsp *inspector,
					const filter_check_list &checks, Findings &findings)
{
	Conditions conditions(files, findings);
	Checker checker(conditions, strict, inspector, checks, findings);
	std::vector<CompiledRule> rules;
	for (size_t position = 0; position < files.items.size(); position++) {
		const Item &item = files.items[position];
		if (item.kind == ItemKind::list) {
			continue;
		}
		auto condition = conditions.resolve(position);
		std::set<std::string> asked;
		if (condition) {
			checker.check_condition(item, condition.get());
			asked = checker.check_ignored(condition.get());
		}
		if (item.kind == ItemKind::macro) {
			continue;
		}
		OutputFormat output;
		if (checker.check_output(item, output) && condition && item.active) {
			libsinsp::events::set<ppm_event_code> codes;
			const Codes possible = possible_verdicts(condition.get()).hold;
			for (uint32_t code = 0; code < PPM_EVENT_MAX; code++) {
				if (possible[code]) {
					codes.insert(static_cast<ppm_event_code>(code));
				}
			}
			rules.push_back(
				{&item, std::move(condition), std::move(output), std::move(codes), std::move(asked)});
		}
	}
	return rules;
}

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

} // namespace falco::matcher
