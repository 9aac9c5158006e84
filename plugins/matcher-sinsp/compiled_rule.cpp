// SPDX-License-Identifier: Apache-2.0
#include "compiled_rule.hpp"

#include "condition_warnings.hpp"
#include "field_factory.hpp"
#include "field_operators.hpp"
#include "hidden_rules.hpp"
#include "ignored_events.hpp"
#include "regex_guard.hpp"

#include <libsinsp/filter.h>

#include <optional>
#include <unordered_map>
#include <unordered_set>

namespace falco::matcher {

namespace {

// A rule that matches more event types than these costs more than it tells.
constexpr size_t kManyEventTypes = 100;

// Why libsinsp does not take a condition.
struct Refusal {
	ast::pos_info pos;
	std::string message;
	std::string field; // that does not exist; else empty
	bool unknown;      // a field or an event type does not exist
};

bool remove_prefix(std::string &text, const std::string &prefix)
{
	if (text.compare(0, prefix.size(), prefix) != 0) {
		return false;
	}
	text.erase(0, prefix.size());
	return true;
}

// Compiles conditions and output texts, once each, to find what is wrong with them.
class Checker {
public:
	Checker(Conditions &conditions, const CompileOptions &options, sinsp *inspector,
		const filter_check_list &checks, Findings &findings)
	    : conditions_(conditions), options_(options), inspector_(inspector), checks_(checks), findings_(findings),
	      factory_(std::make_shared<FieldFactory>(inspector, checks_copy_))
	{
	}

	// False, after an error or a warning, when the condition cannot be used. Each check is tried on its own, so all
	// that is wrong is told; and only once, however many rules a macro brings it to.
	bool check_condition(const Item &item, ast::expr *condition)
	{
		bool good = true;
		walk(condition, [&](ast::expr *node) {
			if (node_as<ast::binary_check_expr>(node) || node_as<ast::unary_check_expr>(node)) {
				if (const auto *refusal = refusal_of(node)) {
					report(item, *refusal);
					good = false;
				}
			}
		});
		return good;
	}

	// Reports the ignored events that the condition names, where it names them, and returns them.
	std::set<std::string> check_ignored(ast::expr *condition)
	{
		std::set<std::string> asked;
		walk(condition, [&](ast::expr *node) {
			const auto *check = node_as<ast::binary_check_expr>(node);
			const auto *field = check ? node_as<ast::field_expr>(check->left.get()) : nullptr;
			if (!field || (field->field != "evt.type" && field->field != "syscall.type")) {
				return;
			}
			if (const auto *value = node_as<ast::value_expr>(check->right.get())) {
				note_ignored(value->value, check->right->get_pos(), asked);
			} else if (const auto *list = node_as<ast::list_expr>(check->right.get())) {
				for (size_t i = 0; i < list->values.size(); i++) {
					if (ignored_events().count(list->values[i])) {
						note_ignored(list->values[i], conditions_.pos_of_value(*list, i),
							     asked);
					}
				}
			}
		});
		return asked;
	}

	bool check_output(const Item &rule, OutputFormat &format)
	{
		// Blanks around the text come from the way YAML is written.
		const std::string &text = rule.output->text;
		const size_t begin = text.find_first_not_of(" \t\r\n");
		try {
			format = parse_output(text.substr(begin, text.find_last_not_of(" \t\r\n") + 1 - begin),
					      inspector_, checks_, &known_fields_);
		} catch (const FormatError &e) {
			const auto place = rule.output->place_of(begin + e.offset());
			if (rule.skip_if_unknown_filter && e.unknown_field()) {
				findings_.warn("unknown-field", place, rule.title(),
					       std::string("skipped: ") + e.what());
			} else {
				findings_.error("bad-output", place, rule.title(),
						std::string("bad output: ") + e.what());
			}
			return false;
		}
		return add_outputs(rule, format);
	}

	// Fields of exceptions that have no values yet.
	void check_exceptions(const Item &rule)
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

private:
	bool add_outputs(const Item &rule, OutputFormat &format)
	{
		try {
			for (const auto &addition : options_.additions) {
				if (applies_to(addition, rule)) {
					add_to_output(format, addition, inspector_, checks_);
				}
			}
			for (const auto &name : options_.extra_fields) {
				format.fields.push_back(parse_extra_field(name, inspector_, checks_));
			}
			return true;
		} catch (const FormatError &e) {
			findings_.error("bad-output", {}, "", e.what());
			return false;
		}
	}

	// A check is what was written at its place, in whichever rule it stands.
	const Refusal *refusal_of(ast::expr *check)
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

	std::optional<Refusal> compile(ast::expr *check)
	{
		if (const auto refused = refuse_operator(check)) {
			return Refusal{check->get_pos(), *refused, "", false};
		}
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

	// Which value of a list it is that libsinsp does not take; nothing when the list is not to blame.
	std::optional<ast::pos_info> find_refused_value(const ast::expr &check)
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
	bool compiles(const ast::binary_check_expr &check, const std::vector<std::string> &values)
	{
		auto other = ast::binary_check_expr::create(ast::clone(check.left.get()), check.op,
							    ast::list_expr::create(values));
		try {
			compile_filter(factory_, other.get());
			return true;
		} catch (const std::exception &) {
			return false;
		}
	}

	// libsinsp's message in our words, without the part that only says where it comes from.
	Refusal explain(std::string message, const ast::pos_info &pos)
	{
		if (remove_prefix(message, "filter_check called with nonexistent field ")) {
			return {pos, "unknown field '" + message + "'" + did_you_mean_field(message, checks_), message,
				true};
		}
		if (remove_prefix(message, "unknown event type ")) {
			return {pos, "unknown event type '" + message + "'" + did_you_mean_event(message), "", true};
		}
		remove_prefix(message, "filter error: ");
		return {pos, message, "", false};
	}

	void report(const Item &item, const Refusal &refusal)
	{
		const bool placed = refusal.pos.line > 0;
		const auto place = placed ? conditions_.place_of(refusal.pos) : item.place;
		if (item.skip_if_unknown_filter && refusal.unknown) {
			findings_.warn("unknown-field", place, item.title(), "skipped: " + refusal.message);
		} else if (item.kind != ItemKind::macro || refusal.field.empty() ||
			   has_known_class(refusal.field, checks_)) {
			findings_.error("bad-condition", place,
					placed ? conditions_.origin_of(refusal.pos).title() : item.title(),
					refusal.message);
		} // else a macro for rules of another source, with that source's fields
	}

	void note_ignored(const std::string &name, const ast::pos_info &pos, std::set<std::string> &asked)
	{
		if (!ignored_events().count(name)) {
			return;
		}
		asked.insert(name);
		const Item &origin = conditions_.origin_of(pos);
		const std::string text = "Ignored event \"" + name + "\" in " + origin.title();
		if (options_.strict) {
			findings_.error("ignored-event", conditions_.place_of(pos), "", text);
		} else if (!findings_.ignores(origin.title(), "ignored-event")) {
			findings_.warn("ignored-event", conditions_.place_of(pos), "",
				       text + ": it is frequent; the rules that name it are matched against it");
		}
	}

	bool is_field(const std::string &name) const
	{
		try {
			const auto check = factory_->new_filtercheck(name);
			return check && check->parse_field_name(name, true, true) > 0;
		} catch (const std::exception &) {
			return false;
		}
	}

	Conditions &conditions_;
	const CompileOptions &options_;
	sinsp *inspector_;
	const filter_check_list &checks_;
	Findings &findings_;
	sinsp_filter_check_list checks_copy_; // the factory wants a list that it may change
	std::shared_ptr<FieldFactory> factory_;
	KnownFields known_fields_;                      // of outputs
	std::unordered_set<uint64_t> good_;             // places of checks that were tried
	std::unordered_map<uint64_t, Refusal> refused_; // by place
};

std::optional<CompiledRule> compile_rule(const Item &rule, std::unique_ptr<ast::expr> condition, Checker &checker,
					 Findings &findings)
{
	OutputFormat output;
	const bool good_output = checker.check_output(rule, output);
	checker.check_exceptions(rule);
	if (!condition || !checker.check_condition(rule, condition.get())) {
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
	if (!good_output || !rule.active) {
		return std::nullopt;
	}
	return CompiledRule{&rule, std::move(condition), std::move(output), codes, std::move(asked)};
}

void warn_of_unused(const RulesFiles &files, const Conditions &conditions, Findings &findings)
{
	if (!files.broken.empty()) {
		return; // who knows what those use
	}
	for (size_t position = 0; position < files.items.size(); position++) {
		const Item &item = files.items[position];
		if (item.kind != ItemKind::rule && !conditions.is_used(position)) {
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
	Checker checker(conditions, options, inspector, checks, findings);
	std::vector<CompiledRule> rules;
	for (size_t position = 0; position < files.items.size(); position++) {
		const Item &item = files.items[position];
		if (item.kind == ItemKind::rule && !item.is_foreign()) {
			if (auto rule = compile_rule(item, conditions.take(position), checker, findings)) {
				rules.push_back(*std::move(rule));
			}
		}
	}
	for (size_t position = 0; position < files.items.size(); position++) {
		const Item &item = files.items[position];
		if (item.kind != ItemKind::macro) {
			continue;
		}
		const bool checked = conditions.is_in_rule(position);
		const auto condition = conditions.resolve(position);
		if (condition && !checked && checker.check_condition(item, condition.get())) {
			checker.check_ignored(condition.get());
		}
	}
	warn_of_unused(files, conditions, findings);
	for (const auto &rule : rules) {
		warn_of_never(rule, conditions, findings);
	}
	if (options.first_match) {
		warn_of_hidden(rules, findings);
	}
	return rules;
}

} // namespace falco::matcher
