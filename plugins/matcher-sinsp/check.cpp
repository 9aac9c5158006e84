// SPDX-License-Identifier: Apache-2.0
#include "check.hpp"

#include "number_check.hpp"
#include "regex_guard.hpp"
#include "text_operators.hpp"

#include <libsinsp/sinsp_exception.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace falco::matcher {

namespace {

class FilterCheck final : public Check {
public:
	explicit FilterCheck(std::unique_ptr<sinsp_filter> filter) : filter_(std::move(filter)) {}
	bool holds(sinsp_evt *event, uint64_t) override { return filter_->run(event); }

private:
	std::unique_ptr<sinsp_filter> filter_;
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
	const auto *expression = node_as<ast::field_expr>(left);
	if (!expression) {
		return nullptr;
	}
	const std::string name = name_with_argument(*expression);
	if (!Field::is_plain(name)) {
		return nullptr;
	}
	auto &field = fields_[name];
	if (!field) {
		auto check = new_check(*expression);
		const auto *info = check->get_field_info();
		if (info->is_list()) {
			return nullptr;
		}
		field = std::make_unique<Field>(name, std::move(check));
	}
	return field->is_text() || is_number(field->type()) ? field.get() : nullptr;
}

std::unique_ptr<Check> CheckMaker::make_quick(const ast::expr *check)
{
	if (const auto *unary = node_as<ast::unary_check_expr>(check)) {
		Field *field = field_of(unary->left.get());
		return field ? std::make_unique<ExistsCheck>(*field) : nullptr; // the only unary operator
	}
	const auto *binary = node_as<ast::binary_check_expr>(check);
	Field *field = binary ? field_of(binary->left.get()) : nullptr;
	auto constants = field ? constants_of(*binary) : std::nullopt;
	if (!constants) {
		return nullptr;
	}
	const cmpop op = str_to_cmpop(binary->op);
	if (!field->is_text()) {
		return make_number_check(*field, op, *binary, *constants);
	}
	const auto with = [&](auto test) -> std::unique_ptr<Check> {
		return std::make_unique<TextCheck<decltype(test)>>(*this, check, *field, std::move(test));
	};
	switch (op) {
	case CO_EQ:
		return with(Equal{constants->front()});
	case CO_NE:
		return with(NotEqual{constants->front()});
	case CO_CONTAINS:
		return with(Contains{constants->front()});
	case CO_ICONTAINS:
		return with(ContainsAnyCase{constants->front()});
	case CO_STARTSWITH:
		return with(StartsWith{constants->front()});
	case CO_ENDSWITH:
		return with(EndsWith{constants->front()});
	case CO_IN:
	case CO_INTERSECTS:
		return with(In(std::move(*constants)));
	case CO_GLOB:
		return with(Glob(constants->front()));
	case CO_IGLOB:
		return with(GlobAnyCase(constants->front()));
	case CO_REGEX:
		return with(Regex(constants->front()));
	case CO_PMATCH:
		return with(BeginsWithPath(*constants));
	default:
		return nullptr;
	}
}

std::unique_ptr<Check> CheckMaker::make_number_check(Field &field, cmpop op, const ast::binary_check_expr &check,
						     const std::vector<std::string> &constants) const
{
	const auto parser = new_check(*node_as<ast::field_expr>(check.left.get()));
	parser->m_cmpop = op;
	std::vector<std::string> values;
	for (uint32_t number = 0; number < constants.size(); number++) {
		const std::string &constant = constants[number];
		parser->add_filter_value(constant.data(), static_cast<uint32_t>(constant.size()), number);
		const auto &[parsed, size] = parser->get_filter_values()[number];
		values.emplace_back(reinterpret_cast<const char *>(parsed), size);
	}
	return matcher::make_number_check(field, op, std::move(values));
}

std::unique_ptr<sinsp_filter_check> CheckMaker::new_check(const ast::field_expr &field) const
{
	const std::string name = name_with_argument(field);
	auto check = factory_->new_filtercheck(name);
	check->parse_field_name(name, true, true);
	return check;
}

} // namespace falco::matcher
