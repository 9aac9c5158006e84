// SPDX-License-Identifier: Apache-2.0
#include "condition_warnings.hpp"

#include "implication.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

namespace falco::matcher {

namespace {

// Comparisons for one condition, and for all pairs of rules.
constexpr size_t kBudget = 100'000;
constexpr size_t kHiddenBudget = 200'000;

// The kernel keeps 15 characters of a program's name.
constexpr size_t kLongestName = 15;

bool is_equality(const std::string &op)
{
	return op == "=" || op == "==" || op == "!=" || op == "in" || op == "intersects" || op == "pmatch";
}

bool is_process_name(const ast::expr *left)
{
	const auto *field = dynamic_cast<const ast::field_expr *>(left);
	return field && (field->field == "proc.name" || field->field == "proc.pname" || field->field == "proc.aname");
}

// Where these have no value there is nothing to compare. Fields of processes and users do get the text "<NA>".
bool is_never_na(const ast::expr *left)
{
	const auto *field = dynamic_cast<const ast::field_expr *>(left);
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
			if (const auto *both = dynamic_cast<ast::and_expr *>(node)) {
				compare(both->children, true);
			} else if (const auto *either = dynamic_cast<ast::or_expr *>(node)) {
				compare(either->children, false);
			} else if (const auto *check = dynamic_cast<ast::binary_check_expr *>(node)) {
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
		const auto *list = dynamic_cast<const ast::list_expr *>(check.right.get());
		if (const auto *value = dynamic_cast<const ast::value_expr *>(check.right.get())) {
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
				re2::RE2::Options options(re2::RE2::POSIX); // as libsinsp
				options.set_log_errors(false);
				const re2::RE2 expression(*value, options);
				if (!expression.ok()) {
					warn("bad-regex", "'" + *value +
								  "' is no regular expression, so it never matches: " +
								  expression.error());
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

// Fields that every event the condition matches has been compared by: those of checks that stand side by side.
std::set<std::string> required_fields(const ast::expr *condition)
{
	std::set<std::string> fields;
	const auto add = [&](const ast::expr *part) {
		if (const auto *negation = dynamic_cast<const ast::not_expr *>(part)) {
			part = negation->child.get();
		}
		const auto *check = dynamic_cast<const ast::binary_check_expr *>(part);
		const auto *field = check ? dynamic_cast<const ast::field_expr *>(check->left.get()) : nullptr;
		if (field) {
			fields.insert(field->field);
		}
	};
	if (const auto *both = dynamic_cast<const ast::and_expr *>(condition)) {
		for (const auto &part : both->children) {
			add(part.get());
		}
	} else {
		add(condition);
	}
	return fields;
}

std::set<std::string> all_fields(ast::expr *condition)
{
	std::set<std::string> fields;
	walk(condition, [&](ast::expr *node) {
		if (const auto *field = dynamic_cast<ast::field_expr *>(node)) {
			fields.insert(field->field);
		}
	});
	return fields;
}

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
	if (rule.codes.empty()) {
		findings.warn("never-matches", rule.item->condition->place(), rule.item->title(),
			      "the rule never matches: there is no kind of event at which its condition can hold");
	} else if (Prover(kBudget).never_holds(rule.condition.get(), &why)) {
		findings.warn("never-matches", why ? conditions.place_of(why->get_pos()) : rule.item->place,
			      rule.item->title(),
			      "the rule never matches: '" + shown(why) + "' cannot hold together with the rest");
	}
}

void warn_of_hidden(const std::vector<CompiledRule> &rules, Findings &findings)
{
	Prover prover(kHiddenBudget);
	// A rule can only be seen to be hidden by one all of whose required fields it has. Of these the rarest says
	// where to look.
	std::map<std::string, size_t> frequency;
	std::vector<std::set<std::string>> required;
	for (const auto &rule : rules) {
		required.push_back(required_fields(rule.condition.get()));
		for (const auto &field : required.back()) {
			frequency[field]++;
		}
	}
	std::map<std::string, std::vector<size_t>> earlier; // by the rarest required field; "": has none
	for (size_t number = 0; number < rules.size(); number++) {
		const auto &rule = rules[number];
		auto fields = all_fields(rule.condition.get());
		fields.insert("");
		const CompiledRule *by = nullptr;
		for (const auto &field : fields) {
			const auto candidates = earlier.find(field);
			for (size_t i = 0; candidates != earlier.end() && !by && i < candidates->second.size(); i++) {
				const auto &candidate = rules[candidates->second[i]];
				// A rule that names an ignored event is matched at it, and others are not.
				const bool sees = std::includes(candidate.asked.begin(), candidate.asked.end(),
								rule.asked.begin(), rule.asked.end());
				if (sees && prover.implies(rule.condition.get(), candidate.condition.get())) {
					by = &candidate;
				}
			}
		}
		if (by) {
			findings.warn("hidden-rule", rule.item->place, rule.item->title(),
				      "the rule never gives an alert: " + by->item->title() + " at " +
					      by->item->place.str() +
					      " matches all that it matches, and the first match wins");
		}
		std::string rarest;
		for (const auto &field : required[number]) {
			if (rarest.empty() || frequency[field] < frequency[rarest]) {
				rarest = field;
			}
		}
		earlier[rarest].push_back(number);
	}
}

} // namespace falco::matcher
