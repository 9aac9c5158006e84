// SPDX-License-Identifier: Apache-2.0
#include "field_operators.hpp"

#include "plugins/family-sinsp/host_name_fields.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace falco::matcher {

namespace {

using Operators = std::vector<std::string_view>;

// The operators of a field that has not all those of its type; empty: it has.
const Operators &operators_of(const std::string &field)
{
	static const Operators all, of_names = {"=", "==", "!=", "in", "exists"},
				    of_addresses = {"=", "==", "!=", "in"},
				    of_ports = {"=", "==", "!=", "<", "<=", ">", ">=", "in"};
	if (sinsp_family::is_host_name_field(field)) {
		return of_names;
	}
	return field == "fd.ip" ? of_addresses : field == "fd.port" || field == "fd.proto" ? of_ports : all;
}

} // namespace

std::optional<std::string> refuse_operator(const ast::expr *check)
{
	const auto *binary = node_as<ast::binary_check_expr>(check);
	const auto *field = binary ? node_as<ast::field_expr>(binary->left.get()) : nullptr;
	if (!field) {
		return std::nullopt;
	}
	const Operators &known = operators_of(field->field);
	if (known.empty() || std::find(known.begin(), known.end(), binary->op) != known.end()) {
		return std::nullopt;
	}
	std::string expected;
	for (const std::string_view op : known) {
		expected += (expected.empty() ? "" : ", ") + std::string(op);
	}
	return field->field + " cannot be compared by '" + binary->op + "': expected one of " + expected;
}

} // namespace falco::matcher
