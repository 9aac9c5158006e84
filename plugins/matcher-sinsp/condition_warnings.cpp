// SPDX-License-Identifier: Apache-2.0
#include "condition_warnings.hpp"

#include "implication.hpp"
#include "regex_guard.hpp"

#include <re2/re2.h>

#include <string>

namespace falco::matcher {

namespace {

// Comparisons for one condition.
constexpr size_t kBudget = 100'000;

// The kernel keeps 15 characters of a program's name.
constexpr size_t kLongestName = 15;

bool is_equality(const std::string &op)
{
	return op == "=" || op == "==" || op == "!=" || op == "in" || op == "intersects" || op == "pmatch";
}

bool is_process_name(const ast::expr *left)
{
	const auto *field = node_as<ast::field_expr>(left);
	return field && (field->field == "proc.name" || field->field == "proc.pname" || field->field == "proc.aname");
}

// Where these have no value there is nothing to compare. Fields of processes and users do get the text "<NA>".
bool is_never_na(const ast::expr *left)
{
	const auto *field = node_as<ast::field_expr>(left);
	return field && (field->field.rfind("container.", 0) == 0 || field->field.rfind("k8s.", 0) == 0);
}

std::string shown(const ast::expr *part)
{
	constexpr size_t kLongest = 80;
	std::string text = ast::as_string(part);
	return text.size() <= kLongest ? text : text.substr(0, kLongest) + "...";
}

// Warns of the parts of one condition.
class Parts {
public:
	Parts(const Item &item, const Conditions &conditions, Findings &findings)
	    : item_(item), conditions_(conditions), findings_(findings)
	{
	}

	void look_at(ast::expr *condition)
	{
		walk(condition, [this](ast::expr *node) {
			if (const auto *both = node_as<ast::and_expr>(node)) {
				compare(both->children, true);
			} else if (const auto *either = node_as<ast::or_expr>(node)) {
				compare(either->children, false);
			} else if (const auto *check = node_as<ast::binary_check_expr>(node)) {
				look_at_values(*check);
			}
		});
	}

private:
	void compare(const std::vector<std::unique_ptr<ast::expr>> &parts, bool conjunction)
	{
		for (size_t i = 0; i < parts.size(); i++) {
			const auto *part = parts[i].get();
			if (prover_.always_holds(part)) {
				warn("always-true", part, "'" + shown(part) + "' holds at every event");
				continue;
			}
			for (size_t j = 0; j < i; j++) {
				compare(parts[j].get(), part, conjunction);
			}
		}
	}

	// `first` stands before `second`.
	void compare(const ast::expr *first, const ast::expr *second, bool conjunction)
	{
		const bool forth = prover_.implies(first, second);
		const bool back = prover_.implies(second, first);
		if (forth && back) {
			warn("redundant-part", second,
			     "'" + shown(second) + "' says the same as '" + shown(first) + "'");
		} else if (forth || back) {
			const auto *narrow = forth ? first : second;
			const auto *wide = forth ? second : first;
			const auto *useless = conjunction ? wide : narrow;
			warn("redundant-part", useless,
			     "'" + shown(useless) + "' changes nothing: '" + shown(narrow) + "' holds only when '" +
				     shown(wide) + "' does");
		}
	}

	void look_at_values(const ast::binary_check_expr &check)
	{
		const bool of_name =
			is_process_name(check.left.get()) && (check.op == "=" || check.op == "==" || check.op == "in" ||
							      check.op == "startswith" || check.op == "endswith");
		std::vector<const std::string *> values;
		const auto *list = node_as<ast::list_expr>(check.right.get());
		if (const auto *value = node_as<ast::value_expr>(check.right.get())) {
			values.push_back(&value->value);
		} else if (list) {
			for (const auto &item : list->values) {
				values.push_back(&item);
			}
		}
		for (size_t i = 0; i < values.size(); i++) {
			const auto *value = values[i];
			const auto warn = [&](const char *code, const std::string &message) {
				const auto pos = list ? conditions_.pos_of_value(*list, i) : check.right->get_pos();
				findings_.warn(code, conditions_.place_of(pos), item_.title(), message);
			};
			if (of_name && value->size() > kLongestName) {
				warn("long-name", "no process is called '" + *value +
							  "': the kernel keeps 15 characters of a name, here '" +
							  value->substr(0, kLongestName) + "'");
			}
			if (*value == "<NA>" && is_equality(check.op) && is_never_na(check.left.get())) {
				warn("na-comparison",
				     "'" + ast::as_string(check.left.get()) +
					     "' is never '<NA>', which only outputs show where there is no value: use "
					     "'exists'");
			}
			if (check.op == "regex") {
				const auto expression = compile_regex(*value);
				if (!expression->ok()) {
					warn("bad-regex", "'" + *value +
								  "' is no regular expression, so it never matches: " +
								  expression->error());
				}
			}
		}
	}

	void warn(const char *code, const ast::expr *node, const std::string &message)
	{
		findings_.warn(code, conditions_.place_of(node->get_pos()), item_.title(), message);
	}

	const Item &item_;
	const Conditions &conditions_;
	Findings &findings_;
	Prover prover_{kBudget};
};

} // namespace

void warn_of_parts(const RulesFiles &files, const Conditions &conditions, Findings &findings)
{
	for (size_t position = 0; position < files.items.size(); position++) {
		if (auto *condition = conditions.written(position)) {
			Parts(files.items[position], conditions, findings).look_at(condition);
		}
	}
}

void warn_of_never(const CompiledRule &rule, const Conditions &conditions, Findings &findings)
{
	const ast::expr *why = nullptr;
	if (rule.codes.none()) {
		findings.warn("never-matches", rule.item->condition->place(), rule.item->title(),
			      "the rule never matches: there is no kind of event at which its condition can hold");
	} else if (Prover(kBudget).never_holds(rule.condition.get(), &why)) {
		findings.warn("never-matches", why ? conditions.place_of(why->get_pos()) : rule.item->place,
			      rule.item->title(),
			      "the rule never matches: '" + shown(why) + "' cannot hold together with the rest");
	}
}

} // namespace falco::matcher
