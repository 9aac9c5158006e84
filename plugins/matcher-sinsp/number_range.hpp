// SPDX-License-Identifier: Apache-2.0
//
// Which numbers a field can have. libsinsp takes any constant and drops the bits that do not fit.
#pragma once

#include <libsinsp/sinsp.h>

#include <cstdint>
#include <optional>
#include <string>

namespace falco::matcher {

class NumberRange {
public:
	// Of a field by its name, without an argument; null when its values are not whole numbers.
	static const NumberRange *of(const std::string &field);

	// Whether `text` is a number, but none that the field can have.
	bool excludes(const std::string &text) const;

	// The number as one of 0 ... 2^64 - 1, in the same order; nothing when the text is none that the field can
	// have. "true" and "false" are numbers, too.
	std::optional<uint64_t> parse(const std::string &text) const;

	uint64_t first() const { return order_of(min_); }
	uint64_t last() const { return max_ + (is_signed() ? kSign : 0); }

	// Whether the field has one number at most at an event, and libsinsp compares that.
	bool is_single() const { return is_single_; }

	// "a number from 0 to 65535"
	std::string str() const;

private:
	static constexpr uint64_t kSign = uint64_t{1} << 63;

	NumberRange(ppm_param_type type, const std::string &field, bool is_list);

	bool is_signed() const { return min_ < 0; }
	uint64_t order_of(int64_t number) const { return static_cast<uint64_t>(number) + (is_signed() ? kSign : 0); }

	int64_t min_ = 0;
	uint64_t max_ = 0; // 0: no whole numbers
	bool is_switch_ = false;
	bool is_id_ = false; // -1 is the one that is not set
	bool is_single_;
};

} // namespace falco::matcher
