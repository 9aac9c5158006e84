// SPDX-License-Identifier: Apache-2.0
#include "check.hpp"

#include "host_names.hpp"
#include "text_operators.hpp"

#include <libsinsp/filter_compare.h>
#include <libsinsp/sinsp_exception.h>

#include <algorithm>
#include <cstring>
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

// Compares a number, or an address, by libsinsp's own comparison.
class NumberCheck final : public Check {
public:
	NumberCheck(Field &field, cmpop op, std::string value) : field_(field), op_(op), value_(std::move(value)) {}
	bool holds(sinsp_evt *event, uint64_t look) override
	{
		const FieldValue &value = field_.value(event, look);
		return value.data && flt_compare(op_, field_.type(), value.data, value_.data(), value.size,
						 static_cast<uint32_t>(value_.size()));
	}

private:
	Field &field_;
	cmpop op_;
	std::string value_; // as libsinsp keeps it
};

// The same for the most frequent numbers: descriptors, results and truth values.
template <typename Number>
class SimpleNumberCheck final : public Check {
public:
	SimpleNumberCheck(Field &field, cmpop op, Number value) : field_(field), op_(op), value_(value) {}
	bool holds(sinsp_evt *event, uint64_t look) override
	{
		const FieldValue &value = field_.value(event, look);
		if (!value.data) {
			return false;
		}
		Number number;
		std::memcpy(&number, value.data, sizeof number);
		switch (op_) {
		case CO_EQ:
			return number == value_;
		case CO_NE:
			return number != value_;
		case CO_LT:
			return number < value_;
		case CO_LE:
			return number <= value_;
		case CO_GT:
			return number > value_;
		default:
			return number >= value_;
		}
	}

private:
	Field &field_;
	cmpop op_;
	Number value_;
};

template <typename Number>
std::unique_ptr<Check> simple_number_check(Field &field, cmpop op, const std::string &value)
{
	Number number;
	if (value.size() != sizeof number) {
		return nullptr;
	}
	std::memcpy(&number, value.data(), sizeof number);
	return std::make_unique<SimpleNumberCheck<Number>>(field, op, number);
}

// Or an address, which is equal to another or not.
bool is_number(ppm_param_type type)
{
	switch (type) {
	case PT_IPADDR:
	case PT_IPV4ADDR:
	case PT_IPV6ADDR:
	case PT_INT8:
	case PT_INT16:
	case PT_INT32:
	case PT_INT64:
	case PT_UINT8:
	case PT_UINT16:
	case PT_UINT32:
	case PT_UINT64:
	case PT_BOOL:
	case PT_PORT:
	case PT_PID:
	case PT_ERRNO:
	case PT_FD:
		return true;
	default:
		return false;
	}
}

std::string name_with_argument(const ast::field_expr &field)
{
	return field.arg.empty() ? field.field : field.field + "[" + field.arg + "]";
}

// What stands right of the operator, when it is one constant or a list of them; none with a NUL byte, where libsinsp
// ends a value.
std::optional<std::vector<std::string>> constants_of(const ast::binary_check_expr &check)
{
	std::vector<std::string> constants;
	if (const auto *value = dynamic_cast<const ast::value_expr *>(check.right.get())) {
		constants = {value->value};
	} else if (const auto *list = dynamic_cast<const ast::list_expr *>(check.right.get())) {
		constants = list->values;
	}
	const bool odd = std::any_of(constants.begin(), constants.end(), [](const std::string &constant) {
		return constant.find('\0') != std::string::npos;
	});
	return constants.empty() || odd ? std::nullopt : std::make_optional(std::move(constants));
}

} // namespace

CheckMaker::CheckMaker(sinsp *inspector)
    : inspector_(inspector), factory_(std::make_shared<sinsp_filter_factory>(inspector, checks_))
{
}

std::unique_ptr<Check> CheckMaker::make(const ast::expr *check)
{
	if (auto names = make_name_check(check, inspector_, checks_)) {
		return names;
	}
	auto quick = make_quick(check);
	return quick ? std::move(quick) : std::make_unique<FilterCheck>(make_filter(check));
}

std::unique_ptr<sinsp_filter> CheckMaker::make_filter(const ast::expr *check) const
{
	return sinsp_filter_compiler(factory_, check).compile();
}

Field *CheckMaker::field_of(const ast::expr *left)
{
	const auto *expression = dynamic_cast<const ast::field_expr *>(left);
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
	if (const auto *unary = dynamic_cast<const ast::unary_check_expr *>(check)) {
		Field *field = field_of(unary->left.get());
		return field ? std::make_unique<ExistsCheck>(*field) : nullptr; // the only unary operator
	}
	const auto *binary = dynamic_cast<const ast::binary_check_expr *>(check);
	Field *field = binary ? field_of(binary->left.get()) : nullptr;
	auto constants = field ? constants_of(*binary) : std::nullopt;
	if (!constants) {
		return nullptr;
	}
	const cmpop op = str_to_cmpop(binary->op);
	if (!field->is_text()) {
		return make_number_check(*field, op, *binary, constants->front());
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
	case CO_PMATCH:
		return with(BeginsWithPath(*constants));
	default:
		return nullptr;
	}
}

std::unique_ptr<Check> CheckMaker::make_number_check(Field &field, cmpop op, const ast::binary_check_expr &check,
						     const std::string &constant) const
{
	if (op != CO_EQ && op != CO_NE && op != CO_LT && op != CO_LE && op != CO_GT && op != CO_GE) {
		return nullptr;
	}
	const auto parser = new_check(dynamic_cast<const ast::field_expr &>(*check.left));
	parser->m_cmpop = op;
	parser->add_filter_value(constant.data(), static_cast<uint32_t>(constant.size()));
	const auto &[parsed, size] = parser->get_filter_values().front();
	const std::string value(reinterpret_cast<const char *>(parsed), size);
	auto simple = field.type() == PT_INT64 || field.type() == PT_FD ? simple_number_check<int64_t>(field, op, value)
		      : field.type() == PT_UINT32 || field.type() == PT_BOOL
			      ? simple_number_check<uint32_t>(field, op, value)
			      : nullptr;
	return simple ? std::move(simple) : std::make_unique<NumberCheck>(field, op, value);
}

std::unique_ptr<sinsp_filter_check> CheckMaker::new_check(const ast::field_expr &field) const
{
	const std::string name = name_with_argument(field);
	auto check = checks_.new_filter_check_from_fldname(name, inspector_, true);
	check->parse_field_name(name, true, true);
	return check;
}

} // namespace falco::matcher
