// SPDX-License-Identifier: Apache-2.0
#include "compiled_rule.hpp"

#include "condition_warnings.hpp"
#include "hidden_rules.hpp"
#include "rule_checker.hpp"

#include <algorithm>
#include <optional>
#include <unordered_set>

namespace falco::matcher {

namespace {

// A rule that matches more event types than these costs more than it tells.
constexpr size_t kManyEventTypes = 100;

// The checks of a condition in which something else is wrong.
void check_what_is_there(size_t position, const Item &item, const Conditions &conditions, RuleChecker &checker)
{
	if (auto *written = conditions.written(position)) {
		checker.check_condition(item, written);
	}
}

// The rule at `position`; nothing when it is not matched.
std::optional<CompiledRule> compile_rule(const RulesFiles &files, size_t position, Conditions &conditions,
					 const CompileOptions &options, RuleChecker &checker, Findings &findings)
{
	const Item &rule = files.items[position];
	OutputFormat output;
	const bool good_output = checker.check_output(rule, output);
	checker.check_exceptions(rule);
	auto condition = conditions.take(position);
	if (!condition) {
		check_what_is_there(position, rule, conditions, checker);
		return std::nullopt;
	}
	warn_of_exceptions(rule, condition.get(), conditions, findings);
	if (!checker.check_condition(rule, condition.get())) {
		return std::nullopt;
	}
	auto asked = checker.check_ignored(condition.get());
	const Codes codes = possible_verdicts(condition.get()).hold;
	if (codes.count() > kManyEventTypes && rule.warn_evttypes) {
		findings.warn("no-event-type", rule.place, rule.title(),
			      "the condition is evaluated at " + std::to_string(codes.count()) +
				      " kinds of events, which is slow: name the event types it is about, such as "
				      "evt.type in (open, openat)");
	}
	CompiledRule compiled = {&rule, std::move(condition), std::move(output), codes, std::move(asked)};
	warn_of_never(compiled, options.everything, conditions, findings);
	return good_output && rule.active ? std::make_optional(std::move(compiled)) : std::nullopt;
}

// Whatever may be the name of a macro or list in the conditions and exceptions of rules that are not read further.
std::unordered_set<std::string> words_of_foreign_rules(const RulesFiles &files)
{
	std::unordered_set<std::string> words;
	for (const auto &item : files.items) {
		if (item.kind != ItemKind::rule || !item.is_foreign()) {
			continue;
		}
		const std::string &text = item.condition->text;
		constexpr const char *kBetween = " \t\r\n(),=\"'";
		for (size_t end = 0, begin; (begin = text.find_first_not_of(kBetween, end)) != std::string::npos;) {
			end = std::min(text.find_first_of(kBetween, begin), text.size());
			words.insert(text.substr(begin, end - begin));
		}
		for (const auto &exception : item.exceptions) {
			for (const auto &row : exception.values) {
				for (const auto &value : row.values) {
					for (const auto &word : value.words) {
						words.insert(word.text);
					}
				}
			}
		}
	}
	return words;
}

void warn_of_unused(const RulesFiles &files, const Conditions &conditions, Findings &findings)
{
	if (!files.broken.empty()) {
		return; // who knows what those use
	}
	const auto foreign = words_of_foreign_rules(files);
	for (size_t position = 0; position < files.items.size(); position++) {
		const Item &item = files.items[position];
		if (item.kind != ItemKind::rule && !conditions.is_used(position) && foreign.count(item.name) == 0) {
			findings.warn(item.kind == ItemKind::list ? "unused-list" : "unused-macro", item.place,
				      item.title(), "nothing uses it");
		}
	}
}

} // namespace

libsinsp::events::set<ppm_event_code> codes_of(const ast::expr *condition)
{
	libsinsp::events::set<ppm_event_code> codes;
	const Codes possible = possible_verdicts(condition).hold;
	for (uint32_t code = 0; code < PPM_EVENT_MAX; code++) {
		if (possible[code]) {
			codes.insert(static_cast<ppm_event_code>(code));
		}
	}
	return codes;
}

std::vector<CompiledRule> compile_rules(const RulesFiles &files, const CompileOptions &options, sinsp *inspector,
					const filter_check_list &checks, Findings &findings)
{
	Conditions conditions(files, findings);
	warn_of_parts(files, conditions, findings); // while all are as they are written
	RuleChecker checker(conditions, options, inspector, checks, findings);
	std::vector<CompiledRule> rules;
	rules.reserve(files.rules.size());
	for (size_t position = 0; position < files.items.size(); position++) {
		const Item &item = files.items[position];
		if (item.kind == ItemKind::rule && !item.is_foreign()) {
			if (auto rule = compile_rule(files, position, conditions, options, checker, findings)) {
				rules.push_back(*std::move(rule));
			}
		}
	}
	for (size_t position = 0; position < files.items.size(); position++) {
		const Item &item = files.items[position];
		if (item.kind != ItemKind::macro || conditions.is_in_rule(position)) {
			continue;
		}
		const auto condition = conditions.resolve(position);
		if (!condition) {
			check_what_is_there(position, item, conditions, checker);
		} else if (checker.check_condition(item, condition.get())) {
			checker.check_ignored(condition.get());
		}
	}
	warn_of_unused(files, conditions, findings);
	if (options.first_match) {
		warn_of_hidden(rules, findings);
	}
	return rules;
}

} // namespace falco::matcher
