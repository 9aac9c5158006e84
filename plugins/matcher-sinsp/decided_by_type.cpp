// SPDX-License-Identifier: Apache-2.0
#include "decided_by_type.hpp"

#include "ignored_events.hpp"

#include <algorithm>
#include <unordered_map>

namespace falco::matcher {

namespace {

const Codes kAll = ~Codes();

constexpr const char *kArgument = "evt.arg.";

// The types for which `has` is true.
template <typename Predicate>
Codes codes_where(Predicate has)
{
	Codes codes;
	for (uint32_t number = 0; number < PPM_EVENT_MAX; number++) {
		codes.set(number, has(static_cast<ppm_event_code>(number)));
	}
	return codes;
}

const ppm_event_info &info_of(ppm_event_code code)
{
	return *libsinsp::events::info(code);
}

// The types whose name the type alone does not tell.
const Codes &unnamed()
{
	static const Codes codes = codes_where([](ppm_event_code code) { return !has_name(code); });
	return codes;
}

const Codes &codes_named(const std::string &name)
{
	static const auto by_name = [] {
		std::unordered_map<std::string, Codes> codes;
		for (uint32_t number = 0; number < PPM_EVENT_MAX; number++) {
			const auto code = static_cast<ppm_event_code>(number);
			if (has_name(code)) {
				codes[event_name(code)].set(number);
			}
		}
		return codes;
	}();
	static const Codes none;
	const auto found = by_name.find(name);
	return found == by_name.end() ? none : found->second;
}

const Codes &enter_codes()
{
	static const Codes codes = codes_where([](ppm_event_code code) { return PPME_IS_ENTER(code); });
	return codes;
}

// libsinsp gives fd fields to events that create, use or remove a descriptor.
const Codes &codes_without_descriptor()
{
	static const Codes codes = codes_where([](ppm_event_code code) {
		return (info_of(code).flags & (EF_CREATES_FD | EF_USES_FD | EF_DESTROYS_FD)) == 0;
	});
	return codes;
}

// Where a call that will create a descriptor begins, there is none to have a name.
const Codes &codes_without_file()
{
	static const Codes codes =
		codes_without_descriptor() | codes_where([](ppm_event_code code) {
			return PPME_IS_ENTER(code) && (info_of(code).flags & (EF_USES_FD | EF_DESTROYS_FD)) == 0;
		});
	return codes;
}

const Codes &codes_without_result()
{
	static const Codes codes = codes_where([](ppm_event_code code) {
		return PPME_IS_ENTER(code) || code == PPME_GENERIC_X || info_of(code).nparams == 0 ||
		       (info_of(code).category & EC_SYSCALL) == 0;
	});
	return codes;
}

// The types for which evt.is_open_read and evt.is_open_write say "false", whatever the event.
const Codes &codes_of_no_open()
{
	static const Codes codes = codes_where([](ppm_event_code code) {
		return code != PPME_SYSCALL_OPEN_X && code != PPME_SYSCALL_OPENAT_E &&
		       code != PPME_SYSCALL_OPENAT_2_X && code != PPME_SYSCALL_OPENAT2_X &&
		       code != PPME_SYSCALL_OPEN_BY_HANDLE_AT_X;
	});
	return codes;
}

Codes codes_without_argument(const std::string &name)
{
	return codes_where([&name](ppm_event_code code) {
		const ppm_event_info &info = info_of(code);
		return std::none_of(info.params, info.params + info.nparams,
				    [&name](const ppm_param_info &argument) { return name == argument.name; });
	});
}

bool begins_with(const std::string &text, const std::string &begin)
{
	return text.compare(0, begin.size(), begin) == 0;
}

// The types of events that never have the field: no check of it holds for them.
Codes codes_without(const ast::field_expr &field)
{
	static const std::set<std::string> of_files = {"fd.name", "fd.directory", "fd.filename"};
	if (of_files.count(field.field) && field.arg.empty()) {
		return codes_without_file();
	}
	if (begins_with(field.field, "fd.")) {
		return codes_without_descriptor();
	}
	if (field.field == "evt.rawres" || field.field == "evt.res") {
		return codes_without_result();
	}
	if (begins_with(field.field, kArgument) && field.arg.empty()) {
		return codes_without_argument(field.field.substr(std::string(kArgument).size()));
	}
	return {};
}

const ast::field_expr *field_of(const ast::expr *check)
{
	if (const auto *binary = node_as<ast::binary_check_expr>(check)) {
		return node_as<ast::field_expr>(binary->left.get());
	}
	const auto *unary = node_as<ast::unary_check_expr>(check);
	return unary ? node_as<ast::field_expr>(unary->left.get()) : nullptr;
}

bool is_equal(const std::string &op)
{
	return op == "=" || op == "==";
}

// The names that a check wants evt.type to be one of; nothing when it asks something else of it.
std::optional<std::vector<std::string>> wanted_names(const ast::binary_check_expr &check)
{
	const auto *value = node_as<ast::value_expr>(check.right.get());
	const auto *list = node_as<ast::list_expr>(check.right.get());
	if (value && (is_equal(check.op) || check.op == "!=")) {
		return std::vector<std::string>{value->value};
	}
	return list && check.op == "in" ? std::make_optional(list->values) : std::nullopt;
}

PossibleVerdicts verdicts_on_name(const ast::binary_check_expr &check)
{
	const auto names = wanted_names(check);
	if (!names) {
		return {kAll, kAll};
	}
	Codes named;
	for (const auto &name : *names) {
		named |= codes_named(name);
	}
	return check.op == "!=" ? PossibleVerdicts{~named, named | unnamed()}
				: PossibleVerdicts{named | unnamed(), ~named};
}

PossibleVerdicts verdicts_on_direction(const ast::binary_check_expr &check)
{
	const auto *value = node_as<ast::value_expr>(check.right.get());
	if (!value || !is_equal(check.op) || (value->value != "<" && value->value != ">")) {
		return {kAll, kAll};
	}
	const Codes wanted = value->value == ">" ? enter_codes() : ~enter_codes();
	return {wanted, ~wanted};
}

PossibleVerdicts verdicts_on_open(const ast::binary_check_expr &check)
{
	const auto *value = node_as<ast::value_expr>(check.right.get());
	if (!value || (!is_equal(check.op) && check.op != "!=")) {
		return {kAll, kAll};
	}
	const bool asks_for_open = (value->value == "true") == is_equal(check.op);
	return asks_for_open ? PossibleVerdicts{~codes_of_no_open(), kAll}
			     : PossibleVerdicts{kAll, ~codes_of_no_open()};
}

PossibleVerdicts verdicts_on_check(const ast::expr *check)
{
	const ast::field_expr *field = field_of(check);
	if (!field) {
		return {kAll, kAll};
	}
	if (const auto *binary = node_as<ast::binary_check_expr>(check)) {
		if (field->field == "evt.type" && field->arg.empty()) {
			return verdicts_on_name(*binary);
		}
		if (field->field == "evt.dir") {
			return verdicts_on_direction(*binary);
		}
		if (field->field == "evt.is_open_read" || field->field == "evt.is_open_write") {
			return verdicts_on_open(*binary);
		}
	}
	return {~codes_without(*field), kAll};
}

// As libsinsp's expressions do; `of_check` says what is known of the checks.
template <typename OfCheck>
PossibleVerdicts combine(const ast::expr *node, OfCheck of_check)
{
	if (const auto *negation = node_as<ast::not_expr>(node)) {
		const PossibleVerdicts of = combine(negation->child.get(), of_check);
		return {of.fail, of.hold};
	}
	const auto *conjunction = node_as<ast::and_expr>(node);
	const auto *disjunction = node_as<ast::or_expr>(node);
	if (!conjunction && !disjunction) {
		return of_check(node);
	}
	PossibleVerdicts result = conjunction ? PossibleVerdicts{kAll, {}} : PossibleVerdicts{{}, kAll};
	for (const auto &child : conjunction ? conjunction->children : disjunction->children) {
		const PossibleVerdicts of = combine(child.get(), of_check);
		if (conjunction) {
			result = {result.hold & of.hold, result.fail | of.fail};
		} else {
			result = {result.hold | of.hold, result.fail & of.fail};
		}
	}
	return result;
}

} // namespace

bool has_name(ppm_event_code code)
{
	return code != PPME_ASYNCEVENT_E && code != PPME_PLUGINEVENT_E && event_name(code);
}

PossibleVerdicts possible_verdicts(const ast::expr *condition)
{
	return combine(condition, verdicts_on_check);
}

bool can_match_call(const ast::expr *condition, ppm_event_code generic, const std::string &call)
{
	const auto of_check = [&call](const ast::expr *node) -> PossibleVerdicts {
		const ast::field_expr *field = field_of(node);
		const auto *binary = node_as<ast::binary_check_expr>(node);
		const auto names = binary && field && field->field == "evt.type" ? wanted_names(*binary) : std::nullopt;
		if (!names) {
			return verdicts_on_check(node);
		}
		const bool named = std::find(names->begin(), names->end(), call) != names->end();
		const bool holds = named == (binary->op != "!=");
		return {holds ? kAll : Codes(), holds ? Codes() : kAll};
	};
	return combine(condition, of_check).hold[generic];
}

std::set<std::string> names_of_events(ast::expr *condition)
{
	std::set<std::string> names;
	walk(condition, [&](ast::expr *node) {
		const auto *check = node_as<ast::binary_check_expr>(node);
		const ast::field_expr *field = check ? field_of(check) : nullptr;
		if (!field || field->field != "evt.type") {
			return;
		}
		if (const auto *value = node_as<ast::value_expr>(check->right.get())) {
			names.insert(value->value);
		} else if (const auto *list = node_as<ast::list_expr>(check->right.get())) {
			names.insert(list->values.begin(), list->values.end());
		}
	});
	return names;
}

} // namespace falco::matcher
