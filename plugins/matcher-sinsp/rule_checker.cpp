// SPDX-License-Identifier: Apache-2.0
#include "rule_checker.hpp"

#include "field_names.hpp"
#include "field_operators.hpp"
#include "field_table.hpp"
#include "ignored_events.hpp"
#include "number_range.hpp"
#include "regex_guard.hpp"
#include "system_calls.hpp"

#include <libsinsp/filter.h>

namespace falco::matcher {

namespace {

// Of what is wrong with one condition nobody reads more.
constexpr size_t kMostFindings = 100;

bool remove_prefix(std::string &text, const std::string &prefix)
{
	if (text.compare(0, prefix.size(), prefix) != 0) {
		return false;
	}
	text.erase(0, prefix.size());
	return true;
}

bool is_deprecated(const std::string &field)
{
	const size_t bracket = field.find('[');
	const auto *info = find_field(bracket == std::string::npos ? field : field.substr(0, bracket));
	return info && (info->m_flags & EPF_DEPRECATED) != 0;
}

const std::string kDeprecated = "no event has this field any more, which is deprecated: ";

bool is_check(const ast::expr *node)
{
	return node_as<ast::binary_check_expr>(node) || node_as<ast::unary_check_expr>(node);
}

const ast::field_expr *field_of(const ast::expr *left)
{
	const auto *transformer = node_as<ast::field_transformer_expr>(left);
	return transformer ? field_of(transformer->value.get()) : node_as<ast::field_expr>(left);
}

const ast::expr *left_of(const ast::expr *check)
{
	const auto *binary = node_as<ast::binary_check_expr>(check);
	return binary ? binary->left.get() : node_as<ast::unary_check_expr>(check)->left.get();
}

} // namespace

RuleChecker::RuleChecker(Conditions &conditions, const CompileOptions &options, sinsp *inspector,
			 const filter_check_list &checks, Findings &findings)
    : conditions_(conditions), options_(options), inspector_(inspector), checks_(checks), findings_(findings),
      factory_(std::make_shared<FieldFactory>(inspector, checks_copy_))
{
}

bool RuleChecker::check_condition(const Item &item, ast::expr *condition)
{
	size_t refused = 0;
	walk(condition, [&](ast::expr *node) {
		const auto *refusal = refused < kMostFindings && is_check(node) ? refusal_of(node) : nullptr;
		if (refusal) {
			report(item, *refusal);
			refused++;
		}
	});
	return refused == 0;
}

std::set<std::string> RuleChecker::check_ignored(ast::expr *condition)
{
	std::set<std::string> asked;
	size_t told = 0;
	walk(condition, [&](ast::expr *node) {
		const auto *check = node_as<ast::binary_check_expr>(node);
		const auto *field = check ? node_as<ast::field_expr>(check->left.get()) : nullptr;
		if (!field || (field->field != "evt.type" && field->field != "syscall.type")) {
			return;
		}
		const auto *value = node_as<ast::value_expr>(check->right.get());
		const auto *list = node_as<ast::list_expr>(check->right.get());
		const size_t size = value ? 1 : list ? list->values.size() : 0;
		for (size_t i = 0; i < size; i++) {
			const std::string &name = value ? value->value : list->values[i];
			if (ignored_events().count(name) == 0) {
				continue;
			}
			asked.insert(name);
			if (told++ < kMostFindings) {
				note_ignored(name, value ? value->get_pos() : conditions_.pos_of_value(*list, i));
			}
		}
	});
	return asked;
}

bool RuleChecker::check_output(const Item &rule, OutputFormat &format)
{
	// Blanks around the text come from the way YAML is written.
	const std::string &text = rule.output->text;
	const size_t begin = text.find_first_not_of(" \t\r\n");
	FormatErrors errors;
	format = parse_output(text.substr(begin, text.find_last_not_of(" \t\r\n") + 1 - begin), inspector_, checks_,
			      errors, &known_fields_);
	for (const auto &error : errors) {
		const auto place = rule.output->place_of(begin + error.offset());
		if (rule.skip_if_unknown_filter && error.unknown_field()) {
			findings_.warn("unknown-field", place, rule.title(), std::string("skipped: ") + error.what());
		} else {
			findings_.error("bad-output", place, rule.title(), std::string("bad output: ") + error.what());
		}
	}
	for (const auto &field : format.fields) {
		if (!field->for_text_only && is_deprecated(field->bare)) {
			findings_.warn("deprecated", rule.output->place(), rule.title(), kDeprecated + field->bare);
		}
	}
	return errors.empty() && add_outputs(rule, format);
}

void RuleChecker::check_exceptions(const Item &rule)
{
	for (const auto &exception : rule.exceptions) {
		for (const auto &field : exception.fields) {
			if (exception.values.empty() && !is_field(field.text)) {
				findings_.error("bad-exception", field.place, rule.title(),
						"unknown field '" + field.text + "'" +
							did_you_mean_field(field.text, checks_));
			}
		}
	}
}

bool RuleChecker::add_outputs(const Item &rule, OutputFormat &format)
{
	try {
		for (const auto &addition : options_.additions) {
			if (applies_to(addition, rule)) {
				add_to_output(format, addition, inspector_, checks_);
			}
		}
		for (const auto &name : options_.extra_fields) {
			format.fields.push_back(
				std::make_shared<const OutputField>(parse_extra_field(name, inspector_, checks_)));
		}
		return true;
	} catch (const FormatError &e) {
		findings_.error("bad-output", {}, "", e.what());
		return false;
	}
}

// A check is what was written at its place, in whichever rule it stands.
const RuleChecker::Refusal *RuleChecker::refusal_of(ast::expr *check)
{
	const auto &pos = check->get_pos();
	const uint64_t place = uint64_t{pos.line} << 33 | uint64_t{pos.idx} << 1 | (pos.col == 0 ? 1 : 0);
	if (good_.count(place)) {
		return nullptr;
	}
	auto known = refused_.find(place);
	if (known == refused_.end()) {
		auto refusal = compile(check);
		if (!refusal) {
			good_.insert(place);
			return nullptr;
		}
		known = refused_.emplace(place, *std::move(refusal)).first;
	}
	return &known->second;
}

std::optional<RuleChecker::Refusal> RuleChecker::compile(ast::expr *check)
{
	if (const auto refused = refuse_operator(check)) {
		return Refusal{check->get_pos(), *refused, "", false};
	}
	if (!conditions_.is_placed(check)) { // of its values it was said what is wrong
		auto exists = ast::unary_check_expr::create(ast::clone(left_of(check)), "exists");
		exists->set_pos(check->get_pos());
		return try_out(exists.get());
	}
	auto refusal = try_out(check);
	const auto *field = field_of(left_of(check));
	if (!refusal && field && is_deprecated(field->field)) {
		const auto pos = field->get_pos();
		findings_.warn("deprecated", conditions_.place_of(pos), conditions_.origin_of(pos).title(),
			       kDeprecated + field->field);
	}
	if (!refusal) {
		refusal = find_number_outside(*check);
	}
	return refusal ? std::move(refusal) : find_unknown_call(*check);
}

std::optional<RuleChecker::Refusal> RuleChecker::try_out(ast::expr *check)
{
	const auto other = without_bad_regexes(check); // those have a warning of ours
	sinsp_filter_compiler compiler(factory_, other ? other.get() : check);
	try {
		compiler.compile();
	} catch (const std::exception &e) {
		auto refusal = explain(e.what(), compiler.get_pos());
		if (const auto pos = find_refused_value(*check)) {
			refusal.pos = *pos;
		}
		return refusal;
	}
	for (const auto &warning : compiler.get_warnings()) {
		findings_.warn("suspicious-value", conditions_.place_of(warning.pos),
			       conditions_.origin_of(warning.pos).title(), warning.msg);
	}
	return std::nullopt;
}

// libsinsp takes it for another number.
std::optional<RuleChecker::Refusal> RuleChecker::find_number_outside(const ast::expr &check) const
{
	const auto *binary = node_as<ast::binary_check_expr>(&check);
	const auto *field = binary ? node_as<ast::field_expr>(binary->left.get()) : nullptr;
	const NumberRange *range = field ? NumberRange::of(field->field) : nullptr;
	if (!range) {
		return std::nullopt;
	}
	const auto refuse = [&](const std::string &value, const ast::pos_info &pos) {
		return Refusal{pos, "'" + field->field + "' is never " + value + ": expected " + range->str(), "",
			       false};
	};
	if (const auto *value = node_as<ast::value_expr>(binary->right.get()); value && range->excludes(value->value)) {
		return refuse(value->value, value->get_pos());
	}
	const auto *list = node_as<ast::list_expr>(binary->right.get());
	for (size_t i = 0; list && i < list->values.size(); i++) {
		if (range->excludes(list->values[i])) {
			return refuse(list->values[i], conditions_.pos_of_value(*list, i));
		}
	}
	return std::nullopt;
}

// libsinsp looks at the names of evt.type only.
std::optional<RuleChecker::Refusal> RuleChecker::find_unknown_call(const ast::expr &check) const
{
	const auto *binary = node_as<ast::binary_check_expr>(&check);
	const auto *field = binary ? node_as<ast::field_expr>(binary->left.get()) : nullptr;
	if (!field || field->field != "syscall.type" ||
	    (binary->op != "=" && binary->op != "==" && binary->op != "!=" && binary->op != "in")) {
		return std::nullopt;
	}
	const auto *value = node_as<ast::value_expr>(binary->right.get());
	const auto *list = node_as<ast::list_expr>(binary->right.get());
	const size_t size = value ? 1 : list ? list->values.size() : 0;
	for (size_t i = 0; i < size; i++) {
		const std::string &name = value ? value->value : list->values[i];
		if (!is_system_call(name)) {
			return Refusal{value ? value->get_pos() : conditions_.pos_of_value(*list, i),
				       "unknown system call '" + name + "'" + did_you_mean_system_call(name), "", true};
		}
	}
	return std::nullopt;
}

// Which value of a list it is that libsinsp does not take; nothing when the list is not to blame.
std::optional<ast::pos_info> RuleChecker::find_refused_value(const ast::expr &check)
{
	const auto *binary = node_as<ast::binary_check_expr>(&check);
	const auto *list = binary ? node_as<ast::list_expr>(binary->right.get()) : nullptr;
	if (!list || list->get_pos().line == 0 || !compiles(*binary, {})) {
		return std::nullopt;
	}
	for (size_t i = 0; i < list->values.size(); i++) {
		if (!compiles(*binary, {list->values[i]})) {
			return conditions_.pos_of_value(*list, i);
		}
	}
	return std::nullopt;
}

// Whether the check does with other values.
bool RuleChecker::compiles(const ast::binary_check_expr &check, const std::vector<std::string> &values)
{
	auto other =
		ast::binary_check_expr::create(ast::clone(check.left.get()), check.op, ast::list_expr::create(values));
	try {
		compile_filter(factory_, other.get());
		return true;
	} catch (const std::exception &) {
		return false;
	}
}

// libsinsp's message in our words, without the part that only says where it comes from.
RuleChecker::Refusal RuleChecker::explain(std::string message, const ast::pos_info &pos)
{
	if (remove_prefix(message, "filter_check called with nonexistent field ")) {
		const std::string argument = bad_argument(message, checks_);
		return {pos,
			argument.empty() ? "unknown field '" + message + "'" + did_you_mean_field(message, checks_)
					 : "field '" + message + "': " + argument,
			message, true};
	}
	if (remove_prefix(message, "unknown event type ")) {
		return {pos, "unknown event type '" + message + "'" + did_you_mean_event(message), "", true};
	}
	remove_prefix(message, "filter error: ");
	return {pos, field_message(message), "", false};
}

void RuleChecker::report(const Item &item, const Refusal &refusal)
{
	const bool placed = refusal.pos.line > 0;
	const auto place = placed ? conditions_.place_of(refusal.pos) : item.place;
	if (item.skip_if_unknown_filter && refusal.unknown) {
		findings_.warn("unknown-field", place, item.title(), "skipped: " + refusal.message);
	} else if (item.kind != ItemKind::macro || refusal.field.empty() || has_known_class(refusal.field, checks_)) {
		findings_.error("bad-condition", place,
				placed ? conditions_.origin_of(refusal.pos).title() : item.title(), refusal.message);
	} // else a macro for rules of another source, with that source's fields
}

void RuleChecker::note_ignored(const std::string &name, const ast::pos_info &pos)
{
	const Item &origin = conditions_.origin_of(pos);
	const std::string text = "Ignored event \"" + name + "\" in " + origin.title();
	if (options_.strict) {
		findings_.error("ignored-event", conditions_.place_of(pos), "", text);
	} else if (!findings_.ignores(origin.title(), "ignored-event")) {
		findings_.warn("ignored-event", conditions_.place_of(pos), "",
			       text + ": it is frequent; the rules that name it are matched against it");
	}
}

bool RuleChecker::is_field(const std::string &name) const
{
	try {
		const auto check = factory_->new_filtercheck(name);
		return check && check->parse_field_name(name, true, true) > 0;
	} catch (const std::exception &) {
		return false;
	}
}

} // namespace falco::matcher
