// SPDX-License-Identifier: Apache-2.0
#include "check.hpp"

#include "number_check.hpp"
#include "regex_guard.hpp"
#include "text_operators.hpp"

#include <libsinsp/sinsp_exception.h>
#include <libsinsp/sinsp_filter_transformers/sinsp_filter_transformer.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace falco::matcher {

namespace {

class FilterCheck : public Check {
public:
	explicit FilterCheck(std::unique_ptr<sinsp_filter> filter) : filter_(std::move(filter)) {}
	bool holds(sinsp_evt *event, uint64_t) final { return filter_->run(event); }

private:
	std::unique_ptr<sinsp_filter> filter_;
};

// One of several numbers or addresses, which libsinsp compares in ways of its own.
class AnyNumberCheck final : public FilterCheck {
public:
	AnyNumberCheck(std::unique_ptr<sinsp_filter> filter, Field &field, std::optional<CheckKey> key)
	    : FilterCheck(std::move(filter)), field_(field), key_(std::move(key))
	{
	}
	std::optional<CheckKey> key() const override { return key_; }
	Field *field() const override { return &field_; }

private:
	Field &field_;
	std::optional<CheckKey> key_;
};

// One of several texts.
template <typename Test>
class AnyTextCheck final : public Check {
public:
	AnyTextCheck(Field &field, Test test) : field_(field), test_(std::move(test)) {}
	std::optional<CheckKey> key() const override { return test_.key(); }
	Field *field() const override { return &field_; }
	bool may_hold_for(std::string_view text) override { return test_(text); }
	bool holds(sinsp_evt *event, uint64_t look) override
	{
		const auto &values = field_.values(event, look);
		return std::any_of(values.begin(), values.end(),
				   [this](const FieldValue &value) { return test_(value.bytes()); });
	}

private:
	Field &field_;
	Test test_;
};

template <typename Test>
class TextCheck final : public Check {
public:
	TextCheck(const CheckMaker &maker, const ast::expr *check, Field &field, Test test)
	    : maker_(maker), check_(check), field_(field), number_(field.add_test()), test_(std::move(test))
	{
	}
	std::optional<CheckKey> key() const override { return test_.key(); }
	Field *field() const override { return &field_; }
	bool holds(sinsp_evt *event, uint64_t look) override
	{
		const FieldValue &value = field_.value(event, look);
		if (!value.data) {
			return false;
		}
		if (value.odd) {
			return ask_libsinsp(event);
		}
		const std::string_view text(value.data, value.size);
		TextMemo *memo = number_ < TextMemo::kMostTests ? field_.memo() : nullptr;
		return memo ? memo->remember(number_, [&] { return test_(text); }) : test_(text);
	}

private:
	bool ask_libsinsp(sinsp_evt *event)
	{
		if (!filter_) {
			filter_ = maker_.make_filter(check_);
		}
		return filter_->run(event);
	}

	const CheckMaker &maker_;
	const ast::expr *check_;
	Field &field_;
	unsigned number_; // among the checks of the field
	Test test_;
	std::unique_ptr<sinsp_filter> filter_;
};

class ExistsCheck final : public Check {
public:
	explicit ExistsCheck(Field &field) : field_(field) {}
	bool holds(sinsp_evt *event, uint64_t look) override { return field_.value(event, look).data != nullptr; }

private:
	Field &field_;
};

std::string name_with_argument(const ast::field_expr &field)
{
	return field.arg.empty() ? field.field : field.field + "[" + field.arg + "]";
}

// The field that is compared, and its name with what changes it. Without a field: it is something else.
struct Compared {
	const ast::field_expr *field = nullptr;
	std::string name;
};

Compared compared_by(const ast::expr *left)
{
	if (const auto *changed = node_as<ast::field_transformer_expr>(left)) {
		Compared inner = compared_by(changed->value.get());
		return {inner.field, changed->transformer + "(" + inner.name + ")"};
	}
	const auto *field = node_as<ast::field_expr>(left);
	return {field, field ? name_with_argument(*field) : ""};
}

// What stands right of the operator, when it is one constant or a list of them; none with a NUL byte, where libsinsp
// ends a value.
std::optional<std::vector<std::string>> constants_of(const ast::binary_check_expr &check)
{
	std::vector<std::string> constants;
	if (const auto *value = node_as<ast::value_expr>(check.right.get())) {
		constants = {value->value};
	} else if (const auto *list = node_as<ast::list_expr>(check.right.get())) {
		constants = list->values;
	}
	const bool odd = std::any_of(constants.begin(), constants.end(), [](const std::string &constant) {
		return constant.find('\0') != std::string::npos;
	});
	return constants.empty() || odd ? std::nullopt : std::make_optional(std::move(constants));
}

} // namespace

CheckMaker::CheckMaker(sinsp *inspector) : factory_(std::make_shared<FieldFactory>(inspector, checks_)) {}

std::unique_ptr<Check> CheckMaker::make(const ast::expr *check)
{
	auto quick = make_quick(check);
	return quick ? std::move(quick) : std::make_unique<FilterCheck>(make_filter(check));
}

std::unique_ptr<sinsp_filter> CheckMaker::make_filter(const ast::expr *check) const
{
	return compile_filter(factory_, check);
}

Field *CheckMaker::field_of(const ast::expr *left)
{
	const Compared compared = compared_by(left);
	if (!compared.field) {
		return nullptr;
	}
	const std::string name = name_with_argument(*compared.field);
	if (!Field::is_plain(name) && !Field::has_several(name)) {
		return nullptr;
	}
	auto &field = fields_[compared.name];
	if (!field) {
		auto check = new_check(left);
		if (check->get_transformed_field_info()->is_list()) {
			return nullptr;
		}
		field = std::make_unique<Field>(compared.name, std::move(check));
	}
	return field->is_text() || is_number(field->type()) ? field.get() : nullptr;
}

std::unique_ptr<Check> CheckMaker::make_quick(const ast::expr *check)
{
	if (const auto *unary = node_as<ast::unary_check_expr>(check)) { // `exists` is the only unary operator
		Field *field = field_of(unary->left.get());
		return field && !field->has_several() ? std::make_unique<ExistsCheck>(*field) : nullptr;
	}
	const auto *binary = node_as<ast::binary_check_expr>(check);
	Field *field = binary ? field_of(binary->left.get()) : nullptr;
	auto constants = field ? constants_of(*binary) : std::nullopt;
	if (!constants) {
		return nullptr;
	}
	const cmpop op = str_to_cmpop(binary->op);
	return field->is_text() ? make_text_check(*field, op, check, std::move(*constants))
				: make_number_check(*field, op, *binary, *constants);
}

std::unique_ptr<Check> CheckMaker::make_text_check(Field &field, cmpop op, const ast::expr *check,
						   std::vector<std::string> constants) const
{
	const auto with = [&](auto test) -> std::unique_ptr<Check> {
		using Test = decltype(test);
		if (field.has_several()) {
			return std::make_unique<AnyTextCheck<Test>>(field, std::move(test));
		}
		return std::make_unique<TextCheck<Test>>(*this, check, field, std::move(test));
	};
	switch (op) {
	case CO_EQ:
		return with(Equal{constants.front()});
	case CO_NE:
		return with(NotEqual{constants.front()});
	case CO_CONTAINS:
		return with(Contains{constants.front()});
	case CO_ICONTAINS:
		return with(ContainsAnyCase{constants.front()});
	case CO_STARTSWITH:
		return with(StartsWith{constants.front()});
	case CO_ENDSWITH:
		return with(EndsWith{constants.front()});
	case CO_IN:
	case CO_INTERSECTS:
		return with(In(std::move(constants)));
	case CO_GLOB:
		return with(Glob(constants.front()));
	case CO_IGLOB:
		return with(GlobAnyCase(constants.front()));
	case CO_REGEX:
		return with(Regex(constants.front()));
	case CO_PMATCH:
		return with(BeginsWithPath(constants));
	default:
		return nullptr;
	}
}

std::unique_ptr<Check> CheckMaker::make_number_check(Field &field, cmpop op, const ast::binary_check_expr &check,
						     const std::vector<std::string> &constants) const
{
	const auto parser = new_check(check.left.get());
	parser->m_cmpop = op;
	std::vector<std::string> values;
	for (uint32_t number = 0; number < constants.size(); number++) {
		const std::string &constant = constants[number];
		parser->add_filter_value(constant.data(), static_cast<uint32_t>(constant.size()), number);
		const auto &[parsed, size] = parser->get_filter_values()[number];
		values.emplace_back(reinterpret_cast<const char *>(parsed), size);
	}
	if (field.has_several()) {
		return std::make_unique<AnyNumberCheck>(make_filter(&check), field, key_of(op, field.type(), values));
	}
	return matcher::make_number_check(field, op, std::move(values));
}

std::unique_ptr<sinsp_filter_check> CheckMaker::new_check(const ast::expr *left) const
{
	if (const auto *changed = node_as<ast::field_transformer_expr>(left)) {
		auto check = new_check(changed->value.get());
		check->add_transformer(filter_transformer_from_str(changed->transformer));
		return check;
	}
	const std::string name = name_with_argument(*node_as<ast::field_expr>(left));
	auto check = factory_->new_filtercheck(name);
	check->parse_field_name(name, true, true);
	return check;
}

} // namespace falco::matcher
