// SPDX-License-Identifier: Apache-2.0
//
// Checks of numbers, addresses and networks, with libsinsp's own comparison.
#pragma once

#include "check.hpp"

#include <libsinsp/filter_compare.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace falco::matcher {

// Numbers, and addresses, which are equal to another, or in a network, or not.
bool is_number(ppm_param_type type);

// How many bytes of a value count; 0: all that there are, of an address.
uint32_t width_of(ppm_param_type type);

// A number such that greater values of the type have greater ones; nothing for addresses.
std::optional<uint64_t> order_of(ppm_param_type type, const char *value);

// How a check can be found from its field's value; see `make_number_check`. Nothing: it cannot.
std::optional<CheckKey> key_of(cmpop op, ppm_param_type type, const std::vector<std::string> &values);

// `values`: what stands right of the operator as libsinsp keeps it; one but for `in`. Null: only libsinsp's own check
// will do.
std::unique_ptr<Check> make_number_check(Field &field, cmpop op, std::vector<std::string> values);

} // namespace falco::matcher
