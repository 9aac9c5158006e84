// SPDX-License-Identifier: Apache-2.0
#include "number_range.hpp"

#include "field.hpp"
#include "field_table.hpp"

#include <charconv>
#include <limits>
#include <unordered_map>

namespace falco::matcher {

namespace {

struct Written {
	bool negative = false;
	uint64_t size = 0;
	bool too_large = false;
};

// As libsinsp reads numbers: blanks and a sign may stand before the digits.
std::optional<Written> read_number(const std::string &text)
{
	size_t begin = text.find_first_not_of(" \t\r\n");
	Written number;
	if (begin != std::string::npos && (text[begin] == '-' || text[begin] == '+')) {
		number.negative = text[begin++] == '-';
	}
	if (begin >= text.size()) {
		return std::nullopt;
	}
	const char *end = text.data() + text.size();
	const auto [behind, fault] = std::from_chars(text.data() + begin, end, number.size);
	if (behind != end || fault == std::errc::invalid_argument) {
		return std::nullopt;
	}
	number.too_large = fault == std::errc::result_out_of_range;
	return number;
}

template <typename Number>
constexpr int64_t kLeast = std::numeric_limits<Number>::min();
template <typename Number>
constexpr uint64_t kMost = static_cast<uint64_t>(std::numeric_limits<Number>::max());

} // namespace

NumberRange::NumberRange(ppm_param_type type, const std::string &field, bool is_list)
    : is_switch_(type == PT_BOOL), is_id_(field == "user.uid" || field == "group.gid"),
      is_single_(!is_list && Field::is_plain(field))
{
	switch (type) {
	case PT_INT16:
		min_ = kLeast<int16_t>;
		max_ = kMost<int16_t>;
		break;
	case PT_INT32:
		min_ = kLeast<int32_t>;
		max_ = kMost<int32_t>;
		break;
	case PT_INT64:
		min_ = kLeast<int64_t>;
		max_ = kMost<int64_t>;
		break;
	case PT_PORT:
		max_ = kMost<uint16_t>;
		break;
	case PT_UINT32:
	case PT_BOOL:
		max_ = kMost<uint32_t>;
		break;
	case PT_UINT64:
	case PT_RELTIME:
	case PT_ABSTIME:
		max_ = kMost<uint64_t>;
		break;
	default:
		break;
	}
}

const NumberRange *NumberRange::of(const std::string &field)
{
	static const auto ranges = [] {
		std::unordered_map<std::string, NumberRange> all;
		for (const auto &[name, info] : field_table()) {
			const NumberRange range(info->m_type, name, (info->m_flags & EPF_IS_LIST) != 0);
			if (range.max_ != 0) {
				all.emplace(name, range);
			}
		}
		return all;
	}();
	const auto found = ranges.find(field);
	return found == ranges.end() ? nullptr : &found->second;
}

bool NumberRange::excludes(const std::string &text) const
{
	return !is_switch_ && read_number(text) && !parse(text);
}

std::optional<uint64_t> NumberRange::parse(const std::string &text) const
{
	if (is_switch_) {
		return text == "true"    ? std::make_optional<uint64_t>(1)
		       : text == "false" ? std::make_optional<uint64_t>(0)
					 : std::nullopt;
	}
	const auto number = read_number(text);
	if (!number || number->too_large) {
		return std::nullopt;
	}
	if (!number->negative || number->size == 0) {
		return number->size <= max_ ? std::make_optional(number->size + (is_signed() ? kSign : 0))
					    : std::nullopt;
	}
	if (is_id_ && number->size == 1) {
		return max_;
	}
	return number->size <= uint64_t{0} - static_cast<uint64_t>(min_)
		       ? std::make_optional(order_of(static_cast<int64_t>(uint64_t{0} - number->size)))
		       : std::nullopt;
}

std::string NumberRange::str() const
{
	return "a number from " + std::to_string(min_) + " to " + std::to_string(max_);
}

} // namespace falco::matcher
