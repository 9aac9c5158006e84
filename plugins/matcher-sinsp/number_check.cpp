// SPDX-License-Identifier: Apache-2.0
#include "number_check.hpp"

#include "plugins/family-sinsp/param_types.hpp"

#include <libsinsp/tuples.h>

#include <algorithm>
#include <cstring>
#include <set>

namespace falco::matcher {

namespace {

template <typename Number>
uint64_t number_at(const char *value)
{
	Number number;
	std::memcpy(&number, value, sizeof number);
	return static_cast<uint64_t>(number);
}

// A network's address and its mask, as many bytes each. Empty: neither an IPv4 nor an IPv6 network.
std::string address_and_mask(const std::string &network)
{
	if (network.size() == sizeof(ipv4net)) {
		return network; // which is just that
	}
	// As libsinsp's ipv6net keeps it: all but the last byte of the prefix, and what of that is not part of it.
	struct Ipv6Network {
		char address[sizeof(ipv6addr)];
		uint32_t whole_bytes, bits_left;
	};
	static_assert(sizeof(Ipv6Network) == sizeof(ipv6net));
	if (network.size() != sizeof(ipv6net)) {
		return "";
	}
	Ipv6Network kept;
	std::memcpy(&kept, network.data(), sizeof kept);
	std::string mask(sizeof kept.address, 0);
	std::fill_n(mask.begin(), kept.whole_bytes, static_cast<char>(0xff));
	mask[kept.whole_bytes] = static_cast<char>(0xff << kept.bits_left);
	return std::string(kept.address, sizeof kept.address) + mask;
}

std::optional<CheckKey> key_of_networks(const std::vector<std::string> &networks)
{
	CheckKey key{CheckKey::How::network, {}};
	for (const std::string &network : networks) {
		key.constants.push_back(address_and_mask(network));
		if (key.constants.back().empty()) {
			return std::nullopt;
		}
	}
	return key;
}

// What `=` and `in` are found by.
std::optional<CheckKey> key_of_values(ppm_param_type type, const std::vector<std::string> &values)
{
	if (type == PT_IPNET) {
		return key_of_networks(values);
	}
	const uint32_t size = width_of(type);
	if (size != 0 && std::any_of(values.begin(), values.end(),
				     [size](const std::string &value) { return value.size() != size; })) {
		return std::nullopt;
	}
	return CheckKey{CheckKey::How::equal, values};
}

std::optional<CheckKey> key_of_bound(CheckKey::How how, ppm_param_type type, const std::string &value)
{
	const auto bound = value.size() == width_of(type) ? order_of(type, value.data()) : std::nullopt;
	if (!bound) {
		return std::nullopt;
	}
	return CheckKey{how, {std::string(reinterpret_cast<const char *>(&*bound), sizeof *bound)}};
}

class NumberCheck : public Check {
public:
	NumberCheck(Field &field, cmpop op, std::vector<std::string> values)
	    : field_(field), op_(op), values_(std::move(values))
	{
	}
	std::optional<CheckKey> key() const override { return key_of(op_, field_.type(), values_); }
	Field *field() const override { return &field_; }
	bool holds(sinsp_evt *event, uint64_t look) override
	{
		const FieldValue &value = field_.value(event, look);
		return value.data && std::any_of(values_.begin(), values_.end(), [&](const std::string &constant) {
			       return flt_compare(op_, field_.type(), value.data, constant.data(), value.size,
						  static_cast<uint32_t>(constant.size()));
		       });
	}

protected:
	Field &field_;
	cmpop op_;
	std::vector<std::string> values_;
};

// `in` a list of numbers or addresses: libsinsp compares all bytes.
class NumberInCheck final : public NumberCheck {
public:
	NumberInCheck(Field &field, std::vector<std::string> values)
	    : NumberCheck(field, CO_IN, std::move(values)), set_(values_.begin(), values_.end())
	{
	}
	bool holds(sinsp_evt *event, uint64_t look) override
	{
		const FieldValue &value = field_.value(event, look);
		return value.data && set_.count(std::string_view(value.data, value.size)) != 0;
	}

private:
	std::set<std::string_view> set_;
};

// The most frequent numbers: descriptors, results and truth values.
template <typename Number>
class SimpleNumberCheck final : public NumberCheck {
public:
	SimpleNumberCheck(Field &field, cmpop op, std::vector<std::string> values)
	    : NumberCheck(field, op, std::move(values))
	{
		std::memcpy(&value_, values_.front().data(), sizeof value_);
	}
	bool holds(sinsp_evt *event, uint64_t look) override
	{
		const FieldValue &value = field_.value(event, look);
		if (!value.data) {
			return false;
		}
		Number number = 0;
		std::memcpy(&number, value.data,
			    value.size == 0 ? sizeof number : std::min<size_t>(value.size, sizeof number));
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
	Number value_;
};

template <typename Number>
std::unique_ptr<Check> simple(Field &field, cmpop op, std::vector<std::string> &values)
{
	return values.front().size() == sizeof(Number)
		       ? std::make_unique<SimpleNumberCheck<Number>>(field, op, std::move(values))
		       : nullptr;
}

} // namespace

bool is_number(ppm_param_type type)
{
	switch (type) {
	case PT_IPADDR:
	case PT_IPV4ADDR:
	case PT_IPV6ADDR:
	case PT_IPNET:
		return true;
	default:
		return width_of(type) != 0;
	}
}

uint32_t width_of(ppm_param_type type)
{
	switch (type) {
	case PT_INT8:
	case PT_UINT8:
		return 1;
	case PT_INT16:
	case PT_UINT16:
	case PT_PORT:
		return 2;
	case PT_INT32:
	case PT_UINT32:
	case PT_BOOL:
		return 4;
	case PT_INT64:
	case PT_UINT64:
	case PT_PID:
	case PT_ERRNO:
	case PT_FD:
		return 8;
	default:
		return 0;
	}
}

std::optional<uint64_t> order_of(ppm_param_type type, const char *value)
{
	constexpr uint64_t kSign = uint64_t{1} << 63;
	const bool has_sign = sinsp_family::is_signed(type);
	switch (width_of(type)) {
	case 1:
		return has_sign ? number_at<int8_t>(value) ^ kSign : number_at<uint8_t>(value);
	case 2:
		return has_sign ? number_at<int16_t>(value) ^ kSign : number_at<uint16_t>(value);
	case 4:
		return has_sign ? number_at<int32_t>(value) ^ kSign : number_at<uint32_t>(value);
	case 8:
		return number_at<uint64_t>(value) ^ (has_sign ? kSign : 0);
	default:
		return std::nullopt;
	}
}

std::optional<CheckKey> key_of(cmpop op, ppm_param_type type, const std::vector<std::string> &values)
{
	switch (op) {
	case CO_EQ:
	case CO_IN:
		return key_of_values(type, values);
	case CO_LT:
	case CO_LE:
		return key_of_bound(CheckKey::How::at_most, type, values.front());
	case CO_GT:
	case CO_GE:
		return key_of_bound(CheckKey::How::at_least, type, values.front());
	default:
		return std::nullopt;
	}
}

std::unique_ptr<Check> make_number_check(Field &field, cmpop op, std::vector<std::string> values)
{
	switch (op) {
	case CO_IN:
	case CO_INTERSECTS:
		return field.type() == PT_IPNET ? std::make_unique<NumberCheck>(field, CO_IN, std::move(values))
						: std::make_unique<NumberInCheck>(field, std::move(values));
	case CO_EQ:
	case CO_NE:
	case CO_LT:
	case CO_LE:
	case CO_GT:
	case CO_GE:
		break;
	default:
		return nullptr;
	}
	auto check = field.type() == PT_INT64 || field.type() == PT_FD      ? simple<int64_t>(field, op, values)
		     : field.type() == PT_UINT32 || field.type() == PT_BOOL ? simple<uint32_t>(field, op, values)
									    : nullptr;
	return check ? std::move(check) : std::make_unique<NumberCheck>(field, op, std::move(values));
}

} // namespace falco::matcher
